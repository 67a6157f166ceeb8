"""What came of the experiment on fidelity, as a table and as a picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from learn.metrics import Comparison, Estimate

HEADS = {
    "exact": "exact",
    "next_product": "next product",
    "leave_f1": "leave F1",
    "log_loss": "log loss, nats",
    "query_f1": "query F1",
    "query_exact": "query exact",
    "query_edit": "query edit",
}
PERCENT = 100.0

LABELS, PLOT, ROW, TOP, FOOT = 300, 420, 26, 52, 40
STYLE = """
text { font-family: system-ui, sans-serif; fill: #1f2933; font-size: 12px }
.head { font-size: 15px; font-weight: 600 } .small { font-size: 10px; fill: #52606d }
.paper { fill: #ffffff } .grid { stroke: #e4e7eb } .whisker { stroke: #0b7a75; stroke-width: 2 }
.dot { fill: #0b7a75 } .baseline .dot { fill: #7b8794 } .baseline .whisker { stroke: #9aa5b1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb } .small { fill: #9aa5b1 } .paper { fill: #14191f } .grid { stroke: #323f4b }
  .whisker { stroke: #4fd1c5 } .dot { fill: #4fd1c5 }
}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One policy.

    Attributes:
        policy: what it is called.
        sessions: that it was asked about.
        decisions: in these.
        scores: by name (`learn.metrics.scores`).
        difference: of its `exact` to a named rival's, paired; None for the rival and where there is none.
    """

    policy: str
    sessions: int
    decisions: int
    scores: Mapping[str, Estimate]
    difference: Comparison | None


@dataclass(frozen=True, slots=True)
class Table:
    """Policies held against the same people.

    Attributes:
        title: what was asked.
        lines: one a policy.
        shown: the scores that are columns.
    """

    title: str
    lines: Sequence[Line]
    shown: Sequence[str]


def markdown(table: Table) -> str:
    """A table for a page: in percent but for the log loss, with 95 % intervals."""
    rival = next((line.difference.b for line in table.lines if line.difference), None)
    heads = ["policy", "sessions", *(HEADS[name] for name in table.shown)]
    heads += [f"exact less {rival}'s"] if rival else []
    rows = []
    for line in table.lines:
        cells = [f"`{line.policy}`", f"{line.sessions:,}"]
        cells += [_cell(line.scores[name], name) for name in table.shown]
        if rival:
            cells.append(_cell(line.difference.difference, "exact", sign="+") if line.difference else "")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(
        [f"### {table.title}", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *rows, ""]
    )


def picture(table: Table) -> str:
    """The first score of a table as dots with whiskers, best at the top, as SVG."""
    name = table.shown[0]
    lines = sorted(table.lines, key=lambda line: -(line.scores[name].value or 0.0))
    most = max(PERCENT * (line.scores[name].high or 0.0) for line in lines)
    scale = PLOT / (5 * (int(most / 5) + 1))
    width, height = LABELS + PLOT + 70, TOP + ROW * len(lines) + FOOT
    size = f'width="{width}" height="{height}" aria-label="{escape(table.title)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} role="img">',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{width}" height="{height}"/>',
            f'<text class="head" x="16" y="26">{escape(table.title)}: {HEADS[name]}, percent</text>',
            *_grid(scale, height),
            *(_row(line, name, scale, TOP + ROW * place) for place, line in enumerate(lines)),
            "</svg>",
            "",
        ]
    )


def _grid(scale: float, height: int) -> Iterator[str]:
    for percent in range(0, int(PLOT / scale) + 1, 5):
        x = LABELS + percent * scale
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - FOOT}"/>'
        label = height - FOOT + 16
        yield f'<text class="small" x="{x:.1f}" y="{label}" text-anchor="middle">{percent}</text>'


def _row(line: Line, name: str, scale: float, y: float) -> str:
    score = line.scores[name]
    value, low, high = (PERCENT * (part or 0.0) for part in (score.value, score.low, score.high))
    kind = "baseline" if " " not in line.policy and line.policy != "hybrid" else "ours"
    at, start, end = (LABELS + part * scale for part in (value, low, high))
    return (
        f'<g class="{kind}"><text x="{LABELS - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(line.policy)}'
        f'</text><line class="whisker" x1="{start:.1f}" x2="{end:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<circle class="dot" cx="{at:.1f}" cy="{y:.1f}" r="4.5"/>'
        f'<text class="small" x="{end + 8:.1f}" y="{y + 4:.1f}">{value:.1f}</text></g>'
    )


def _cell(score: Estimate, name: str, sign: str = "") -> str:
    if score.value is None:
        return "-"
    unit = 1.0 if name == "log_loss" else PERCENT
    form = f"{sign}.{2 if name == 'log_loss' else 1}f"
    if score.low is None or score.high is None:
        return f"{unit * score.value:{form}}"
    return f"{unit * score.value:{form}} ({unit * score.low:{form}} to {unit * score.high:{form}})"
