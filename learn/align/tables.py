"""What came of a comparison, in tables for people."""

from collections.abc import Iterable, Mapping, Sequence

from learn.align.fidelity import Distance, Fidelity, MeasureFound, Score

DISTANCES = {
    "tv": "total variation",
    "js": "Jensen-Shannon",
    "ks": "Kolmogorov-Smirnov",
    "w1": "Wasserstein-1",
}

Row = tuple[str, ...]


def scores(found: Mapping[str, Fidelity]) -> tuple[Row, list[Row]]:
    """A line a measure and a column a population, the overall score last: heads, and rows."""
    names = list(found)
    measures = [[each.measures[place] for each in found.values()] for place in range(_measures(found))]
    rows = [(line[0].measure.title, *(_score(each.score) for each in line)) for line in measures]
    overall = ("overall", *(_score(each.overall) for each in found.values()))
    return ("score, 0 to 100", *names), [*rows, overall]


def distances(found: Fidelity) -> tuple[Row, list[Row]]:
    """A line a measure: its score, and each distance with people's noise and the floor."""
    rows = [
        (each.measure.title, _score(each.score), *(_distance(each, name) for name in DISTANCES))
        for each in found.measures
    ]
    return ("measure", "score", *DISTANCES.values()), [
        *rows,
        ("overall", _score(found.overall), "", "", "", ""),
    ]


def markdown(name: str, found: Fidelity, how: str) -> str:
    """The distances of a population as a page.

    Args:
        name: what it is called.
        found: what came of it.
        how: how it was made, in a sentence.
    """
    heads, rows = distances(found)
    return "\n".join(
        [
            f"# {name} against people",
            "",
            how,
            "",
            "A cell is the distance, then in brackets people's own noise at these sample sizes (mean, and",
            "upper end of the 95 % interval) and the floor, a shopper who clicks blindly.",
            "",
            *_lines(heads, rows),
            "",
        ]
    )


def _lines(heads: Row, rows: Sequence[Row]) -> Iterable[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _measures(found: Mapping[str, Fidelity]) -> int:
    return len(next(iter(found.values())).measures)


def _score(score: Score | None) -> str:
    return "-" if score is None else f"{score.value:.0f} ({score.low:.0f}-{score.high:.0f})"


def _distance(found: MeasureFound, name: str) -> str:
    each: Distance | None = found.distances.get(name)
    if each is None:
        return ""
    told = "-" if each.value is None else f"{each.value:.3f}"
    return f"{told} ({each.noise.mean:.3f}, {each.noise.high:.3f}; {each.floor:.3f})"
