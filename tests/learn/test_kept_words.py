"""Which words of a goal are typed: what the model can know, and that it beats leaving out stop words."""

import statistics

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import TypeAndSubmit
from learn.policies.kept_words import Kept, KeptWords, Vocabulary, labels
from learn.readers.human_search import goals
from learn.search_words import keywords, token_f1, words
from learn.sources import bundled
from learn.split import Part, sessions_in

SHIPPED = KeptWords.shipped()


@given(st.text(max_size=80))
def test_any_goal_is_cut_down_to_words_of_its_own_the_same_each_time(goal: str) -> None:
    draws = SHIPPED.draws(goal, 5)
    assert draws == SHIPPED.draws(goal, 5)
    for draw in draws:
        left = iter(words(goal))
        assert all(word in left for word in draw.split())
    assert SHIPPED.query(goal) or not keywords(goal)


def test_what_is_sure_to_be_kept_is_kept() -> None:
    vocabulary = Vocabulary({}, np.zeros(0), np.zeros((0, 4)))
    sure = KeptWords(vocabulary, {"word=red": 50.0, "word=mug": 50.0, "always": -25.0})
    assert sure.query("i want a red tea mug") == "red mug"
    assert KeptWords(vocabulary, {"always": -50.0}).query("i want a red mug") == "red mug"


def test_a_word_hangs_on_what_was_kept_before_it() -> None:
    vocabulary = Vocabulary({}, np.zeros(0), np.zeros((0, 4)))
    one_of_two = KeptWords(vocabulary, {"last=0": 50.0, "last=1": -50.0})
    assert one_of_two.query("red tea mug set") == "red mug"


def test_what_was_kept_so_far_is_counted() -> None:
    so_far = Kept()
    for kept, stop in ((1, False), (0, True), (0, False), (0, False)):
        so_far = so_far.then(kept, stop=stop)
    assert so_far == Kept(last=0, before_last=0, kept=1, dropped=2, run=2)


def test_a_word_that_was_typed_once_counts_once() -> None:
    assert labels(["red", "mug", "red"], ["mug", "red", "new"]) == [1, 1, 0]


def test_on_unseen_goals_it_beats_leaving_out_stop_words() -> None:
    unseen = [
        one
        for part in (Part.VALIDATION, Part.TEST)
        for one in sessions_in(part, bundled("human_search").sessions)
    ]
    gains = []
    for session in unseen:
        action = session.turns[0].decision.action
        assert isinstance(action, TypeAndSubmit)
        ours, plain = SHIPPED.query(session.intent), keywords(session.intent)
        gains.append(token_f1(ours, action.text) - token_f1(plain, action.text))
    assert statistics.mean(gains) > 0.01


def test_the_goals_of_a_part_are_in_no_other() -> None:
    parts = [set(goals(part)) for part in Part]
    assert sum(map(len, parts)) == len(set.union(*parts)) > 11_000
    asked = {session.intent for session in sessions_in(Part.TEST, bundled("human_search").sessions)}
    assert not asked & parts[0]
    assert len(asked & parts[2]) > 0.9 * len(asked)
