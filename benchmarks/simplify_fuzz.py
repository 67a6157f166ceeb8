"""Breaks pages in many ways and checks that the simplifier still keeps its promises.

`python -m benchmarks.simplify_fuzz PAGES_FOLDER` cuts pieces out of the pages of a folder (saved HTML, and
annotated documents of a capture), damages them, and checks for each piece: no exception; every target's name
is unique, printable and stands exactly once in the text, also where a parser of HTML reads it; no name stands
there that is no target's; the paper's spelling has the same targets; the same input gives the same output; a
budget is kept, and what it leaves are targets of the whole page under their names; what is hidden is shown
neither in the text nor in a label.
"""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from lxml import html as lxml_html

from simplify import Observation, Spelling, estimate_tokens, simplify
from simplify.parse import CAPTURED, decode

NAME = re.compile(r'[<\s]name="([^"]*)"')
TAG = re.compile(r"<[^>]{0,300}>")
OPAQUE = re.compile(
    r"<!--.*?-->|<(script|style|template|noscript|textarea|title|select|svg)\b.*?</\1\s*>"
    r"|\s[\w-]+=\"[^\"<]*<[^\"]*\"|\s[\w-]+='[^'<]*<[^']*'",
    re.DOTALL | re.IGNORECASE,
)
"""In these, attributes that hold a page of their own among them, a tag is no tag, or is another: what is put
there would not be hidden by it."""
HIDDEN = "Xqz hidden qzx"
"""Stands in what is hidden, and nowhere else."""
HIDING = (
    f"<div hidden>{HIDDEN}<button>{HIDDEN}</button></div>",
    f'<span style="display:none"><a href="/h">{HIDDEN}</a></span>',
    f'<div style="color:red;visibility: hidden"><input aria-label="{HIDDEN}"></div>',
    f'<div style="opacity:0">{HIDDEN}</div>',
    f"<script>'{HIDDEN}'</script>",
    f"<style>/* {HIDDEN} */</style>",
    f"<template><button>{HIDDEN}</button></template>",
    f'<input type="hidden" value="{HIDDEN}">',
    f"<!-- {HIDDEN} -->",
    f"<noscript>{HIDDEN}</noscript>",
    f"<dialog><button>{HIDDEN}</button></dialog>",
)
BATCH = 100
SHORTEST, LONGEST = 200, 20_000
"""Characters of a piece."""
NASTY = (
    "\x00", "\u202e", "\u200b", "\ud800", "\x1b[31m", "🛒", "مرحبا", "日本語の商品名です", "e\u0301",
    '<a name="next">', 'name="add_to_cart"', "&lt;b&gt;", "&#0;", "]]>", "<![CDATA[", "<!--", "-->",
    "<select><option>", "</select>", "<table><tr>", "<plaintext>", "<svg><title>", "<button>", "</form>",
    "<a href='/x'>Same</a>" * 12, "<div>" * 60, "</div>" * 60, "x" * 3_000, " ".join(["Word"] * 400),
    '<input type="checkbox" aria-label="a.b">', "<details><summary>", "<iframe title='x'>", '" \' < > =',
)  # fmt: skip

Mutation = Callable[[random.Random, str], str]


class Broken(Exception):
    """A promise that was not kept; the text says which."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that broke something.

    Attributes:
        reason: what was broken.
        page: the input.
    """

    reason: str
    page: str


def _span(dice: random.Random, page: str, longest: int = 2_000) -> tuple[int, int]:
    start = dice.randrange(len(page) + 1)
    return start, min(len(page), start + dice.randrange(1, longest))


def cut(dice: random.Random, page: str) -> str:
    """Takes a piece out."""
    start, end = _span(dice, page)
    return page[:start] + page[end:]


def double(dice: random.Random, page: str) -> str:
    """Writes a piece twice, or several times."""
    start, end = _span(dice, page)
    return page[:end] + page[start:end] * dice.randrange(1, 5) + page[end:]


def swap(dice: random.Random, page: str) -> str:
    """Moves a piece elsewhere."""
    start, end = _span(dice, page)
    rest = page[:start] + page[end:]
    at = dice.randrange(len(rest) + 1)
    return rest[:at] + page[start:end] + rest[at:]


def insert(dice: random.Random, page: str) -> str:
    """Puts something nasty somewhere."""
    at = dice.randrange(len(page) + 1)
    return page[:at] + dice.choice(NASTY) + page[at:]


def drop_tags(dice: random.Random, page: str) -> str:
    """Leaves out every so many tags."""
    rate = dice.uniform(0.02, 0.4)
    return TAG.sub(lambda tag: "" if dice.random() < rate else tag[0], page)


def flip(dice: random.Random, page: str) -> str:
    """Replaces single characters."""
    signs = list(page)
    for _ in range(dice.randrange(1, 30)):
        signs[dice.randrange(len(signs))] = chr(dice.choice((0, 34, 38, 39, 60, 61, 62, 0x202E, 0x1F6D2)))
    return "".join(signs)


def shuffle(dice: random.Random, page: str) -> str:
    """Puts the tags and texts between them in another order."""
    parts = re.split(r"(?=<)", page)
    start = dice.randrange(len(parts))
    some = parts[start : start + 40]
    dice.shuffle(some)
    return "".join((*parts[:start], *some, *parts[start + 40 :]))


def with_hidden(dice: random.Random, page: str) -> str:
    """Puts hidden things between the tags of a page, each whole, where they stay hidden."""
    parts = re.split(r"(?=<[a-z])", page)
    for _ in range(dice.randrange(1, 6)):
        parts.insert(dice.randrange(len(parts) + 1), dice.choice(HIDING))
    return "".join(parts)


