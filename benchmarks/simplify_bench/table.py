"""The terminal's tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.simplify_bench.measure import Record

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
            if record["system"] == "simagent":
                _show_missed(console, record)


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


def _show_missed(console: Console, record: Record) -> None:
    for kind in ("missed", "unseen"):
        for each in record.get(kind, [])[:20]:
            console.print(f"  {kind}: {each}", markup=False, highlight=False)
