"""A long visit to the sandbox shop, each act of which is known by how it was made."""

from playwright.async_api import Locator

from tests.agent.browser.heard import WENT_BACK, Ear, clicked, submitted, typed

ADDRESS = {
    "Email": "ann.example@shop.example",
    "Full name": "Ann B. Example",
    "Street address": "1 Elm Street",
    "City": "Columbus",
    "State or region": "Ohio",
    "ZIP or postal code": "43004",
}
CARD = {
    "Card number": "4242 4242 4242 4242",
    "Expiry date (MM/YY)": "12/30",
    "Security code": "123",
    "Name on card": "Ann Example",
}


async def walk(ear: Ear) -> None:
    """Looks around, fills the cart, registers, and buys."""
    await _press(ear, ear.page.get_by_role("button", name="Only necessary"))
    for wish in ("kettle", "lamp", "chair"):
        await _search(ear, wish)
        if wish == "kettle":  # the newsletter is offered on the second page
            await _press(ear, ear.page.locator("#newsletter[open] form[method=dialog] button"))
        await _narrow(ear)
        await _look_at_products(ear)
    await _change_cart(ear)
    await _register(ear)
    await _buy(ear)


async def _press(ear: Ear, thing: Locator, place: int = 0) -> None:
    """Clicks something on which something is written, the so many-th on the page."""
    await thing.wait_for()
    label = " ".join((await thing.inner_text()).split())
    await ear.expect(ear.person.click(thing), clicked(label, place))
    await ear.calm()


async def _go_back(ear: Ear) -> None:
    async def back() -> None:
        await ear.page.go_back()

    await ear.expect(back(), WENT_BACK)
    await ear.calm()


async def _search(ear: Ear, wish: str) -> None:
    async def search() -> None:
        await ear.person.click("#q")
        await ear.person.clear()
        await ear.person.type(wish)
        await ear.person.key("Enter")

    await ear.expect(search(), submitted("Search the shop", wish))
    await ear.calm()


async def _choose(ear: Ear, select: Locator, keys: int) -> None:
    label = (await select.locator("option").nth(keys).inner_text()).strip()

    async def choose() -> None:
        await select.focus()
        for _ in range(keys):
            await ear.person.key("ArrowDown")
        await ear.person.key("Tab")

    await ear.expect(choose(), clicked(label))
    await ear.calm()


async def _narrow(ear: Ear) -> None:
    await _choose(ear, ear.page.locator("#sort"), 1)
    await _press(ear, ear.page.locator("nav.pages a[rel=next]"))
    await _press(ear, ear.page.locator("nav.pages a[rel=prev]"))
    for section in (0, 1):
        await _press(ear, ear.page.locator("aside.filters section").nth(section).locator("a").first)
    await _press(ear, ear.page.get_by_role("link", name="Remove").first)
    await _press(ear, ear.page.get_by_role("link", name="Remove").first)


async def _look_at_products(ear: Ear) -> None:
    page = ear.page
    for number in (0, 2):
        await _press(ear, page.locator("a.card-link").nth(number))
        await page.locator("#reviews .loading").wait_for(state="detached")
        rating = page.locator("star-rating button")
        if await rating.count():
            await _press(ear, rating)
            await _press(ear, rating)
        for choices in await page.locator("fieldset.choices").all():
            await _press(ear, choices.locator("label:not(.gone)").last)
        if await page.locator("#quantity").count():
            await ear.person.click("#quantity")
            await ear.person.clear()
            await ear.person.type("2")
            button = page.locator(".actions button.primary")
            await ear.expect(ear.person.click(button), typed("Quantity", "2"), clicked("Add to cart"))
            await ear.calm()
            await _go_back(ear)
        await _go_back(ear)


async def _change_cart(ear: Ear) -> None:
    page = ear.page
    await _press(ear, page.locator("a.to-cart"))
    lines = await page.locator("ul.lines > li").count()
    assert lines >= 3
    for number in range(lines):
        await ear.person.click(page.locator("ul.lines input[name=quantity]").nth(number))
        await ear.person.clear()
        await ear.person.type("1")
        button = page.locator("ul.lines button[value=update]").nth(number)
        await ear.expect(ear.person.click(button), typed("Quantity", "1", number), clicked("Update", number))
        await ear.calm()
    await _press(ear, page.locator("ul.lines button[value=remove]").nth(1), 1)
    await ear.person.click("#coupon")
    await ear.person.type("NONE")
    button = page.get_by_role("button", name="Apply")
    await ear.expect(ear.person.click(button), typed("Coupon code", "NONE"), clicked("Apply"))
    await ear.calm()


async def _fill(ear: Ear, scope: Locator, texts: dict[str, str], button: str) -> None:
    """Fills in a form with the mouse for one field and the Tab key for the next."""
    fields = list(texts.items())
    await ear.person.click(scope.get_by_label(fields[0][0], exact=True))
    for number, (_, text) in enumerate(fields):
        if number:
            await ear.person.key("Tab")
        await ear.person.clear()
        await ear.person.type(text)
    told = [typed(label, text) for label, text in fields]
    await ear.expect(ear.person.click(scope.get_by_role("button", name=button)), *told, clicked(button))
    await ear.calm()


async def _register(ear: Ear) -> None:
    page = ear.page
    await _press(ear, page.get_by_role("link", name="Account", exact=True))
    await _press(ear, page.get_by_role("link", name="Create an account"))
    texts = {"Full name": "Ann Example", "Email": "ann@shop.example", "Password": "very secret 1"}
    labels = [text.strip() for text in await page.locator("main form.form label").all_inner_texts()]
    await _fill(ear, page.locator("main"), {each: texts[each] for each in labels}, "Create account")
    await _press(ear, page.locator("a.to-cart"))


async def _buy(ear: Ear) -> None:
    page = ear.page
    await _press(ear, page.get_by_role("link", name="Proceed to checkout"))
    await _fill(ear, page.locator("main"), ADDRESS, "Continue to delivery")
    await _press(ear, page.locator("label.way").nth(1))
    await _press(ear, page.get_by_role("button", name="Continue to payment"))
    card = page.frame_locator("iframe.card-frame").locator("body")
    await card.get_by_label("Card number").wait_for()
    await _fill(ear, card, CARD, "Pay with this card")
    await page.wait_for_url("**/checkout/review")
    await _press(ear, page.locator("main button.primary"))
    assert "Thank you" in await page.title()
