"""What a study came to, in the terminal: the same figures as in the page, fewer of them.

Texts from pages and models are shown as plain text: no markup of theirs, and no control characters.
"""

import unicodedata
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from study.report.answer import answer_of
from study.report.figures import Figures
from study.report.figures.ranking import Place
from study.report.results import Results
from study.report.told import warnings
from study.report.wording import (
    chance,
    counted,
    duration,
    interval,
    number,
    percent,
    policy_named,
    shortened,
    signed,
)

LINES = 5
"""Of each ranking."""

LONGEST = 70
"""Characters of a line of a ranking."""

MOST_DETAILED = 2
"""Comparisons whose test is told in full."""


def print_results(results: Results, figures: Figures, console: Console) -> None:
    """Prints the answer, the funnel, the comparisons, the endings, where shoppers got lost, and the cost.

    Args:
        results: that were read.
        figures: of these.
        console: to print on.
    """
    _print_answer(results, figures, console)
    if figures.cost.sessions == 0:
        return
    _print_funnel(figures, console)
    _print_comparisons(figures, console)
    _print_endings(figures, console)
    _print_lost(figures, console)
    _print_costs(figures, console)


def _print_answer(results: Results, figures: Figures, console: Console) -> None:
    study = results.resolved.study
    console.print(_line(study.question or study.study, "bold"))
    lines = answer_of(results.resolved, figures).lines
    for line in lines:
        console.print(_line(line.headline))
        if line.details and len(lines) <= MOST_DETAILED:
            console.print(_line(line.details, "dim"))
    console.print(
        _line(f"These are simulated shoppers, not people; {policy_named(study)} decided what they did.")
    )
    for warning in warnings(study, figures):
        console.print(_line(f"Read with care: {warning}", "bold"))


def _print_funnel(figures: Figures, console: Console) -> None:
    table = _table("Funnel", "stage", "arm", "share", "95 % interval", "sessions", numbers=3)
    for stage in figures.funnel:
        for place, (arm, share) in enumerate(zip(figures.arms, stage.line.shares, strict=True)):
            label = stage.line.label if place == 0 else ""
            table.add_row(label, _line(arm), percent(share), interval(share), counted(share))
    _print(table, console)


def _print_comparisons(figures: Figures, console: Console) -> None:
    if not figures.comparisons:
        return
    title = f"Comparisons with {figures.arms[0]}"
    table = _table(title, "measure", "arm", "difference (95 % interval)", "p, corrected", "shown?", numbers=3)
    for each in figures.comparisons:
        finding = each.finding
        between = finding.interval
        reach = f" ({signed(between.low)} to {signed(between.high)})" if between else ""
        shown = {True: "yes", False: "no", None: "not tested"}[finding.significant]
        table.add_row(
            each.label,
            _line(finding.arm),
            signed(finding.difference) + reach,
            chance(finding.p_corrected),
            shown,
        )
    _print(table, console)


def _print_endings(figures: Figures, console: Console) -> None:
    table = _table("Endings", "ending", "arm", "share", "sessions", numbers=2)
    for line in figures.endings:
        for place, (arm, share) in enumerate(zip(figures.arms, line.shares, strict=True)):
            label = line.label if place == 0 else ""
            table.add_row(_line(label), _line(arm), percent(share), counted(share))
    _print(table, console)


def _print_lost(figures: Figures, console: Console) -> None:
    lost = figures.lost
    rankings: tuple[tuple[str, Sequence[Place]], ...] = (
        ("Ended without a purchase at", lost.addresses.shown),
        ("Done again on the same page", lost.loops.shown),
        ("Searched for in vain", lost.searches.shown),
        ("Could not be done", lost.rejections.shown),
    )
    for title, places in rankings:
        if places:
            table = _table(f"{title} ({' / '.join(figures.arms)})", "what", "sessions", numbers=1)
            for place in places[:LINES]:
                sessions = " / ".join(f"{share.count:,}" for share in place.sessions)
                table.add_row(_line(shortened(place.what, LONGEST)), sessions)
            _print(table, console)


def _print_costs(figures: Figures, console: Console) -> None:
    table = _table("Cost", "", "steps", "tokens", "tokens a purchase", "model", "browser", numbers=5)
    for arm, cost in [*figures.costs.items(), ("all", figures.cost)]:
        table.add_row(
            _line(arm),
            number(cost.steps),
            number(cost.tokens),
            number(cost.a_purchase(cost.tokens)),
            duration(cost.model_seconds),
            duration(cost.browser_seconds),
        )
    _print(table, console)


def _table(title: str, *heads: str, numbers: int) -> Table:
    """A table whose last columns hold numbers."""
    table = Table(
        title=_line(title),
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=None,
        pad_edge=False,
    )
    for place, head in enumerate(heads):
        table.add_column(
            _line(head), justify="right" if place >= len(heads) - numbers else "left", overflow="fold"
        )
    return table


def _print(table: Table, console: Console) -> None:
    console.print()
    console.print(table)


def _line(text: str, style: str = "") -> Text:
    return Text(printable(text), style)


def printable(text: str) -> str:
    """A text without what steers a terminal or turns the direction of writing."""
    return "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
