from collections.abc import Callable
from dataclasses import fields

import pytest

from sandbox_shop import Design, ShopError, open_shop, switches
from sandbox_shop.shop import Shop
from tests.sandbox_shop.small_catalogue import small_catalogue
from tests.sandbox_shop.visitor import Visitor

PATHS = (
    "/",
    "/c/kettles",
    "/product/S1",
    "/product/S1/reviews",
    "/product/T2",
    "/product/K2",
    "/checkout",
    "/suggest?q=ket",
)
EVERY_VALUE = [
    (switch.name, value)
    for switch in switches()
    for value in (switch.values or ("0", "4"))
    if value != switch.default
]


def tour(shop: Shop) -> list[str]:
    """What one visitor sees on a walk through the shop."""
    visitor = Visitor(shop)
    visitor.post("/cart/add", code="K1")
    return [visitor.get(path).source for path in PATHS]


@pytest.fixture(scope="module")
def default_tour() -> list[str]:
    with open_shop(catalogue=small_catalogue()) as shop:
        return tour(shop)


def test_two_walks_through_the_same_design_see_the_same(shop: Shop, default_tour: list[str]) -> None:
    assert tour(shop) == default_tour


@pytest.mark.parametrize(("name", "value"), EVERY_VALUE)
def test_every_value_of_every_switch_changes_what_is_rendered(
    shop_with: Callable[..., Shop], default_tour: list[str], name: str, value: str
) -> None:
    assert tour(shop_with(f"{name}={value}")) != default_tour


def test_there_are_at_least_ten_switches_each_with_a_default_and_a_sentence() -> None:
    listed = switches()
    assert len(listed) >= 10
    assert [each.name for each in listed] == [each.name for each in fields(Design)]
    assert all(each.meaning.endswith(".") for each in listed)
    assert all(not each.values or each.values[0] == each.default for each in listed)


def test_switches_are_read_from_words() -> None:
    design = Design.parse(["reviews=hidden", "page_size = 24", "sort=price"])
    assert design == Design(reviews="hidden", page_size=24, sort="price")
    assert Design.parse([]) == Design()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("reveiws=hidden", "there is no design switch 'reveiws': did you mean 'reviews'?"),
        ("reviews=hiden", "did you mean reviews=hidden? (shown, hidden)"),
        ("layout", "design switch 'layout' is not of the form name=value"),
        ("page_size=1", "page_size is a number from 2 to 96, or 0, not '1'"),
        ("page_size=many", "not 'many'"),
        ("=on", "there is no design switch ''"),
    ],
)
def test_a_misspelt_switch_names_the_nearest_one(written: str, message: str) -> None:
    with pytest.raises(ShopError) as error:
        Design.parse([written])
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_hidden_reviews_are_gone_from_page_and_address(shop_with: Callable[..., Shop]) -> None:
    visitor = Visitor(shop_with("reviews=hidden"))
    assert not visitor.get("/product/S1").soup.select("#reviews")
    assert visitor.get("/product/S1/reviews").status == 404


def test_without_ratings_no_page_shows_stars(shop_with: Callable[..., Shop]) -> None:
    visitor = Visitor(shop_with("ratings=off", "reviews=hidden"))
    for path in ("/", "/c/kettles", "/product/S1"):
        assert not visitor.get(path).soup.select(".stars, star-rating")


def test_the_default_sort_holds_until_another_is_chosen(shop_with: Callable[..., Shop]) -> None:
    visitor = Visitor(shop_with("sort=price_down"))
    assert visitor.get("/c/kettles").titles[0].endswith("No 20")
    assert visitor.get("/c/kettles?sort=price").titles[0].endswith("No 1")


def test_hidden_filters_are_offered_nowhere_but_can_still_be_removed(shop_with: Callable[..., Shop]) -> None:
    page = Visitor(shop_with("filters=hidden")).get("/c/kettles?brand=Pico")
    assert not page.soup.select(".filters")
    assert page.all(".active li") == ["Remove Pico"]


def test_urgency_says_how_few_are_left(shop_with: Callable[..., Shop]) -> None:
    assert "Only 3 left in stock." in Visitor(shop_with("urgency=on")).get("/product/T2").text
    assert "left in stock" not in Visitor(shop_with()).get("/product/T2").text


def test_listings_add_to_the_cart_only_where_no_options_must_be_chosen(
    shop_with: Callable[..., Shop],
) -> None:
    visitor = Visitor(shop_with("quick_add=on"))
    assert visitor.get("/c/kettles").soup.select(".card .add")
    assert not visitor.get("/c/shirts").soup.select(".card .add")
