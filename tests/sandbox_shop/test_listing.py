from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox_shop import Design, ShopSettings, open_shop
from sandbox_shop.shop import Shop
from tests.sandbox_shop.small_catalogue import kettle, placed_catalogue, small_catalogue
from tests.sandbox_shop.visitor import Reply, Visitor


def counts(page: Reply, heading: str) -> dict[str, int]:
    """The values of a filter with their counts."""
    section = next(
        each for each in page.soup.select(".filters section") if each.h2 and each.h2.text == heading
    )
    found = {}
    for link in section.select("a"):
        label, _, number = " ".join(link.get_text(" ").split()).rpartition(" ")
        found[label] = int(number.strip("()"))
    return found


def found(page: Reply) -> int:
    return int(page.one(".found").get_text().split()[0])


def test_a_category_page_lists_what_stands_in_it_and_below_it(visitor: Visitor) -> None:
    assert found(visitor.get("/c/kettles")) == 20
    assert found(visitor.get("/c/kitchen")) == 23
    assert counts(visitor.get("/c/kitchen"), "Category") == {"Kettles": 20, "Toasters": 3}


def test_the_pages_of_a_listing_show_every_product_once(visitor: Visitor) -> None:
    page = visitor.get("/c/kettles?sort=price")
    titles = page.titles
    while page.soup.select('a[rel="next"]'):
        page = visitor.get(str(page.one('a[rel="next"]')["href"]))
        titles += page.titles
    assert titles == [kettle(number).title for number in range(1, 21)]


def test_a_page_beyond_the_last_is_the_last(visitor: Visitor) -> None:
    assert visitor.get("/c/kettles?page=99").one("[aria-current=page]:not(.trail *)").text == "5"


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/search?q=kettle", "Brand"),
        ("/search?q=kettle&rating=3", "Price"),
        ("/search?q=kettle&brand=Pico&price=0-100", "Rating"),
        ("/c/kitchen?price=0-60", "Category"),
        ("/c/kettles?rating=4", "Delivery"),
    ],
)
def test_every_filter_finds_as_many_as_it_says_and_keeps_the_others(
    visitor: Visitor, address: str, heading: str
) -> None:
    page = visitor.get(address)
    kept = parse_qs(urlsplit(address).query)
    said = counts(page, heading)
    assert said
    for label, number in said.items():
        chosen = page.link(f"{label} ({number})")
        assert found(visitor.get(chosen)) == number
        assert kept.items() <= parse_qs(urlsplit(chosen).query).items()


def test_two_brands_find_what_either_has(visitor: Visitor) -> None:
    one = visitor.get("/c/kettles?brand=Pico")
    both = visitor.get(one.link("Brindle ("))
    assert found(one) == 7
    assert found(both) == 13
    assert {title.split()[0] for title in both.titles} <= {"Pico", "Brindle"}


def test_a_price_range_includes_its_lower_and_excludes_its_upper_border(visitor: Visitor) -> None:
    page = visitor.get("/c/kettles?price=50-100&sort=price")
    assert found(page) == 5
    assert page.titles[0] == kettle(5).title


def test_active_filters_can_be_removed_one_by_one_and_all_at_once(visitor: Visitor) -> None:
    page = visitor.get("/search?q=kettle&brand=Pico&rating=3&delivery=free")
    assert page.all(".active li") == [
        "Remove Pico",
        "Remove 3 stars & up",
        "Remove Free delivery",
        "Clear all",
    ]
    without = visitor.get(page.link("Remove 3 stars"))
    assert without.all(".active li") == ["Remove Pico", "Remove Free delivery", "Clear all"]
    assert found(visitor.get(page.link("Clear all"))) == 20


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("price", lambda number: kettle(number).price_cents),
        ("price_down", lambda number: -kettle(number).price_cents),
        ("rating", lambda number: -(kettle(number).rating or 0)),
        ("newest", lambda number: -number),
        ("relevance", lambda number: -kettle(number).popularity),
    ],
)
def test_sorting_puts_products_in_that_order(
    visitor: Visitor, sort: str, key: Callable[[int], float]
) -> None:
    page = visitor.get(f"/c/kettles?sort={sort}")
    numbers = [int(title.split()[-1]) for title in page.titles]
    keys = [key(number) for number in numbers]
    assert keys == sorted(key(number) for number in range(1, 21))[: len(keys)]
    assert page.one(f"option[value={sort}]").has_attr("selected")


def test_the_sort_form_keeps_the_filters(visitor: Visitor) -> None:
    page = visitor.get("/search?q=kettle&brand=Pico&page=2")
    kept = [(each["name"], each["value"]) for each in page.soup.select("form.sort input")]
    assert kept == [("q", "kettle"), ("brand", "Pico")]


def test_a_misspelt_word_is_corrected_and_the_page_says_so(visitor: Visitor) -> None:
    page = visitor.get("/search?q=ketle")
    assert "Showing results for kettle instead of ketle" in page.text
    assert found(page) == 20


