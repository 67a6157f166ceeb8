"""The command `simagent view`: parse, call, print."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

out = Console(highlight=False, soft_wrap=True)


def view(
    directory: Annotated[
        Path, typer.Argument(help="Folder with recordings and studies anywhere in it.", metavar="DIR")
    ] = Path(),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any free one.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Watch recordings and studies in the browser, on this machine alone."""
    from viewer.serving import view as serve

    def tell(url: str) -> None:
        out.print(Text(f"Recordings in {directory} are shown at {url} (Ctrl-C ends it)."))

    serve(directory, port=port, open_browser=not no_open, on_ready=tell)
