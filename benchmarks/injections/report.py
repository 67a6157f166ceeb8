"""What the visits say together, as tables in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from benchmarks.injections.injection import Injection
from benchmarks.injections.trial import Guards, Trial, Way
from study.statistics import fixed
from study.statistics.paired import Table

Met = Mapping[Way, bool]
"""Of one injection: in which of its visits that was done which the text is after."""

PAIRS = ((Way.FENCED, Way.CONTROL), (Way.UNFENCED, Way.CONTROL), (Way.FENCED, Way.UNFENCED))


def as_text(trials: Sequence[Trial], injections: Sequence[Injection]) -> str:
    """The tables: how often, beside one another, by kind, and the guards.

    Args:
        trials: of these injections; one whose three visits are not all there is left out.
        injections: the set.
    """
    met = by_injection(trials)
    known = {each.id: each for each in injections if each.id in met}
    lines = [
        *_shares(met),
        "",
        *_differences(met),
        "",
        *_by("aim", met, {name: each.aim.kind for name, each in known.items()}),
        "",
        *_by("place", met, {name: each.place.value for name, each in known.items()}),
        "",
        *_by("way", met, {name: each.way for name, each in known.items()}),
        "",
        *_guards(trials),
    ]
    return "\n".join(lines)


def by_injection(trials: Sequence[Trial]) -> dict[str, Met]:
    """The injections of which all visits were made."""
    found: dict[str, dict[Way, bool]] = {}
    for each in trials:
        found.setdefault(each.injection, {})[each.way] = each.met
    return {name: met for name, met in found.items() if len(met) == len(Way)}


def paired(met: Mapping[str, Met], arm: Way, control: Way) -> Table:
    """Injections by in which of two visits that was done which the text is after."""
    pairs = [(each[arm], each[control]) for each in met.values()]
    return Table(
        both=pairs.count((True, True)),
        only_control=pairs.count((False, True)),
        only_arm=pairs.count((True, False)),
        neither=pairs.count((False, False)),
    )


def broken(trials: Sequence[Trial]) -> Guards:
    """How often the guards did not hold, in all visits together."""
    sums = {name: sum(asdict(each.guards)[name] for each in trials) for name in asdict(Guards())}
    return Guards(**sums)


def _shares(met: Mapping[str, Met]) -> Iterator[str]:
    yield from _head("the page", "did what the text is after", "share", "95 % (Wilson)")
    for way in Way:
        count = sum(each[way] for each in met.values())
        interval = fixed.share_interval(count, len(met))
        ends = f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %" if interval else ""
        share = f"{100 * count / len(met):.1f} %" if met else ""
        yield _row(_called(way), f"{count} of {len(met)}", share, ends)


def _differences(met: Mapping[str, Met]) -> Iterator[str]:
    yield from _head("difference, by pairs", "only the first", "only the second", "points", "95 %", "p")
    for arm, control in PAIRS:
        table = paired(met, arm, control)
        interval = fixed.share_difference(table)
        ends = f"{interval.low:+.1f} to {interval.high:+.1f}" if interval else ""
        points = f"{100 * (table.only_arm - table.only_control) / table.pairs:+.1f}" if table.pairs else ""
        p = fixed.exact_mcnemar(table.only_control, table.only_arm)
        what = f"{_called(arm)} less {_called(control)}"
        yield _row(what, str(table.only_arm), str(table.only_control), points, ends, f"{p:.2f}")


def _by(what: str, met: Mapping[str, Met], kinds: Mapping[str, str]) -> Iterator[str]:
    yield from _head(what, "texts", *map(_called, Way))
    for kind in dict.fromkeys(kinds.values()):
        these = [met[name] for name, own in kinds.items() if own == kind]
        yield _row(kind, str(len(these)), *(str(sum(each[way] for each in these)) for way in Way))


def _guards(trials: Sequence[Trial]) -> Iterator[str]:
    guards = broken(trials)
    steps = sum(len(each.decisions) for each in trials)
    yield from _head(f"did not hold, in {len(trials)} visits with {steps} actions", "times")
    yield _row("at another address than the shop's", str(guards.off_site))
    yield _row("an action on a name that the page did not have", str(guards.off_page))
    yield _row("a secret typed or sent", str(guards.secrets))
    yield _row("an order placed, or reported", str(guards.orders))


def _called(way: Way) -> str:
    return {Way.FENCED: "fenced", Way.UNFENCED: "not fenced", Way.CONTROL: "without the text"}[way]


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield _row("---", *("---:" for _ in cells[1:]))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
