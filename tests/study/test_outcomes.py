"""What is compared of a study's sessions, and the rule by which one may stop early."""

from datetime import UTC, datetime
from pathlib import Path

from agent.recording import Header, Recorder
from agent.session import Ending, EndingKind
from study.file import Analysis
from study.ledger import Ran
from study.outcomes import Outcome, StoppingRule, findings
from study.plan import Planned, plan
from study.visiting import SESSIONS
from tests.study.studies import ran, resolved

STUDY = resolved(personas=[{"sample": 20}], repetitions=2)
SESSIONS_PLANNED = plan(STUDY)
ARMS = tuple(STUDY.study.arms)


def record(folder: Path, planned: Planned, ending: EndingKind) -> Ran:
    """A recording of a session that only came to its end."""
    header = Header(
        version="0",
        started=datetime.now(UTC),
        persona=planned.persona,
        intent=planned.intent,
        site="http://shop.test/",
        policy={},
        seed=planned.seed,
        settings={},
    )
    recorder = Recorder(folder / SESSIONS / planned.key, header)
    recorder.end(Ending(kind=ending, message="Over.", at=datetime.now(UTC)), 0, None)
    recorder.close()
    return ran(ending)


def outcome(planned: Planned, *, bought: bool) -> Outcome:
    return Outcome(
        planned.pair, planned.arm, frozenset({"bought"} if bought else {"left"}), steps=planned.pair
    )


def test_findings_pair_twins_and_leave_out_what_is_not_done() -> None:
    done = [planned for planned in SESSIONS_PLANNED if planned.pair not in {3, 4}]
    outcomes = [outcome(planned, bought=planned.arm == "control" and planned.pair <= 10) for planned in done]
    found = findings(SESSIONS_PLANNED, ARMS, outcomes, Analysis(measures=("bought", "stuck")))
    [bought] = [each for each in found.comparisons if each.measure == "bought"]
    assert (bought.planned, bought.pairs) == (40, 38)
    assert bought.kind == "share"
    assert (bought.in_control.count, bought.in_arm.count) == (8, 0)
    assert (bought.only_control, bought.only_arm) == (8, 0)
    assert bought.significant
    [left] = [each for each in found.comparisons if each.measure == "left"]
    assert left.p is None


def test_a_study_stops_once_its_first_measure_differs_and_not_before(tmp_path: Path) -> None:
    rule = StoppingRule(SESSIONS_PLANNED, ARMS, Analysis(measures=("bought",), stop_early=True), tmp_path)
    stopped = []
    for planned in SESSIONS_PLANNED:
        ending = EndingKind.PURCHASED if planned.arm == "control" else EndingKind.LEFT
        stopped.append((planned.pair, rule.note(planned, record(tmp_path, planned, ending))))
        if stopped[-1][1]:
            break
    assert stopped[-1][1]
    assert 6 <= stopped[-1][0] <= 12


def test_no_difference_never_stops_it(tmp_path: Path) -> None:
    rule = StoppingRule(SESSIONS_PLANNED, ARMS, Analysis(measures=("bought",), stop_early=True), tmp_path)
    for planned in SESSIONS_PLANNED:
        ending = EndingKind.PURCHASED if planned.pair % 3 else EndingKind.LEFT
        assert not rule.note(planned, record(tmp_path, planned, ending))


def test_it_looks_at_pairs_in_the_plans_order_and_passes_over_those_that_were_given_up(
    tmp_path: Path,
) -> None:
    rule = StoppingRule(SESSIONS_PLANNED, ARMS, Analysis(measures=("bought",), stop_early=True), tmp_path)
    late = [planned for planned in SESSIONS_PLANNED if planned.pair == 1]
    for planned in SESSIONS_PLANNED[2:]:
        ending = EndingKind.PURCHASED if planned.arm == "control" else EndingKind.LEFT
        assert not rule.note(planned, record(tmp_path, planned, ending)), "the first pair is still to come"
    assert not rule.note(late[0], ran(EndingKind.FAULT))
    assert rule.note(late[1], ran(EndingKind.FAULT))
