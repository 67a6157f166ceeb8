"""An account goes into its own fields on its own site, and can be read nowhere, whatever a page does."""

import io
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import Page

from agent.actions import Type, TypeAndSubmit
from agent.browser import Browser, BrowserSettings, Tab, Terms
from agent.browser.account import USER_FIELDS
from agent.browser.device import DEVICES
from agent.login import Login
from agent.session import Outcome
from tests.agent.browser.conftest import with_settings
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, name_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCOUNT = Login("shopper", "Jo.Bloggs@Mail.example", "Correct-Horse-9")
SHORT = Login("shopper", "Jo.Bloggs@Mail.example", "Horse-9")
TERMS = Terms(login=ACCOUNT)
NICKNAME = "<label>Public nickname <input id=n></label>"
VALUES = "[...document.querySelectorAll('input')].map((each) => each.value)"
SHOW = """<label>Password <input id=p type=password></label>
    <button type=button onclick="p.type='text'">Show</button>"""


async def put(tab: Tab, body: str) -> None:
    """Puts a body in the place of the page's own."""
    await tab._page.evaluate("(body) => { document.body.innerHTML = body; }", body)


async def fill_in(tab: Tab, label: str, mark: str, kind: type[Type | TypeAndSubmit] = Type) -> Outcome:
    view = await tab.observe()
    return await tab.perform(kind(name=name_of(view.observation, label), text=mark), view.observation)


def is_painted(picture: bytes | None, box: dict[str, float]) -> bool:
    """Whether nothing can be read in a part of a picture."""
    assert picture is not None
    left, top = round(box["x"]) + 2, round(box["y"]) + 2
    right, bottom = round(box["x"] + box["width"]) - 2, round(box["y"] + box["height"]) - 2
    points = Image.open(io.BytesIO(picture)).convert("L").crop((left, top, right, bottom)).tobytes()
    return max(points) - min(points) < 40


async def place_of(page: Page, selector: str) -> dict[str, float]:
    """Where something stands in a picture of the page, which a phone may show smaller than it is laid out."""
    box = await page.evaluate(
        "(selector) => document.querySelector(selector).getBoundingClientRect().toJSON()", selector
    )
    window = page.viewport_size
    assert window is not None
    scale = window["width"] / await page.evaluate("innerWidth")
    return {side: length * scale for side, length in box.items()}


# ---- the very field -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ('onfocus="n.focus()"', "the page puts the focus elsewhere"),
        ("onfocus=\"this.type='text'\"", "is no field for a password"),
        ("oninput=\"n.value = value; value = ''\"", "did not take the password"),
        ("maxlength=9", "did not take the password"),
    ],
)
async def test_a_password_goes_into_the_very_field_or_nowhere(
    chromium: Browser, shop: PageServer, does: str, why: str
) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        await put(tab, f"<label>Password <input id=p type=password {does}></label>{NICKNAME}")
        outcome = await fill_in(tab, "Password", "[password]")
        assert not outcome.accepted
        assert why in outcome.message
        assert await tab._page.evaluate(VALUES) == ["", ""]


@pytest.mark.parametrize("when", ["onbeforeinput", "oninput"])
async def test_a_password_is_there_before_the_page_can_move_the_focus(
    chromium: Browser, shop: PageServer, when: str
) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        await put(tab, f'<label>Password <input type=password {when}="n.focus()"></label>{NICKNAME}')
        outcome = await fill_in(tab, "Password", "[password]")
        assert outcome.accepted
        assert await tab._page.evaluate(VALUES) == [ACCOUNT.password, ""]


