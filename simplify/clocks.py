"""Times in what a page says: some count down, in a cart or a sale, and are others a second later."""

import re

CLOCK = re.compile(r"(?<![\d:])\d{1,2}(?::\d{2}){1,2}(?![\d:])")


def without_clocks(text: str) -> str:
    """A text without the times that stand in it: what stays the same while a clock goes on."""
    return CLOCK.sub("", text) if ":" in text else text
