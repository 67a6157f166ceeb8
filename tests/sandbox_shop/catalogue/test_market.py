"""The generated market."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from statistics import mean, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox_shop.catalogue import Catalogue, Product, catalogue_named
from sandbox_shop.catalogue.market import market
from sandbox_shop.catalogue.pictures import _shape_names
from sandbox_shop.catalogue.vocabulary import load_palette, load_vocabulary
from sandbox_shop.errors import CatalogueError

DIGEST = """
import hashlib
from sandbox_shop.catalogue.market import market
print(hashlib.sha256(repr(market(7, 120)).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return market()


def products_of(catalogue: Catalogue, slug: str) -> list[Product]:
    return [product for product in catalogue.products if product.category == slug]


def test_the_same_seed_makes_the_same_market_in_every_process() -> None:
    here = hashlib.sha256(repr(market(7, 120)).encode()).hexdigest()
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        there = subprocess.run(
            [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
        )
        assert there.stdout.strip() == here


def test_another_seed_makes_another_market() -> None:
    one, other = market(1, 200), market(2, 200)
    same = sum(a.title == b.title for a, b in zip(one.products, other.products, strict=True))
    assert same < 20


@given(seed=st.integers(0, 2**32), size=st.integers(1, 160))
@settings(max_examples=15, deadline=None)
def test_a_larger_market_begins_with_the_smaller_one(seed: int, size: int) -> None:
    assert market(seed, size + 40).products[:size] == market(seed, size).products


def test_a_market_of_nothing_is_refused() -> None:
    with pytest.raises(CatalogueError, match="at least one product"):
        market(0, 0)


def test_two_thousand_products_in_at_least_forty_categories_none_of_them_empty(catalogue: Catalogue) -> None:
    leaves = {category.slug for category in catalogue.categories} - {
        category.parent for category in catalogue.categories
    }
    assert len(catalogue.products) == 2000
    assert len(leaves) >= 40
    assert {product.category for product in catalogue.products} == leaves
    assert min(Counter(product.category for product in catalogue.products).values()) >= 5


def test_parents_stand_before_children_and_slugs_are_unique(catalogue: Catalogue) -> None:
    seen: set[str] = set()
    for category in catalogue.categories:
        assert category.parent is None or category.parent in seen
        assert category.slug not in seen
        assert re.fullmatch(r"[a-z0-9-]+", category.slug)
        seen.add(category.slug)


def test_ten_thousand_titles_and_codes_are_unique_without_a_number_to_tell_them_apart() -> None:
    products = market(size=10_000).products
    assert len({product.title for product in products}) == 10_000
    assert len({product.code for product in products}) == 10_000
    assert sum(", Model " in product.title for product in products) < 50


def test_titles_are_short(catalogue: Catalogue) -> None:
    words = [len(product.title.split()) for product in catalogue.products]
    assert 4.5 <= mean(words) <= 8
    assert sum(4 <= count <= 9 for count in words) > 0.93 * len(words)
    assert max(len(product.title) for product in catalogue.products) <= 80


def test_prices_are_written_as_shops_write_them_and_lie_where_the_category_says(catalogue: Catalogue) -> None:
    usual = {
        (department.code, leaf.title): leaf.price
        for department in load_vocabulary().departments
        for leaf in department.categories
    }
    titles = {category.slug: category.title for category in catalogue.categories}
    for product in catalogue.products:
        low, high, _ = usual[product.code[:2], titles[product.category]]
        assert product.price_cents % 100 in {99, 49, 50, 0}
        assert low - 1 <= product.price_cents / 100 <= high + 1
        assert product.list_price_cents is None or product.list_price_cents > product.price_cents


def test_some_are_reduced_some_sold_out_and_some_delivered_free(catalogue: Catalogue) -> None:
    products = catalogue.products
    assert 200 < sum(product.list_price_cents is not None for product in products) < 500
    assert 20 < sum(product.stock == 0 for product in products) < 120
    assert 300 < sum(product.free_delivery for product in products) < 1200
    assert all(1 <= product.delivery_days <= 10 for product in products)


def test_a_product_in_stock_can_be_had_in_some_choice_and_a_sold_out_one_in_none(
    catalogue: Catalogue,
) -> None:
    with_options = [product for product in catalogue.products if product.options]
    assert len(with_options) > 300
    for product in with_options:
        for option in product.options:
            assert len({choice.value for choice in option.choices}) == len(option.choices)
            assert any(choice.available for choice in option.choices) == (product.stock > 0)
    missing = sum(
        not choice.available
        for product in with_options
        if product.stock
        for option in product.options
        for choice in option.choices
    )
    assert missing > 100


def test_ratings_lean_to_the_good_side_and_their_number_has_a_heavy_tail(catalogue: Catalogue) -> None:
    rated = [product for product in catalogue.products if product.rating is not None]
    counts = [product.rating_count for product in rated]
    assert 0.9 < len(rated) / len(catalogue.products) < 1
    assert 3.8 < mean(product.rating or 0 for product in rated) < 4.5
    assert quantiles(counts, n=2)[0] * 4 < mean(counts)
    assert max(counts) > 5000
    assert all((product.rating is None) == (product.rating_count == 0) for product in catalogue.products)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_the_shown_mean_can_be_that_of_the_written_reviews_and_the_other_ratings(seed: int) -> None:
    for product in market(seed, 80).products:
        written = [review.rating for review in product.reviews]
        others = product.rating_count - len(written)
        assert others >= 0
        assert len(written) <= 14
        if product.rating is not None:
            lowest = (sum(written) + others) / product.rating_count
            highest = (sum(written) + 5 * others) / product.rating_count
            assert lowest - 0.051 <= product.rating <= highest + 0.051


def test_reviews_seldom_repeat_each_other_and_fit_their_stars(catalogue: Catalogue) -> None:
    reviews = [review for product in catalogue.products for review in product.reviews]
    texts = Counter(review.text for review in reviews)
    assert len(reviews) > 5000
    assert len(texts) > 0.98 * len(reviews)
    blame = {
        phrase.source
        for department in load_vocabulary().departments
        for leaf in department.categories
        for phrase in leaf.bad
        if "(" not in phrase.source and "{" not in phrase.source
    }
    fives = [review for review in reviews if review.rating == 5]
    poor = [review for review in reviews if review.rating <= 2]
    assert not any(sentence in review.text for review in fives for sentence in blame)
    assert any(sentence in review.text for review in poor for sentence in blame)


def test_no_review_says_the_same_sentence_twice(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        for review in product.reviews:
            sentences = re.split(r"(?<=[.!?]) ", review.text)
            assert len(sentences) == len(set(sentences)), review.text


def test_what_is_written_has_no_gaps_and_begins_with_a_capital_or_a_number(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        texts = [product.title, product.description, *product.bullets]
        texts += [text for review in product.reviews for text in (review.title, review.text)]
        texts += [text for said in product.questions for text in (said.question, said.answer)]
        for text in texts:
            assert not re.search(r"[{}|]|  | \.|\(\)", text), text
            assert text[0].isupper() or text[0].isdigit(), text
            assert text == text.strip()


def test_dates_and_authors_of_reviews_are_plausible_and_the_newest_comes_first(catalogue: Catalogue) -> None:
    for product in catalogue.products:
        dates = [review.date for review in product.reviews]
        assert dates == sorted(dates, reverse=True)
        assert all("2023-01-01" <= date <= "2026-12-31" for date in dates)
        assert all(re.fullmatch(r"[A-Z]\w+ [A-Z]\.", review.author) for review in product.reviews)


def test_brands_belong_to_one_department() -> None:
    brands = [brand for department in load_vocabulary().departments for brand in department.brands]
    assert len(brands) == len(set(brands))
    assert all(len(department.brands) >= 12 for department in load_vocabulary().departments)


def test_every_word_of_the_vocabulary_that_refers_to_another_finds_it() -> None:
    for department in load_vocabulary().departments:
        for leaf in department.categories:
            kinds = {kind for kind, _ in leaf.kinds}
            assert leaf.where.keys() <= kinds, leaf.title
            assert all(facts.keys() <= leaf.facts.keys() for facts in leaf.where.values()), leaf.title
            assert {leaf.shape, *(shape for _, shape in leaf.kinds if shape)} <= _shape_names(), leaf.title
            assert set(leaf.colours) <= load_palette().keys(), leaf.title
            assert leaf.price[0] < leaf.price[2] < leaf.price[1], leaf.title


def test_catalogues_are_found_by_name() -> None:
    assert catalogue_named("market", seed=3, size=90) == market(3, 90)
    assert catalogue_named("clothing2008").name == "clothing2008"


def test_an_unknown_catalogue_is_refused_with_the_choices() -> None:
    with pytest.raises(CatalogueError, match="no catalogue 'markt': say market, clothing2008, or the path"):
        catalogue_named("markt")
