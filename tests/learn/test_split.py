from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from learn.evaluation import Which, chosen
from learn.sources import bundled
from learn.split import Part, part_of, sessions_in
from tests.learn.values import session


def test_no_session_of_the_people_that_come_along_stands_in_two_parts_and_each_is_as_large_as_said() -> None:
    sessions = bundled("human_clicks").sessions
    parts = {part: {each.key for each in sessions_in(part, sessions)} for part in Part}
    assert sum(len(keys) for keys in parts.values()) == len({each.key for each in sessions}) == 19_203
    assert not parts[Part.TRAIN] & parts[Part.TEST]
    assert not parts[Part.TRAIN] & parts[Part.VALIDATION]
    shares = {part: len(keys) / len(sessions) for part, keys in parts.items()}
    assert abs(shares[Part.TRAIN] - 0.8) < 0.01
    assert abs(shares[Part.TEST] - 0.1) < 0.01


def test_the_split_never_changes() -> None:
    assert Counter(part_of(each).value for each in bundled("human_clicks").sessions) == {
        "train": 15_279, "validation": 1_940, "test": 1_984,
    }  # fmt: skip


@given(st.text(), st.lists(st.text(), min_size=2, max_size=5))
def test_a_user_is_in_one_part_with_all_sessions(user: str, identities: list[str]) -> None:
    assert len({part_of(session(identity=each, user=user)) for each in identities}) == 1


def test_only_what_nothing_was_trained_on_is_evaluated_unless_asked_for() -> None:
    sessions = bundled("human_clicks").sessions
    unseen = chosen(sessions, Which.UNSEEN)
    assert unseen == sessions_in(Part.TEST, sessions)
    assert len(chosen(sessions, Which.ALL)) == 19_203
    sample = chosen(sessions, Which.TEST, 50)
    assert len(sample) == 50
    assert sample == chosen(list(reversed(sessions)), Which.TEST, 50)
