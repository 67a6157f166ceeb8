"""Sessions in shops that have nothing of the sandbox shop, in Chromium."""

from pathlib import Path

from tests.study.other_shops import German, Single, serving
from tests.study.shopping import click, journey, reciting, shop, type_in


async def test_a_german_shop_is_read_by_its_words(tmp_path: Path) -> None:
    buying = reciting(
        type_in("such", "kupfer"), click("Kupferkessel"), click("in_den_warenkorb"), click("größe.groß"),
        click("in_den_warenkorb"), click("^warenkorb"), click("zur_kasse"), click("zahlungspflichtig"),
    )  # fmt: skip
    looking = reciting(
        type_in("such", "zzz"), click("küche"), click("teetasse.in_den_warenkorb"), click("konto"),
    )  # fmt: skip
    hasty = reciting(click("küche"), click("Teekanne"), click("in_den_warenkorb"), click("in_den_warenkorb"))
    with serving(German) as url:
        bought, looked, hurried = map(journey, await shop(url, tmp_path, buying, looking, hasty))
    assert [str(kind) for kind in bought.kinds] == [
        "home", "listing", "product", "product", "product", "product", "cart", "checkout",
    ]  # fmt: skip
    assert bought.purchase is not None  # the page that says so ended the session
    assert bought.purchase.order_number == "4711"
    assert (bought.searched, bought.viewed, bought.added, bought.checkout, bought.bought) == (True,) * 5
    assert (bought.searches, bought.products) == (1, 1)
    assert bought.last_target == "zahlungspflichtig"
    assert looked.zero_results == (False, True, False, False, False)
    assert (looked.searches, looked.zero_result_searches) == (1, 1)
    assert (looked.viewed, looked.added, looked.last_page) == (False, True, "account")
    assert (hurried.viewed, hurried.added, hurried.searched, hurried.products) == (True, False, False, 1)
    assert hurried.repeats == (False, False, False, False, False)


async def test_a_shop_of_one_page_is_read_by_what_it_shows(tmp_path: Path) -> None:
    buying = reciting(
        type_in("search", "zzz"), type_in("search", "kettle"), click("^tin_kettle$"), click("add_to_bag"),
        click("red"), click("add_to_bag"), click("^bag$"), click("go_to_checkout"), click("place_order"),
    )  # fmt: skip
    from_the_list = reciting(click("add_glass"), click("^bag$"))
    hasty = reciting(click("^tin_kettle$"), click("add_to_bag"))
    with serving(Single) as url:
        bought, listed, hurried = map(journey, await shop(url, tmp_path, buying, from_the_list, hasty))
    assert [str(kind) for kind in bought.kinds] == [
        "home", "listing", "listing", "product", "product", "product", "product", "cart", "checkout",
        "confirmation",
    ]  # fmt: skip
    assert (bought.searches, bought.zero_result_searches, bought.products) == (2, 1, 1)
    assert (bought.added, bought.checkout, bought.bought, bought.last_page) == (
        True,
        True,
        True,
        "confirmation",
    )
    assert (bought.purchase, bought.last_title) == (None, "Tiny Shop")
    assert (listed.viewed, listed.added, listed.last_page) == (False, True, "cart")
    assert (hurried.viewed, hurried.added) == (True, False)