def test_a_word_that_some_product_has_is_never_corrected(visitor: Visitor) -> None:
    assert "instead of" not in visitor.get("/search?q=kettles").text


def test_where_no_product_has_all_words_some_are_enough(visitor: Visitor) -> None:
    page = visitor.get("/search?q=linen+kettle")
    assert "No product has all of your words" in page.text
    assert found(page) == 21


def test_words_that_say_nothing_do_not_narrow_a_search(visitor: Visitor) -> None:
    assert found(visitor.get("/search?q=I+want+to+buy+a+good+shirt")) == 1


def test_a_search_that_finds_nothing_helps(visitor: Visitor) -> None:
    page = visitor.get("/search?q=zzqqxx")
    assert page.status == 200
    assert "We found no products for zzqqxx" in page.text
    assert page.all(".tips li")
    assert page.all(".nothing .card h3")


def test_filters_that_leave_nothing_can_be_cleared(visitor: Visitor) -> None:
    page = visitor.get("/c/shirts?price=500-600")
    assert "No products match all of your filters" in page.text
    assert found(visitor.get(page.link("Clear all filters"))) == 1


@pytest.mark.parametrize(
    "query",
    [
        "q=%22%20OR%20NEAR(",
        "q='%3B%20DROP%20TABLE%20product%3B--",
        "q=*",
        "q=%00",
        "q=" + "a" * 5000,
        "q=%F0%9F%91%95",
        "q=kettle&page=0&rating=9&price=x-y&sort=nonsense&brand=&category=nowhere",
        "q=kettle&page=99999999999999999999&price=99999999-1",
        "q=title:kettle",
    ],
)
def test_no_search_breaks_the_shop(visitor: Visitor, query: str) -> None:
    assert visitor.get(f"/search?{query}").status == 200
    assert found(visitor.get("/search?q=kettle")) == 20


def test_what_was_typed_is_shown_as_text_only(visitor: Visitor) -> None:
    page = visitor.get('/search?q="><script>alert(1)</script>')
    assert not [script for script in page.soup.select("script") if not script.get("src")]
    assert page.one("#q")["value"] == '"><script>alert(1)</script>'


def test_what_a_catalogue_says_is_shown_as_text_only(visitor: Visitor) -> None:
    page = visitor.get("/product/X1")
    assert page.one("h1").text == "Fish & <b>Chips</b> Rack"
    assert not [script for script in page.soup.select("script") if not script.get("src")]


def test_paid_places_are_marked_and_never_stand_twice_on_a_page(visitor: Visitor) -> None:
    page = visitor.get("/c/kettles")
    titles = page.all(".found-products .card h3")
    assert len(page.all(".sponsored")) == 2
    assert len(titles) == len(set(titles)) == 6


def test_paid_places_never_take_all_of_a_page() -> None:
    settings = ShopSettings(design=Design(page_size=2))
    with open_shop(settings, catalogue=small_catalogue()) as shop:
        page = Visitor(shop).get("/c/kettles")
        assert len(page.all(".sponsored")) == 1
        assert len(page.all(".found-products .card h3")) == 2


def test_suggestions_name_categories_and_products_that_begin_so(visitor: Visitor) -> None:
    lines = visitor.client.get("/suggest?q=ket").json()
    assert lines[0] == {"label": "Kettles", "kind": "category", "href": "/c/kettles"}
    assert all("kettle" in line["label"].lower() for line in lines)
    assert 2 <= len(lines) <= 6
    assert visitor.client.get("/suggest?q=").json() == []


def test_products_with_a_fixed_place_stand_there() -> None:
    with open_shop(catalogue=placed_catalogue()) as shop:
        visitor = Visitor(shop)
        first, second = visitor.get("/c/trousers"), visitor.get("/c/trousers?page=2")
        assert first.titles == ["Trousers A1", "Trousers A2", "Trousers A3", "Trousers A4"]
        assert second.titles == ["Trousers A5", "Trousers A6", "Trousers A7"]
        assert not first.all(".sponsored")
        assert visitor.get("/c/trousers?sort=price_down").titles[0] == "Trousers A7"


def test_a_shop_of_few_categories_shows_them_on_its_home_page() -> None:
    with open_shop(catalogue=placed_catalogue()) as shop:
        assert Visitor(shop).get("/").all(".tiles a") == ["Trousers"]


def test_the_books_say_what_was_searched_and_found(shop: Shop, visitor: Visitor) -> None:
    visitor.get("/search?q=ketle&brand=Pico&price=0-100")
    event = next(each for each in shop.books.events() if each.kind == "search")
    assert event.detail == {
        "text": "ketle",
        "category": None,
        "brands": ["Pico"],
        "low_cents": 0,
        "high_cents": 10000,
        "rating": None,
        "free_delivery": False,
        "sort": None,
        "page": 1,
        "results": 3,
        "corrected": "kettle",
    }