MUTATIONS: tuple[Mutation, ...] = (cut, double, swap, insert, insert, drop_tags, flip, shuffle)


def mutated(pages: list[str], seed: int) -> str:
    """A damaged piece of one of the pages; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - the same damage for the same seed is what is wanted
    page = dice.choice(pages)
    captured = page.startswith(CAPTURED)
    length = min(len(page), int(SHORTEST * (LONGEST / SHORTEST) ** dice.random()))
    start = dice.randrange(len(page) - length + 1)
    piece = page[start : start + length] or " "
    for _ in range(dice.randrange(1, 5)):
        piece = dice.choice(MUTATIONS)(dice, piece) or " "
    return CAPTURED + piece if captured else piece


@lru_cache(maxsize=64)
def _transparent(page: str) -> str:
    """A page without what is no place to hide things in."""
    return OPAQUE.sub("", page)


def _hiding_page(pages: list[str], seed: int) -> str:
    """A piece of a saved page, cut between tags, with hidden things in it and no other damage."""
    dice = random.Random(seed)  # noqa: S311 - as above
    page = dice.choice([page for page in pages if not page.startswith(CAPTURED)] or [""])
    body = _transparent(page)
    start = body.find("<", dice.randrange(len(body) + 1))
    end = body.rfind(">", 0, start + LONGEST // 4) + 1
    return with_hidden(dice, body[start:end] if 0 <= start < end else "")


def check(page: str) -> None:
    """Checks the promises on one page.

    Raises:
        Broken: one was not kept.
    """
    whole = simplify(page)
    _check_names(whole)
    if simplify(page) != whole:
        raise Broken("the same page gave another observation")
    paper = simplify(page, spelling=Spelling.PAPER)
    if [target.label for target in paper.targets.values()] != [t.label for t in whole.targets.values()]:
        raise Broken("the paper's spelling has other targets")
    budget = max(20, estimate_tokens(whole.html) // 3)
    folded = simplify(page, budget=budget)
    _check_names(folded)
    if estimate_tokens(folded.html) > budget:
        raise Broken(f"{estimate_tokens(folded.html)} tokens, where {budget} were allowed")
    for name, target in folded.targets.items():
        if whole.targets.get(name) != target:
            raise Broken("folding made up a target")


def _check_names(observation: Observation) -> None:
    names = list(observation.targets)
    if NAME.findall(observation.html) != names:
        raise Broken("the names in the text are not the targets' names, each once and in their order")
    if observation.html:
        read = lxml_html.fragment_fromstring(observation.html, create_parent="div")
        if [found.get("name") for found in read.iterfind(".//*[@name]")] != names:
            raise Broken("a parser reads other names out of the text")
    for name in names:
        if not name or not name.isprintable() or not all(sign.isalnum() or sign in "_." for sign in name):
            raise Broken(f"{name!r} is no name")


def check_hidden(page: str) -> None:
    """Checks that nothing is shown of what is hidden.

    Raises:
        Broken: something is.
    """
    observation = simplify(page)
    shown = (observation.html, observation.title, *(target.label for target in observation.targets.values()))
    if any("xqz" in text.lower() for text in shown):
        raise Broken("what is hidden is shown")


def failures(pages: list[str], seeds: range) -> list[Failure]:
    """Those of the pages of these seeds that break something."""
    found: list[Failure] = []
    for seed in seeds:
        page = mutated(pages, seed)
        try:
            check(page)
            page = _hiding_page(pages, seed)
            check_hidden(page)
        except Broken as broken:
            found.append(Failure(str(broken), page))
        except Exception as error:  # noqa: BLE001 - any exception at all is what is looked for
            found.append(Failure(f"{type(error).__name__}: {error}", page))
    return found


def _batches(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, BATCH):
        yield range(start, min(start + BATCH, first + count))


def main(
    folder: Annotated[Path, typer.Argument(help="Saved pages and captured documents (*.html).")],
    count: Annotated[int, typer.Option("--pages", min=1, help="Mutated pages to try.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The first seed; page N has seed N.")] = 0,
    minutes: Annotated[float, typer.Option(min=0.01, help="Stop after this time.")] = 30.0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    save: Annotated[Path, typer.Option(help="Where failing pages are kept.")] = Path("fuzz_failures"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for machines.")] = False,  # noqa: FBT002 - a switch
) -> None:
    """Break pages and check what must hold for every page."""
    pages = [decode(path.read_bytes()) for path in sorted(folder.glob("*.html"))] if folder.is_dir() else []
    if not pages:
        typer.echo(f"{folder} holds no .html files: give a folder of saved pages", err=True)
        raise typer.Exit(2)
    started = time.monotonic()
    tried = 0
    found: list[Failure] = []
    batches = _batches(seed, count)
    with ProcessPoolExecutor(workers) as pool:
        while time.monotonic() - started < 60 * minutes:
            some = list(islice(batches, 4 * workers))
            if not some:
                break
            for batch, failed in zip(some, pool.map(failures, [pages] * len(some), some), strict=True):
                tried += len(batch)
                found += failed
            typer.echo(f"\r{tried:,} of {count:,} pages, {len(found)} failures", nl=False, err=True)
    typer.echo("", err=True)
    if found:
        save.mkdir(parents=True, exist_ok=True)
        for number, failure in enumerate(found[:100]):
            kept = save / f"{number}.html"
            kept.write_text(failure.page, encoding="utf-8", errors="surrogatepass")
            typer.echo(f"{kept}: {failure.reason}", err=True)
    seconds = time.monotonic() - started
    if as_json:
        typer.echo(json.dumps({"pages": tried, "failures": len(found), "seconds": round(seconds, 1)}))
    else:
        typer.echo(f"{tried:,} mutated pages in {seconds:.0f} s, {len(found)} failures")
    if found:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