async def test_a_frame_of_others_that_takes_the_focus_gets_nothing(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        takes = "f.focus(); f.contentWindow.focus()"
        await put(
            tab,
            f'<label>Your password <input type=password oninput="{takes}"></label>'
            f"<iframe id=f src='{elsewhere.other_origin}/login.html'></iframe>",
        )
        await tab.observe()
        frame = tab._page.frames[1]
        await frame.evaluate("document.querySelector('input').focus()")
        outcome = await fill_in(tab, "Your password", "[password]", TypeAndSubmit)
        assert outcome.accepted
        assert set(await frame.evaluate(VALUES)) == {""}
        assert await tab._page.evaluate(VALUES) == [ACCOUNT.password]


async def test_enter_is_pressed_in_the_field_that_was_filled_in(chromium: Browser, shop: PageServer) -> None:
    form = "<form onsubmit=\"said.textContent='sent'; return false\">"
    async with chromium.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        await put(
            tab,
            f'{form}<label>Password <input type=password oninput="n.focus()"></label></form>'
            f"{NICKNAME}<p id=said></p>",
        )
        outcome = await fill_in(tab, "Password", "[password]", TypeAndSubmit)
        assert '"sent"' in outcome.message
        await put(
            tab,
            f'{form}<label>Password <input id=p type=password onfocus="if (value) n.focus()"'
            f' oninput="n.focus()"></label></form>{NICKNAME}<p id=said></p>',
        )
        outcome = await fill_in(tab, "Password", "[password]", TypeAndSubmit)
        assert outcome.message == '"Password" is filled in; it lost the focus, and Enter was not pressed.'


async def test_fields_in_shadow_trees_and_of_numbers_are_filled_in(
    chromium: Browser, shop: PageServer
) -> None:
    numbered = Login("shopper", "12345678", ACCOUNT.password)
    async with chromium.visit(f"{shop.origin}/login.html", terms=Terms(login=numbered)) as tab:
        await put(tab, "<div id=d></div><label>Kundennummer <input type=number></label>")
        await tab._page.evaluate(
            "d.attachShadow({mode: 'open'}).innerHTML = '<label>Password <input type=password></label>'"
        )
        assert (await fill_in(tab, "Password", "[password]")).accepted
        assert (await fill_in(tab, "Kundennummer", "[user name]")).accepted
        assert await tab._page.evaluate("d.shadowRoot.querySelector('input').value") == ACCOUNT.password
        assert await tab._page.evaluate(VALUES) == ["12345678"]


# ---- the shop's own site --------------------------------------------------------------------------------


async def test_another_site_gets_no_account(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    also = tuple(urlsplit(origin).netloc for origin in (elsewhere.origin, elsewhere.other_origin))
    start = f"{shop.origin}/away-to.html?{elsewhere.other_origin}/login.html"
    async with chromium.visit(start, terms=Terms(login=ACCOUNT, also=also)) as tab:
        await click(tab, "There")
        for label, mark in (("Password", "[password]"), ("E-mail address", "[user name]")):
            outcome = await fill_in(tab, label, mark)
            assert outcome.message == f'"{label}" is not on the shop\'s own site: nobody logs in there.'


@pytest.mark.parametrize("where", ["origin", "other_origin"])
async def test_a_frame_of_another_site_gets_no_account(
    chromium: Browser, shop: PageServer, elsewhere: PageServer, where: str
) -> None:
    origin = getattr(elsewhere, where)
    terms = Terms(login=ACCOUNT, also=(urlsplit(origin).netloc,))
    async with chromium.visit(f"{shop.origin}/login.html", terms=terms) as tab:
        await put(tab, f"<iframe src='{origin}/login.html' width=600 height=400></iframe>")
        outcome = await fill_in(tab, "Password", "[password]")
        assert outcome.message == '"Password" is not on the shop\'s own site: nobody logs in there.'
        assert set(await tab._page.frames[1].evaluate(VALUES)) == {""}


@pytest.mark.parametrize(
    "label",
    [
        *(
            "E-mail",
            "Email",
            "Your e-mail address",
            "e_mail",
            "User name",
            "username",
            "Login",
            "Log in with",
        ),
        *("Account", "Conta", "Número da conta", "Member number", "Membership no.", "Customer number"),
        *(
            "Benutzername",
            "Kundennummer",
            "Correo electrónico",
            "ログインID",
            "メールアドレス",
            "请输入email",
        ),
    ],
)
async def test_fields_for_user_names(label: str) -> None:
    assert USER_FIELDS.search(label.replace("_", " "))


@pytest.mark.parametrize(
    "label",
    ["Contact note, shown in public", "Remember me", "Remember this for next time", "Blog in here", "Name"],
)
async def test_fields_for_other_things(chromium: Browser, shop: PageServer, label: str) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        await put(tab, f"<label>{label} <input></label>")
        outcome = await fill_in(tab, label, "[user name]")
        assert outcome.message == f'"{label}" is no field for a user name, and none was typed.'


# ---- what can be read -----------------------------------------------------------------------------------


@pytest.mark.parametrize("login", [ACCOUNT, SHORT])
async def test_a_password_that_the_page_shows_stays_a_secret(
    chromium: Browser, shop: PageServer, login: Login
) -> None:
    browser = with_settings(chromium, BrowserSettings())
    async with browser.visit(f"{shop.origin}/login.html", terms=Terms(login=login)) as tab:
        await put(tab, SHOW)
        await fill_in(tab, "Password", "[password]")
        await click(tab, "Show")
        view = await tab.observe()
        box = await place_of(tab._page, "#p")
    assert "Horse" not in repr((view.html, view.observation))
    assert is_painted(view.screenshot, box)


async def test_what_a_model_types_into_a_password_field_stays_a_secret(
    chromium: Browser, shop: PageServer
) -> None:
    browser = with_settings(chromium, BrowserSettings())
    async with browser.visit(f"{shop.origin}/login.html") as tab:
        await put(tab, SHOW.replace("<input", "<input oninput=\"this.type='text'\""))
        outcome = await fill_in(tab, "Password", "my-own-horse")
        view = await tab.observe()
        box = await place_of(tab._page, "#p")
    assert outcome.message == "The field is filled in."
    assert "horse" not in repr((view.html, view.observation))
    assert is_painted(view.screenshot, box)


NAME = ACCOUNT.user
LARGE = "<style>body, input, textarea, select { font-size: 30px !important }</style>"
WAYS = {
    "in another case": f"<p><span id=x>{NAME.lower()}</span></p>",
    "in capitals by style": f"<p style='text-transform: uppercase'><span id=x>{NAME}</span></p>",
    "in parts": "<p><span id=x>Jo.<wbr>Bloggs@<b>Mail.example</b></span></p>",
    "before it is typed": f"<input id=x placeholder='{NAME}'>",
    "as a value": f"<textarea id=x>{NAME}</textarea>",
    "on a button": f"<input type=submit id=x value='Go on as {NAME}'>",
    "in a list": f"<select id=x><option>{NAME}</option></select>",
    "in a shadow tree": "<div id=x style='width: 200px; height: 25px'></div>",
    "by style": f"<style>#x::before {{ content: '{NAME}' }}</style><p><span id=x></span></p>",
    "for a picture that is not there": f"<img id=x src=/none.png width=600 height=60 alt='{NAME}'>",
    "in a frame": f"<iframe id=x srcdoc='<p>{NAME}'></iframe>",
    "in a frame that is closed": f"<iframe id=x sandbox srcdoc='<p>{NAME}'></iframe>",
    "the password": f"<p><span id=x>Your password is {ACCOUNT.password}</span></p>",
}


@pytest.mark.parametrize(
    ("device", "way"), [*(("desktop", way) for way in WAYS), ("phone", "in parts"), ("phone", "in a frame")]
)
async def test_no_picture_shows_an_account(
    chromium: Browser, shop: PageServer, device: str, way: str
) -> None:
    browser = with_settings(chromium, BrowserSettings())
    async with browser.visit(f"{shop.origin}/phone.html", DEVICES[device], TERMS) as tab:
        await put(
            tab, f"<div style='height: 400px'></div>{WAYS[way]}<div style='height: 3000px'></div>{LARGE}"
        )
        await tab._page.evaluate(
            "(said) => { scrollTo(0, 150); const host = document.querySelector('div#x');"
            "if (host) host.attachShadow({mode: 'closed'}).innerHTML = said; }",
            NAME,
        )
        view = await tab.observe()
        box = await place_of(tab._page, "#x")
    assert is_painted(view.screenshot, box)
    told = repr((view.html, view.observation)).lower()
    assert NAME.lower() not in told
    assert ACCOUNT.password.lower() not in told


async def test_without_knowing_where_a_name_can_be_read_there_is_no_picture(
    chromium: Browser, shop: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nowhere(*_: object) -> list[list[float]]:
        return []

    async def unknown(*_: object) -> list[list[float]]:
        raise TimeoutError

    browser = with_settings(chromium, BrowserSettings())
    async with browser.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        await put(tab, f"<a href='/?of={NAME}'>Your account</a>")
        monkeypatch.setattr("agent.browser.tab.drawn_boxes", nowhere)
        assert (await tab.observe()).screenshot is not None
        await put(tab, "<p>Hello Jo.Bloggs@<b>mail.example</b>")
        assert (await tab.observe()).screenshot is None
        await put(tab, "<p>Hello")
        monkeypatch.setattr("agent.browser.tab.drawn_boxes", unknown)
        assert (await tab.observe()).screenshot is None


async def test_a_note_on_the_page_does_not_name_the_account(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=TERMS) as tab:
        await put(tab, f"<iframe src='{shop.origin}/held?of={NAME}' width=300 height=200></iframe>")
        view = await tab.observe()
        assert "[user name]" in repr(view.observation)
        assert NAME not in repr(view.observation)
