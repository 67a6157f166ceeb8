"""Personas drawn from a population have the shares that it says, and are the same again."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from study.population import Age, Income, Population, draw

SIZE = 2000


def test_shares_are_those_of_the_population() -> None:
    people = draw(Population(size=SIZE, patience={"low": 1, "high": 3}, gender={"woman": 1, "man": 1}))
    share = sum(person.patience == "high" for person in people) / SIZE
    assert abs(share - 0.75) < 4 * math.sqrt(0.75 * 0.25 / SIZE)
    assert 0.44 < sum(person.gender == "woman" for person in people) / SIZE < 0.56


def test_ages_and_incomes_have_their_distributions_and_bounds() -> None:
    people = draw(
        Population(
            size=SIZE, age=Age(mean=40, sd=12, min=18, max=80), income=Income(median=50_000, spread=0.5)
        )
    )
    ages = [person.age for person in people if person.age is not None]
    assert len(ages) == SIZE
    assert 18 <= min(ages) <= max(ages) <= 80
    assert 39 < sum(ages) / SIZE < 42
    incomes = sorted(person.income[0] for person in people if person.income)
    assert 47_000 < incomes[SIZE // 2] < 53_000


@given(st.integers(1, 40), st.integers(0, 5), st.integers(0, 2**31))
def test_a_larger_population_begins_with_the_smaller_one(size: int, more: int, seed: int) -> None:
    def of(count: int) -> Population:
        return Population(
            size=count, seed=seed, gender={"woman": 1, "man": 1}, web_experience={"low": 1, "high": 1}
        )

    assert draw(of(size + more))[:size] == draw(of(size))


def test_one_trait_more_leaves_the_others_as_they_are() -> None:
    plain = draw(Population(size=50, patience={"low": 1, "high": 1}))
    richer = draw(Population(size=50, patience={"low": 1, "high": 1}, income=Income(median=40_000)))
    assert [person.patience for person in plain] == [person.patience for person in richer]
    assert all(person.income is None for person in plain)


def test_everybody_has_an_id_of_their_own_and_describes_themself() -> None:
    people = draw(Population(size=300, device=["your phone"], background="You like tea."))
    assert Counter(person.id for person in people).most_common(1)[0][1] == 1
    assert all(
        "You like tea." in person.describe() and "your phone" in person.describe() for person in people
    )


def test_an_impossible_age_is_refused() -> None:
    with pytest.raises(ValidationError, match="in this order"):
        Age(mean=10 + 5, sd=1, min=20, max=30)
