"""The worker that counts tokens of o200k_base and draws, in an environment of its own (see `wire`).

tiktoken would download the file of o200k_base; litellm's wheel carries it (MIT); tiktoken checks its digest.
"""

import importlib.util
import os
from pathlib import Path
from typing import Any

import matplotlib as mpl  # type: ignore[import-not-found]  # lives in another environment
import tiktoken  # type: ignore[import-not-found]  # lives in another environment

from benchmarks.simplify_bench.wire import serve

INK, PAPER, GRID = "#1f2933", "#ffffff", "#d5dbe1"
OURS, OTHERS = "#0b7a75", "#a3adb8"
LINES = ("#0b7a75", "#6bbf59", "#8895a3")
MARKS = ("o", "s", "^")


class Worker:
    """Counts and draws."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("litellm")
        assert found is not None
        assert found.origin is not None
        os.environ["TIKTOKEN_CACHE_DIR"] = str(
            Path(found.origin).parent / "litellm_core_utils" / "tokenizers"
        )
        self._encoding = tiktoken.get_encoding("o200k_base")

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Does what is asked."""
        if question["do"] == "count":
            return {
                "tokens": [
                    len(self._encoding.encode(text, disallowed_special=())) for text in question["texts"]
                ]
            }
        draw = {"draw_systems": draw_systems, "draw_scale": draw_scale}[question["do"]]
        draw(question["rows"], question["file"])
        return {}


def draw_systems(rows: list[dict[str, Any]], file: str) -> None:
    """Draws time and tokens of each system on each page as bars, labelled with value and completeness."""
    pages = list(dict.fromkeys(row["page"] for row in rows))
    figure, grid = _figure(len(pages), 2, height=max(len([r for r in rows if r["page"] == p]) for p in pages))
    for line, page in enumerate(pages):
        here = [row for row in rows if row["page"] == page][::-1]
        for axes, key, title in ((grid[line][0], "ms", "milliseconds"), (grid[line][1], "tokens", "tokens")):
            values = [row[key] for row in here]
            colours = [OURS if row["system"].startswith("simagent") else OTHERS for row in here]
            axes.barh([row["system"] for row in here], values, color=colours, height=0.68)
            axes.set_xscale("log")
            axes.set_xlim(min(values) / 2, max(values) * 12)
            axes.set_title(f"{page}: {title}", loc="left", fontsize=10, color=INK)
            for place, row in enumerate(here):
                share = f"  ({row['completeness']:.1%} complete)" if key == "tokens" else ""
                axes.text(
                    row[key] * 1.08, place, f"{_short(row[key])}{share}", va="center", fontsize=8, color=INK
                )
    _save(figure, file)


def draw_scale(rows: list[dict[str, Any]], file: str) -> None:
    """Draws milliseconds against visible elements, both logarithmic, with the fitted slopes."""
    figure, grid = _figure(1, 1, height=9)
    axes = grid[0][0]
    for row, colour, mark in zip(rows, LINES, MARKS, strict=False):
        label = f"{row['what']} (slope {row['slope']:.2f})"
        axes.plot(row["elements"], row["ms"], color=colour, marker=mark, label=label, linewidth=1.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("visible elements", color=INK)
    axes.set_ylabel("milliseconds", color=INK)
    axes.grid(visible=True, which="major", axis="both", color=GRID, linewidth=0.6)
    axes.legend(frameon=False, fontsize=9)
    _save(figure, file)


def _short(value: float) -> str:
    return f"{value / 1000:.1f}k" if value >= 1000 else f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _figure(lines: int, columns: int, height: int) -> tuple[Any, Any]:
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "simagent"  # the same figures give the same file
    # After the choice of backend.
    import matplotlib.pyplot as plt  # type: ignore[import-not-found]  # noqa: PLC0415  # elsewhere

    size = (5.6 * columns, (0.28 * height + 0.7) * lines)
    figure, grid = plt.subplots(lines, columns, figsize=size, squeeze=False, facecolor=PAPER)
    for axes in grid.flat:
        axes.set_facecolor(PAPER)
        axes.set_axisbelow(True)
        axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
        axes.tick_params(colors=INK, labelsize=9)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(GRID)
    return figure, grid


def _save(figure: Any, file: str) -> None:
    figure.tight_layout()
    form = Path(file).suffix.lstrip(".") or "svg"
    figure.savefig(file, format=form, metadata={"Date": None} if form == "svg" else None, dpi=110)


if __name__ == "__main__":
    serve(Worker().answer)
