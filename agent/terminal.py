"""A terminal on which text that others wrote is shown, and never obeyed.

Titles and messages of pages, rationales of models and whatever stands in a recording may hold characters that
a terminal takes for orders: to clear itself, to change its title, to turn the reading direction around.
"""

import os
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_HALVES = range(0xD800, 0xE000)
"""Halves of characters, which no output can be given."""
_ESCAPES = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*_CONTROLS, *_DIRECTIONS, *_HALVES)
    if chr(code) not in "\n\t"
}


def inert(text: str) -> str:
    r"""A text whose control characters, but for line breaks and tabs, are written out: `\x1b`, `\u202e`."""
    return text.translate(_ESCAPES)


class Terminal(Console):
    """A console that makes inert whatever is printed on it; colours are its own.

    Where nothing can be printed any more (a closed terminal, a pipe that nobody reads, a full disk), it says
    no more: what is told of has not gone wrong.
    """

    def print(self, *objects: Any, **how: Any) -> None:
        """Prints, as rich does, as long as that is possible."""
        try:
            super().print(*objects, **how)
        except OSError:
            self.on_broken_pipe()

    def on_broken_pipe(self) -> None:
        """What is still in the buffers, and whatever else is printed, goes nowhere."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is written for something that is printed."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=inert(segment.text))
