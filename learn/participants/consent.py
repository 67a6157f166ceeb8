"""What the participant reads before anything is recorded, and whether they agree."""

from importlib import resources
from pathlib import Path

from agent.browser import Browser
from agent.errors import UserError
from learn.participants.pages import rendered

LONGEST = 50_000
"""Characters of a text that anybody reads."""


def consent_text(path: Path | None) -> str:
    """The text.

    Args:
        path: a text file in UTF-8; paragraphs are parted by empty lines, `# ` begins a heading, `- ` a point
            of a list. None for the text that comes along.

    Raises:
        UserError: the file cannot be read, is empty, or is too long for a person.
    """
    if path is None:
        return resources.files("learn.participants").joinpath("consent.txt").read_text(encoding="utf-8")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--consent {path} cannot be read as text in UTF-8: {error}") from error
    if not text.strip():
        raise UserError(f"--consent {path} is empty: write what the participant is to agree to")
    if len(text) > LONGEST:
        raise UserError(f"--consent {path} has more than {LONGEST:,} characters: shorten it")
    return text


async def agrees(browser: Browser, text: str) -> bool:
    """Shows the text, and waits for the answer; closing the window is a no.

    Raises:
        BrowserFault: the browser is gone.
    """
    async with browser.sheet(rendered("consent.html.jinja", blocks=_blocks(text))) as sheet:
        said = await sheet.pressed()
    return said is not None and said["presses"] == "agree"


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """The text as headings, paragraphs and lists, each with its lines."""
    blocks: list[tuple[str, list[str]]] = []
    open_block = False
    for line in (each.strip() for each in text.splitlines()):
        kind = "list" if line.startswith("- ") else "heading" if line.startswith("#") else "paragraph"
        said = line.removeprefix("- ") if kind == "list" else line.lstrip("# ")
        if line and open_block and blocks[-1][0] == kind != "heading":
            blocks[-1][1].append(said)
        elif line:
            blocks.append((kind, [said]))
        open_block = bool(line)
    return blocks
