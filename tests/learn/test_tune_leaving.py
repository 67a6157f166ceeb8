from pathlib import Path

from learn.policies.sequence import SequenceModel
from learn.tune_leaving import BIASES, best_bias, exact_by_bias
from tests.learn.values import visits


def test_of_biases_that_are_as_exact_the_one_that_leaves_least_is_kept() -> None:
    assert best_bias({-0.6: 0.1941, -0.4: 0.1949, -0.2: 0.1951, 0.0: 0.1915}) == -0.4
    assert best_bias({0.0: 0.2}) == 0.0


def test_each_bias_is_tried_and_a_lower_one_leaves_less(tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1"], ["A2"], ["B4"])
    exact = exact_by_bias(SequenceModel.shipped(), sessions)
    assert tuple(exact) == BIASES
    assert exact[BIASES[-1]] >= exact[BIASES[0]]  # all of them leave after one click


def test_the_bias_decides_and_the_scores_stay_the_models_own(tmp_path: Path) -> None:
    [one] = visits(tmp_path, ["A1", "A2"])
    plain, biased = SequenceModel.shipped().by_argmax(), SequenceModel.shipped()
    for first, second in zip(plain.predict(one), biased.predict(one), strict=True):
        assert first.scores is not None
        assert second.scores is not None
        assert (first.scores.log_probabilities == second.scores.log_probabilities).all()
        assert first.actions == first.scores.best
