"""Measures: what is counted of visits, by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.align.measures import LONGEST, MOVES, Trail, measures
from learn.clothing2008 import listings

COLUMNS = {code: place for place, code in enumerate(listings().products)}
NAMED = {measure.name: measure for measure in measures()}


def counted(name: str, *visits: Sequence[str]) -> dict[str, float]:
    """How often each bin occurs in these visits, without those that do not."""
    measure = NAMED[name]
    counts = measure.counts(Trail.of([tuple(COLUMNS[code] for code in visit) for visit in visits]))
    bins = measure.binned(counts.sum(axis=0))
    return {label: count for label, count in zip(measure.labels, bins.tolist(), strict=True) if count}


@pytest.mark.parametrize(
    ("name", "visits", "expected"),
    [
        ("length", [["A1", "A2"], [], ["B4"], ["P1"] * 11], {"2": 1, "0": 1, "1": 1, "10-11": 1}),
        ("category", [["A1", "B1", "P5"]], {"trousers": 1, "skirts": 1, "sale": 1}),
        ("category_flow", [["A1", "A9", "B1"], ["P1"]], {"trousers > trousers": 1, "trousers > skirts": 1}),
        ("page", [["A1", "A20", "P80"]], {"1": 1, "2": 1, "5": 1}),
        (
            "revisits", [["A1", "A1", "A2", "A1"], ["A1"]],
            {"first look": 3, "again at once": 1, "again later": 1},
        ),
        ("share_next", [["A1", "A2", "A3"], ["A1"], ["A5", "A1"]], {"more": 1, "none": 1}),
        (
            "persistence", [["A1", "A2", "A9", "A3", "A4"]],
            {"forward twice": 1, "forward, back": 1, "back, forward": 1},
        ),
        ("persistence", [["A1", "A1", "A2", "B1", "B2"]], {}),
    ],
)  # fmt: skip
def test_what_is_counted(name: str, visits: list[list[str]], expected: dict[str, float]) -> None:
    assert counted(name, *visits) == expected


def test_runs_go_on_from_product_to_next_product_of_a_page_and_end_with_the_visit() -> None:
    on_first = [code for code, product in listings().products.items() if product.place == 1]
    assert counted("runs", on_first[:3], [on_first[3], *on_first[:2]]) == {"3": 1, "1": 1, "2": 1}
    last, over = on_first[-1], next(code for code, p in listings().products.items() if p.place == 2)
    assert counted("runs", [last, over]) == {"1": 2}


def test_moves_are_told_apart() -> None:
    shop = listings().products
    first = [code for code, product in shop.items() if product.place == 1]
    at = {product.place: code for code, product in reversed(list(shop.items()))}
    tour = [first[0], first[0], first[1], first[0], first[3], first[8], first[5], first[1]]
    assert list(counted("move", tour)) == list(MOVES[:7])
    pages = [at[1], at[2], at[1], at[4], at[7]]
    assert counted("move", pages) == {
        "next page": 1, "other page": 1, "other category": 1, "its later page": 1,
    }  # fmt: skip


def test_prices_colours_and_places_are_those_of_the_shop() -> None:
    for code, product in list(listings().products.items())[::13]:
        price, colour, location = NAMED["price"], NAMED["colour"], NAMED["location"]
        trail = Trail.of([(COLUMNS[code],)])
        assert price.values is not None
        assert price.values[int(price.counts(trail)[0].argmax())] == product.price_cents / 100
        assert counted("colour", [code]) == {product.colour: 1}
        assert colour.labels.count(product.colour) == 1
        assert int(location.counts(trail)[0].argmax()) == product.position


visits = st.lists(st.lists(st.integers(0, 216), max_size=12).map(tuple), min_size=1, max_size=8)


@given(visits)
def test_each_thing_is_counted_once(several: list[tuple[int, ...]]) -> None:
    trail = Trail.of(several)
    clicks, pairs = sum(map(len, several)), sum(max(len(visit) - 1, 0) for visit in several)
    totals = {name: measure.counts(trail).sum() for name, measure in NAMED.items()}
    assert totals["length"] == len(several)
    assert all(
        totals[name] == clicks for name in ("category", "page", "location", "price", "colour", "revisits")
    )
    assert totals["category_flow"] == totals["move"] == pairs
    assert totals["share_next"] == sum(len(visit) > 1 for visit in several)
    runs = NAMED["runs"]
    assert runs.counts(trail) @ np.arange(1, len(runs.bins) + 1) == pytest.approx(
        np.array([len(v) for v in several])
    )


@given(visits)
def test_a_visit_counts_the_same_whoever_comes_before(several: list[tuple[int, ...]]) -> None:
    for measure in measures():
        together = measure.counts(Trail.of(several))
        alone = np.concatenate([measure.counts(Trail.of([visit])) for visit in several])
        assert np.array_equal(together, alone)


def test_bins_hold_every_value_and_ordered_values_ascend() -> None:
    for measure in measures():
        assert set(measure.bins) == set(range(len(measure.labels)))
        if measure.values is not None:
            assert len(measure.values) == len(measure.bins)
            assert list(measure.values) == sorted(set(measure.values))
            assert list(measure.bins) == sorted(measure.bins)
    assert counted("length", ["A1"] * (LONGEST + 5)) == {"30+": 1}
