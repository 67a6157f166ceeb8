"""The order of a study's sessions: twins, counterbalanced, the same again."""

from collections import Counter, defaultdict
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from study.plan import plan
from tests.study.studies import resolved


def arms(count: int) -> dict[str, dict[str, object]]:
    return {f"arm-{number}": {} for number in range(count)}


@settings(max_examples=25)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(1, 4), st.integers(0, 1000))
def test_every_session_has_its_twin_in_every_arm(
    count: int, people: int, repetitions: int, seed: int
) -> None:
    study = resolved(personas=[{"sample": people}], arms=arms(count), repetitions=repetitions, seed=seed)
    sessions = plan(study)
    assert len(sessions) == study.sessions == count * people * repetitions
    assert [session.number for session in sessions] == list(range(1, len(sessions) + 1))
    for _, twins in groupby(sessions, key=lambda session: session.pair):
        same = list(twins)
        assert {session.arm for session in same} == set(arms(count))
        assert len(same) == count
        assert len({(session.persona.id, session.intent, session.seed) for session in same}) == 1
    assert plan(study) == sessions
    assert len({session.key for session in sessions}) == len(sessions)


def test_every_arm_has_every_place_equally_often() -> None:
    for count in (2, 3, 5):
        study = resolved(personas=[{"sample": 20}], arms=arms(count), repetitions=6)
        places: dict[str, Counter[int]] = defaultdict(Counter)
        for _, twins in groupby(plan(study), key=lambda session: session.pair):
            for place, session in enumerate(twins):
                places[session.arm][place] += 1
        for counts in places.values():
            assert set(counts.values()) == {120 // count}


def test_repetitions_have_seeds_of_their_own_and_everybody_comes_before_anybody_comes_again() -> None:
    study = resolved(personas=[{"sample": 10}], repetitions=3)
    sessions = [session for session in plan(study) if session.arm == "control"]
    assert len({session.seed for session in sessions}) == 30
    for begin in (0, 10, 20):
        assert len({session.persona.id for session in sessions[begin : begin + 10]}) == 10
    assert max(session.seed for session in sessions) < 2**31


def test_another_seed_is_another_order_with_other_seeds() -> None:
    one, other = plan(resolved(seed=1, repetitions=5)), plan(resolved(seed=2, repetitions=5))
    assert {session.seed for session in one}.isdisjoint(session.seed for session in other)
