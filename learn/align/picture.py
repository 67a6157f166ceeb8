"""The picture of a comparison: small multiples, one a measure, people against the simulated.

Bars are people, the box about a bar's top is where 95 % of the samples of people of the simulated size lie,
dots are the simulated. A dot within its box is as people are.
"""

from collections.abc import Iterator
from html import escape

from learn.align.fidelity import Fidelity, MeasureFound

COLUMNS = 3
WIDTH, HEIGHT = 330, 215
MARGIN = 14
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 34, 66
HEAD = 64

STYLE = """
text { font-family: system-ui, sans-serif; fill: #1f2933; font-size: 10px }
.head { font-size: 17px; font-weight: 600 } .title { font-size: 12px; font-weight: 600 }
.small { font-size: 9px; fill: #52606d } .paper { fill: #ffffff } .line { stroke: #d5dbe1; stroke-width: 1 }
.people { fill: #c3ccd5 } .noise { fill: #52606d; fill-opacity: .28; stroke: #52606d; stroke-width: .8 }
.simulated { fill: #0b7a75; stroke: #ffffff; stroke-width: .8 } .way { stroke: #0b7a75; fill: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb } .small { fill: #9aa5b1 } .paper { fill: #14191f } .line { stroke: #323f4b }
  .people { fill: #46525f } .noise { fill: #cbd2d9; fill-opacity: .3; stroke: #cbd2d9 }
  .simulated { fill: #4fd1c5; stroke: #14191f } .way { stroke: #4fd1c5 }
}
"""


def picture(name: str, found: Fidelity) -> str:
    """The picture as SVG.

    Args:
        name: what the simulated are called.
        found: what came of them.
    """
    lines = -(-len(found.measures) // COLUMNS)
    width, height = COLUMNS * WIDTH + 2 * MARGIN, HEAD + lines * HEIGHT + MARGIN
    size, label = f'width="{width}" height="{height}"', f'aria-label="{escape(name)} against people"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} role="img" {label}>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        _text(MARGIN, 28, _head(name, found), "head"),
        *_legend(found),
    ]
    for place, measure in enumerate(found.measures):
        x, y = MARGIN + (place % COLUMNS) * WIDTH, HEAD + (place // COLUMNS) * HEIGHT
        parts.append(f'<g transform="translate({x} {y})">{"".join(_panel(measure))}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _head(name: str, found: Fidelity) -> str:
    score = found.overall
    if score is None:
        return f"{name} against people: too few visits for a score"
    return f"{name} against people: {score.value:.0f} of 100 ({score.low:.0f} to {score.high:.0f})"


def _legend(found: Fidelity) -> Iterator[str]:
    y = 47
    yield f'<rect class="people" x="{MARGIN}" y="{y - 8}" width="14" height="9"/>'
    yield _text(MARGIN + 20, y, f"people ({found.people:,} sessions)")
    yield f'<rect class="noise" x="{MARGIN + 180}" y="{y - 8}" width="14" height="9"/>'
    yield _text(MARGIN + 200, y, f"where 95 % of samples of {found.simulated:,} people lie")
    yield f'<circle class="simulated" cx="{MARGIN + 447}" cy="{y - 4}" r="4"/>'
    yield _text(MARGIN + 457, y, f"simulated ({found.simulated:,} sessions)")


def _panel(found: MeasureFound) -> Iterator[str]:
    bins = len(found.people)
    tops = [*found.people, *found.simulated, *(high for _, high in found.noise)]
    most = max(tops) or 1.0
    step = (WIDTH - LEFT - RIGHT) / bins
    floor = HEIGHT - BOTTOM

    def y(share: float) -> float:
        return floor - share / most * (floor - TOP)

    score = "no telling" if found.score is None else f"{found.score.value:.0f}"
    yield _text(LEFT, 12, f"{found.measure.title}: {score}", "title")
    yield _text(LEFT, 24, found.measure.counted, "small")
    for share in (0.0, most / 2, most):
        yield f'<line class="line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
        label = f"{100 * share:.0f} %" if most >= 0.1 else f"{100 * share:.1f} %"
        yield _text(LEFT - 4, y(share) + 3, label, "small", anchor="end")
    middles = [LEFT + step * (place + 0.5) for place in range(bins)]
    for middle, share, (low, high) in zip(middles, found.people, found.noise, strict=True):
        left, width = middle - 0.36 * step, 0.72 * step
        yield _box("people", left, y(share), width, floor - y(share))
        yield _box("noise", left, y(high), width, max(y(low) - y(high), 1.0))
    points = [(middle, y(share)) for middle, share in zip(middles, found.simulated, strict=True)]
    if found.measure.values is not None:
        yield f'<polyline class="way" points="{" ".join(f"{x:.1f},{top:.1f}" for x, top in points)}"/>'
    for x, top in points:
        yield f'<circle class="simulated" cx="{x:.1f}" cy="{top:.1f}" r="{min(3.5, step / 3):.1f}"/>'
    slanted = any(len(label) * 5.2 > step for label in found.measure.labels)
    for middle, label in zip(middles, found.measure.labels, strict=True):
        yield _label(middle, floor + 12, label, slanted=slanted)


def _box(style: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _label(x: float, y: float, label: str, *, slanted: bool) -> str:
    if not slanted:
        return _text(x, y, label, "small", anchor="middle")
    turned = f' transform="rotate(-45 {x + 3:.1f} {y:.1f})"'
    return _text(x + 3, y, label, "small", anchor="end", more=turned)


def _text(x: float, y: float, text: str, style: str = "", *, anchor: str = "start", more: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'
