"""Numbers and names as a reader wants them, in the page and in the terminal."""

from collections.abc import Mapping

from agent.model.weights import SERVED_NAME
from study.file import Arm, ModelPolicy, RecitingChoice, RulesPolicy, StudyFile
from study.report.figures.shares import Mean, Share

NOTHING = "\u2013"
"""Stands where there is no number."""

_TOGETHER = "\u00a0"
_FINE = 20
"""Sessions from which a share is told to a tenth of a percent."""


def percent(share: Share) -> str:
    """A share, as precisely as its count allows."""
    return of_hundred(share.value, share.of)


def interval(share: Share) -> str:
    """The interval of a share."""
    if share.value is None:
        return NOTHING
    return f"{_hundredths(share.low, share.of)} to {_hundredths(share.high, share.of)}{_TOGETHER}%"


def counted(share: Share) -> str:
    """The counts behind a share."""
    return f"{share.count:,}{_TOGETHER}of{_TOGETHER}{share.of:,}"


def of_hundred(value: float | None, of: int) -> str:
    """A bare share of so many, as precisely as their number allows."""
    return NOTHING if value is None else f"{_hundredths(value, of)}{_TOGETHER}%"


def signed(value: float | None) -> str:
    """A difference, with its sign."""
    if value is None:
        return NOTHING
    return "0.0" if round(value, 1) == 0 else f"{value:+.1f}".replace("-", "\u2212")


def chance(p: float | None) -> str:
    """A p-value."""
    if p is None:
        return NOTHING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def mean_of(mean: Mean) -> str:
    """A mean with its interval."""
    if mean.value is None:
        return NOTHING
    if mean.low is None or mean.high is None:
        return f"{mean.value:.1f}"
    return f"{mean.value:.1f} ({mean.low:.1f} to {mean.high:.1f})"


def number(value: float | None, digits: int = 0) -> str:
    """A number with its thousands apart."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def duration(seconds: float | None) -> str:
    """A time as people say it: `42 s`, `12 min 5 s`, `3 h 20 min`."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return f"{seconds:.1f}{_TOGETHER}s"
    total = round(seconds)
    if total < 60:
        return f"{total}{_TOGETHER}s"
    minutes, rest = divmod(total, 60)
    if minutes < 60:
        return f"{minutes}{_TOGETHER}min {rest}{_TOGETHER}s"
    return f"{minutes // 60:,}{_TOGETHER}h {minutes % 60}{_TOGETHER}min"


def plural(count: int, one: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def shortened(text: str, length: int) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def policy_named(study: StudyFile) -> str:
    """What decided, in a few words."""
    match study.policy:
        case RulesPolicy():
            return "simple rules, without a model"
        case RecitingChoice():
            return "a list of decisions that was written beforehand"
        case ModelPolicy() as policy:
            name = policy.model or SERVED_NAME
            return f"{name}, calibrated" if policy.calibration else name


def arm_told(study: StudyFile, arm: Arm) -> str:
    """What an arm is: its site, or its shop with the switches that were set."""
    if arm.site is not None:
        return str(arm.site)
    shop = arm.shop or study.shop
    size = f", {shop.size:,} products" if shop.catalogue == "market" else ""
    return f"sandbox shop {shop.catalogue}{size}: {_switches(arm.set)}"


def _switches(switches: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in switches.items()) or "as it comes"


def _hundredths(value: float, of: int) -> str:
    return f"{100 * value:.1f}" if of >= _FINE else f"{100 * value:.0f}"
