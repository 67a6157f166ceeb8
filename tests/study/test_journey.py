"""Journeys of small recordings that are put together here."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Action, Click, Terminate, TypeAndSubmit
from agent.recording import Recorder, Recording, read_recording
from agent.session import Ending, EndingKind, Purchase, Step
from simplify import simplify
from study.journey.page import Page, read_page
from study.journey.page_kind import PageKind
from study.journey.reading import Journey, amount, read_journey
from study.journey.recorded import last_page
from tests.agent.test_recording import bought, header, recorded
from tests.agent.values import NOON, step, view

GOLDEN = Path(__file__).parents[1] / "agent" / "recordings" / "format-1"
HOME = "http://shop.test/"
SEARCH = "<form role=search><label>Search <input name=q></label></form>"
HEAD = f"<header>{SEARCH}<a href=/cart>Cart {{}}</a></header>"
LIST = "<h1>Kettles</h1><ul>{0}Tin</a>{1}{0}Glass</a>{1}{0}Iron</a>{1}</ul>".format(
    "<li><a href=/p>", " $9.00 <button>Add to cart</button></li>"
)
TIN = "<h1>Tin kettle</h1><p>$9.00</p><button>Add to cart</button><button>Add to wish list</button>"


def look(main: str, url: str = HOME, title: str = "Shop", cart: int = 0) -> Page:
    return read_page(url, title, seen(main, cart))


def seen(main: str, cart: int = 0) -> str:
    return simplify(f"{HEAD.format(cart)}<main>{main}</main>").html


def done(
    action: Action,
    main: str = LIST,
    url: str = HOME,
    *,
    title: str = "Shop",
    cart: int = 0,
    message: str = "The page changed: it says so.",
    accepted: bool = True,
) -> Step:
    """A step on that page."""
    return step(
        action=action, observation=seen(main, cart), url=url, title=title, message=message, accepted=accepted
    )


def recording(*steps: Step, ending: Ending | None = None) -> Recording:
    return Recording(folder=Path("nowhere"), header=header(), steps=steps, ending=ending)


def read(*steps: Step, last: Page | None = None, ending: Ending | None = None) -> Journey:
    return read_journey(recording(*steps, ending=ending), last)


LEAVE = done(Terminate())
TYPED = TypeAndSubmit(name="search", text="kettle")
ADD = Click(name="add_to_cart")


def test_the_recording_of_a_purchase() -> None:
    kept = read_recording(GOLDEN)
    journey = read_journey(kept, last_page(kept))
    assert (journey.landed, journey.searched, journey.viewed, journey.added) == (True,) * 4
    assert (journey.checkout, journey.bought) == (True, True)
    assert (journey.searches, journey.zero_result_searches, journey.products) == (1, 0, 1)
    assert journey.kinds.count(PageKind.CHECKOUT) == 12
    assert (journey.last_page, journey.last_title) == (
        PageKind.CONFIRMATION, "Thank you for your order - Larkfield Market",
    )  # fmt: skip
    assert journey.last_url.endswith("/checkout/confirmation/1920-10001")
    assert journey.last_target == "place_order_66_99"
    assert journey.order_amount == 66.99


def test_a_session_that_saw_nothing() -> None:
    journey = read()
    assert not journey.landed
    assert (journey.kinds, journey.last_page, journey.last_url) == ((), PageKind.OTHER, "http://shop.test/")
    assert (journey.last_target, journey.order_amount) == (None, None)


# ---- searching ----------------------------------------------------------------------------------


def test_a_search_is_a_text_that_was_sent_to_the_shops_search() -> None:
    journey = read(
        done(TYPED),
        done(TypeAndSubmit(name="search", text="  ")),
        done(TypeAndSubmit(name="search", text="pot"), accepted=False),
        done(TypeAndSubmit(name="email", text="a@b.c"), "<h1>Hello</h1><label>Email <input></label>"),
        done(TypeAndSubmit(name="search_reviews", text="leaks"), "<label>Search reviews <input></label>"),
        LEAVE,
    )
    assert (journey.searched, journey.searches) == (True, 1)


def test_a_nameless_field_is_a_search_if_the_list_that_comes_tells_so() -> None:
    box = "<h1>Hello</h1><input aria-label=Wishes>"
    words = TypeAndSubmit(name="wishes", text="Tin Kettle")
    quoting = done(Terminate(), '<h1>Results for "tin kettle"</h1>', f"{HOME}x")
    asked = done(Terminate(), LIST, f"{HOME}list?q=tin+kettle")
    elsewhere = done(Terminate(), LIST, f"{HOME}c/kettles", title="Kettles")
    assert [read(done(words, box), after).searches for after in (quoting, asked, elsewhere)] == [1, 1, 0]


def test_what_a_dialog_hides_is_known_once_it_is_gone() -> None:
    url, title = f"{HOME}search?q=kettle", "Results for kettle"
    hidden = step(
        action=Click(name="no_thanks"), url=url, title=title,
        observation=simplify("<dialog open><h2>10% off</h2><button>No, thanks</button></dialog>").html,
    )  # fmt: skip
    shown = done(Terminate(), "<h1>Results for kettle</h1><p>No products found.</p>", url, title=title)
    both = read(done(TYPED), hidden, shown)
    assert (both.zero_result_searches, both.zero_results) == (1, (False, True, True))
    left = read(done(TYPED), hidden.model_copy(update={"decision": LEAVE.decision}))
    assert (left.zero_result_searches, left.kinds[1]) == (0, PageKind.LISTING)


# ---- products -----------------------------------------------------------------------------------


def product(name: str, url: str, *, action: Action = ADD) -> Step:
    return done(action, TIN.replace("Tin kettle", name), url, title="Shop")


def test_products_are_told_apart_by_address_and_heading() -> None:
    tin, glass = f"{HOME}p/tin", f"{HOME}p/glass"
    listed = done(Click(name="tin"), url=f"{HOME}c/kettles")
    same_again = read(product("Tin", tin), listed, product("Tin", f"{tin}?ref=list"), LEAVE)
    two = read(product("Tin", tin), product("Glass", glass), LEAVE)
    one_address = read(done(TYPED), product("Tin", HOME), product("Glass", HOME))
    sent_back = read(product("Tin", tin), product("Tin", f"{HOME}cart/add"), LEAVE)
    namesakes = read(product("Tin", tin), listed, product("Tin", f"{HOME}p/tin-2"), LEAVE)
    counts = [each.products for each in (same_again, two, one_address, sent_back, namesakes)]
    assert counts == [1, 2, 2, 1, 2]


# ---- adding -------------------------------------------------------------------------------------

PRODUCT = f"{HOME}p/tin"


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (look("<h1>Your cart</h1>", f"{HOME}cart", "Cart"), 'The page "Cart" opened.'),
        (look(TIN, PRODUCT, cart=1), 'The page "Tin kettle" was loaded again.'),
        (look(TIN, PRODUCT), 'The page changed: it says "Added to your bag".'),
        (look(TIN + "<p>Tin kettle has been added to your cart.</p>", PRODUCT), "The page changed: …"),
        (look(TIN, PRODUCT), 'The page changed: a dialog "Anything else?" opened.'),
        (look("<h1>Log in</h1><p>Added to cart: Tin.</p>", f"{HOME}login"), 'The page "Log in" opened.'),
        (look("<h1>Checkout</h1>", f"{HOME}checkout"), 'The page "Checkout" opened.'),
    ],
)  # fmt: skip
def test_a_click_that_adds(after: Page, message: str) -> None:
    assert read(done(ADD, TIN, PRODUCT, message=message), last=after).added


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (look(TIN, PRODUCT), "Nothing on the page changed."),
        (look(TIN + "<p>Please choose a size.</p>", PRODUCT), "The page changed: …"),
        (look(TIN + "<p>Sold out</p>", PRODUCT), 'The page "Tin kettle" was loaded again.'),
        (look(TIN, PRODUCT), 'The page shows at "Size": Please select an item in the list.'),
        (look("<h1>Oops</h1>", f"{HOME}cart/add"), 'The page "Oops" opened (HTTP 500).'),
        (look("<h1>Log in</h1>", f"{HOME}login"), 'The page "Log in" opened.'),
        (look(TIN, PRODUCT), 'The page changed: it says "Could not be added to your cart".'),
        (look(TIN, PRODUCT), 'The page "Tin kettle" was loaded again.'),
    ],
)  # fmt: skip
def test_a_click_that_adds_nothing(after: Page, message: str) -> None:
    assert not read(done(ADD, TIN, PRODUCT, message=message), last=after).added


def test_what_was_refused_adds_nothing() -> None:
    after = look("<h1>Your cart</h1>", f"{HOME}cart", "Cart")
    assert not read(done(ADD, TIN, PRODUCT, accepted=False), last=after).added


def test_other_buttons_add_nothing() -> None:
    saved = 'The page changed: it says "Added to your wish list: Tin kettle".'
    assert not read(done(Click(name="add_to_wish_list"), TIN, PRODUCT, message=saved), LEAVE).added
    visited = done(Click(name="cart"), TIN, PRODUCT, message='The page "Cart" opened.')
    assert not read(visited, last=look("<h1>Your cart is empty</h1>", f"{HOME}cart", "Cart")).added


def test_a_quantity_sent_with_enter_adds_if_the_shop_says_so() -> None:
    page = TIN.replace("<button>", "<label>Quantity <input value=1></label><button>", 1)
    typed = TypeAndSubmit(name="quantity", text="2")
    told = 'The page "Cart" opened and says: "Added to cart: Tin kettle.".'
    cart = look("<h1>Your cart</h1>", f"{HOME}cart", "Cart", cart=2)
    assert read(done(typed, page, PRODUCT, message=told), last=cart).added
    assert not read(done(typed, page, PRODUCT, message='The field now says "2".'), LEAVE).added


def test_one_word_buys_only_beside_a_price() -> None:
    beside = "<ul><li><b>Tin</b> $9.00 <button>Buy</button></li></ul>"
    alone = "<h1>What do you want?</h1><p><button>Buy</button> <button>Sell</button></p>"
    priced = read(done(Click(name="tin_9_00.buy"), beside), last=look(beside + "<p>Fine.</p>"))
    bare = read(done(Click(name="buy"), alone), last=look(alone + "<p>Fine.</p>"))
    assert (priced.added, bare.added) == (True, False)


def test_where_a_recording_broke_off_the_outcome_tells_what_came() -> None:
    message = 'The page "Cart - Shop" opened.'
    broken = done(ADD, TIN, PRODUCT, message=message)
    cut_off = broken.model_copy(update={"outcome": broken.outcome.model_copy(update={"url": f"{HOME}cart"})})
    assert read(cut_off).added
    assert read(cut_off).last_page is PageKind.PRODUCT


# ---- ends ---------------------------------------------------------------------------------------


def test_an_order_in_another_language_counts_though_the_session_went_on() -> None:
    pay = done(Click(name="b"), "<h1>Kasse</h1><button>Zahlungspflichtig bestellen</button>", f"{HOME}kasse")
    thanks = done(Terminate(), "<h1>Vielen Dank für Ihre Bestellung</h1>", f"{HOME}danke")
    assert read(pay, thanks).bought
    assert not read(done(Click(name="b")), thanks.model_copy(update={"url": f"{HOME}x"})).bought


def test_what_the_loop_took_for_a_purchase_is_one() -> None:
    ending = Ending(kind=EndingKind.PURCHASED, message="", at=NOON, purchase=Purchase(total="1.234,50 €"))
    journey = read(done(ADD), last=look("<h1>Done</h1>"), ending=ending)
    assert (journey.bought, journey.last_page, journey.order_amount) == (True, PageKind.CONFIRMATION, 1234.5)


def test_a_repeat_is_the_same_action_at_the_same_address() -> None:
    here, there = f"{HOME}a", f"{HOME}b"
    go, say = Click(name="go"), TypeAndSubmit(name="go", text="x")
    steps = (
        done(go, url=here), done(go, url=there), done(go, url=f"{here}#top"), done(say, url=here),
        done(TypeAndSubmit(name="go", text="y"), url=here), done(say, url=here, accepted=False),
        done(go, url=f"{here}?page=2"), done(go, url=f"{HOME}#/a"), done(go, url=f"{HOME}#/b"), LEAVE, LEAVE,
    )  # fmt: skip
    assert read(*steps).repeats == (False, False, True, False, False, True, *[False] * 5)


def test_the_last_target_is_the_last_that_could_be_acted_on() -> None:
    assert read(done(ADD), done(Click(name="gone"), accepted=False), LEAVE).last_target == "add_to_cart"


def test_the_page_that_was_seen_last_is_read_with_its_title(tmp_path: Path) -> None:
    kept = read_recording(recorded(tmp_path / "r", steps=2, ended=False))
    assert last_page(kept) is None
    recorder = Recorder(tmp_path / "s", header())
    page = view()
    titled = type(page)(page.observation, "<html><title>\n Tea &amp; more</title></html>")
    recorder.end(bought(), 0, titled)
    recorder.close()
    page_seen = last_page(read_recording(tmp_path / "s"))
    assert page_seen is not None
    assert (page_seen.title, page_seen.url) == ("Tea & more", header().site)


# ---- sums ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "number"),
    [
        ("$66.99", 66.99), ("US$1,234", 1234.0), ("1.234,56 €", 1234.56), ("1 234,5 zł", 1234.5),
        ("CHF 1'234.50", 1234.5), ("€12", 12.0), ("¥1,200", 1200.0), ("£0.50", 0.5), ("free", None),
        ("1.234.567 kr", 1234567.0), ("Total: $5.00 incl. tax", 5.0),
    ],
)  # fmt: skip
def test_a_sum_is_read_whatever_its_signs(total: str, number: float | None) -> None:
    assert amount(total) == number


@given(st.integers(0, 10**9), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", ".")]))
def test_any_sum_is_read_back(cents: int, signs: tuple[str, str]) -> None:
    group, point = signs
    written = f"{cents // 100:,}".replace(",", group) + f"{point}{cents % 100:02}"
    assert amount(f"$ {written}") == cents / 100
