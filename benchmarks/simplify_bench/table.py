"""The terminal's tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.simplify_bench.measure import Record
from benchmarks.simplify_bench.systems import OURS

COLUMNS = ("ms", "x aria", "CPU ms", "chars", "tokens", "targets", "complete", "ambiguous", "notes")


def show(console: Console, records: Sequence[Record]) -> None:
    """Prints a table a page, and what ours missed on it."""
    for page in dict.fromkeys(record["page"] for record in records):
        here = [record for record in records if record["page"] == page]
        judged = max((record.get("judged", 0) for record in here), default=0)
        table = Table(title=f"{page}: a person can act on {judged} things", title_justify="left")
        table.add_column("system", no_wrap=True)
        for column in COLUMNS:
            table.add_column(column, justify="left" if column == "notes" else "right")
        for record in here:
            table.add_row(record["system"], *_cells(record))
        console.print(table)
        for record in here:
            if record["system"] == OURS:
                _show_ours(console, record)


def _cells(record: Record) -> list[str]:
    if "failure" in record:
        return ["-"] * (len(COLUMNS) - 1) + [record["failure"]]
    ratio = record["ratio_to_aria_snapshot"]
    return [
        f"{record['ms']:.1f}",
        f"{ratio:.2f}" if ratio is not None else "-",
        f"{record['cpu_ms']:.0f}",
        f"{record['chars']:,}",
        f"{record['tokens']:,}" if record["tokens"] is not None else "-",
        f"{record['targets']:,}",
        f"{record['completeness']:.1%}",
        f"{record['ambiguous']:,}",
        _notes(record),
    ]


def _notes(record: Record) -> str:
    if "capture_ms" in record:
        return f"capture {record['capture_ms']:.1f} + simplify {record['simplify_ms']:.1f}"
    if "megabytes_per_second" in record:
        return f"{record['megabytes_per_second']:.1f} MB/s"
    return ""


def show_scale(console: Console, growth: Sequence[Record]) -> None:
    """Prints how time grows with the page, where that was measured."""
    if not growth:
        return
    table = Table(title="Milliseconds by visible elements", title_justify="left")
    table.add_column("what", no_wrap=True)
    for elements in growth[0]["elements"]:
        table.add_column(f"{elements:,}", justify="right")
    table.add_column("slope", justify="right")
    for each in growth:
        table.add_row(each["what"], *(f"{ms:,.0f}" for ms in each["ms"]), f"{each['slope']:.2f}")
    console.print(table)


def _show_ours(console: Console, record: Record) -> None:
    if names := record.get("names"):
        kept = ", ".join(
            f"{names[key]:.1%} {key.replace('_', ' ')}" for key in names if key.startswith("after")
        )
        console.print(
            f"  names: median {names['tokens_median']:g} tokens, p90 {names['tokens_p90']}; same: {kept}"
        )
    if clicks := record.get("clicks"):
        console.print(f"  clicks: {clicks['share']:.1%} of {clicks['tried']} targets could be acted on")
        for each in clicks["failed"][:20]:
            console.print(f"  not clicked: {each}", markup=False, highlight=False)
    for kind in ("missed", "unseen"):
        for each in record.get(kind, [])[:20]:
            console.print(f"  {kind}: {each}", markup=False, highlight=False)
