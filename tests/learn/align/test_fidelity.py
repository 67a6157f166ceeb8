"""Fidelity: people are as people are, a blind shopper is not, and what cannot be told is not told."""

import json
import warnings
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from learn.align.comparison import slug
from learn.align.fidelity import fidelity
from learn.align.picture import picture
from learn.align.tables import distances, markdown, scores
from learn.align.tally import Tally, distances_of, sampled_pairs
from learn.policies.sequence import SequenceModel
from learn.policies.uniform import ClicksBlindly
from learn.readers.human_clicks import visitor
from learn.walks import Clicks, simulate

VISITOR = visitor("Poland")


@pytest.fixture(scope="module")
def crowd() -> list[Clicks]:
    """Visits that stand for people's here."""
    return simulate(SequenceModel.shipped(), [VISITOR] * 1200, seed=5)


@pytest.fixture(scope="module")
def blind() -> list[Clicks]:
    return simulate(ClicksBlindly(), [VISITOR] * 800, seed=6)


def test_people_against_people_score_about_100_and_the_blind_about_0(
    crowd: list[Clicks], blind: list[Clicks]
) -> None:
    people, pool, floor = Tally.of(crowd[:400]), Tally.of(crowd), Tally.of(blind[:400])
    same = fidelity(Tally.of(crowd[400:800]), people, pool, floor, draws=100)
    other = fidelity(Tally.of(blind[400:]), people, pool, floor, draws=100)
    assert same.overall is not None
    assert other.overall is not None
    assert same.overall.value > 90
    assert other.overall.value < 15
    for found in (same, other):
        assert found.overall is not None
        assert found.overall.low <= found.overall.value <= found.overall.high
        for measure in found.measures:
            assert sum(measure.people) == pytest.approx(1)
            assert sum(measure.simulated) == pytest.approx(1)
            assert set(measure.distances) == {"tv", "js"} | (
                {"ks", "w1"} if measure.measure.values else set()
            )


def test_more_visits_make_the_noise_smaller(crowd: list[Clicks]) -> None:
    pool = Tally.of(crowd)
    few, many = (
        distances_of(*sampled_pairs(pool, size, size, 60, np.random.default_rng(0))) for size in (40, 400)
    )
    assert all(np.nanmean(many[key]) < np.nanmean(few[key]) for key in few)


def test_samples_of_a_pair_share_no_visit_where_the_pool_is_large_enough() -> None:
    pool = Tally(np.eye(20, dtype=np.float32))
    first, second = sampled_pairs(pool, 8, 12, 5, np.random.default_rng(0))
    assert ((first + second) == 1).all()
    again, _ = sampled_pairs(pool, 15, 15, 5, np.random.default_rng(0))
    assert again.max() > 1


def test_what_is_not_there_scores_0_and_what_cannot_be_told_is_none(
    crowd: list[Clicks], blind: list[Clicks]
) -> None:
    people, pool = Tally.of(crowd[:300]), Tally.of(crowd)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        leaves = fidelity(Tally.of([()] * 300), people, pool, Tally.of(blind), draws=50)
        hardly = fidelity(Tally.of(crowd[:2]), people, pool, Tally.of(blind), draws=50)
        unlike = fidelity(people, people, pool, people, draws=50)
        once = fidelity(
            Tally.of([(3,)] * 9), Tally.of([(5,)] * 9), Tally.of([(5,)] * 20), Tally.of(blind), draws=9
        )
    assert {each.measure.name for each in once.measures if not each.distances} == {
        "category_flow", "move", "share_next", "persistence",
    }  # fmt: skip
    by_name = {each.measure.name: each for each in leaves.measures}
    assert by_name["colour"].distances["tv"].value is None
    assert by_name["colour"].score is not None
    assert by_name["colour"].score.value == 0
    assert hardly.overall is None or 0 <= hardly.overall.value <= 100
    assert unlike.overall is None  # the floor is no farther than people are from each other
    assert "too few visits" in picture("people", unlike)


def test_tables_and_pictures_tell_all_measures(crowd: list[Clicks], blind: list[Clicks]) -> None:
    found = fidelity(
        Tally.of(crowd[:300]), Tally.of(crowd[300:600]), Tally.of(crowd), Tally.of(blind), draws=50
    )
    heads, rows = distances(found)
    assert all(len(row) == len(heads) for row in rows)
    assert [row[0] for row in rows] == [*(each.measure.title for each in found.measures), "overall"]
    heads, rows = scores({"one": found, "other": found})
    assert heads[1:] == ("one", "other")
    assert len(rows) == len(found.measures) + 1
    text = markdown("one <two>", found, "By hand.")
    assert text.count("\n|") == len(rows) + 2
    drawn = ET.fromstring(picture("one <two> & three", found))
    words = "".join(drawn.itertext())
    assert all(each.measure.title in words for each in found.measures)
    dots = [each for each in drawn.iter() if each.get("class") == "simulated"]
    assert len(dots) == 1 + sum(len(each.people) for each in found.measures)
    assert json.loads(json.dumps(found.as_json()))["simulated"] == 300


def test_names_become_file_names() -> None:
    assert slug("My model: 7B/x") == "my-model-7b-x"
