"""Checks of whether a person is there end a visit; pages that merely speak of them do not."""

import pytest

from agent.bot_check import bot_check_on
from simplify import simplify


def checked(
    page: str, *, status: int | None = 200, frames: tuple[str, ...] = (), url: str = ""
) -> str | None:
    observation = simplify(page, url=url or "https://shop.example/")
    return bot_check_on(observation, status, frames)


def page(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "<h1>shop.example</h1><p>Verifying you are human. This may take a few seconds."),
        ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"),
        (
            "Robot Check",
            "<h4>Enter the characters you see below</h4><form><input name=c><button>Go</button></form>",
        ),
        (
            "Access to this page has been denied",
            "<p>Press &amp; Hold to confirm you are a human (and not a bot).",
        ),
        ("Pardon Our Interruption", "<p>As you were browsing something about your browser made us think"),
        ("shop.example", "<h1>Are you a robot?</h1><button>I am not</button>"),
        ("shop.example", "<h2>Security check</h2><p>Please complete the CAPTCHA to continue."),
        ("Human Verification", "<div></div>"),
        ("Sicherheitsüberprüfung", "<h1>Einen Moment</h1>"),
        ("shop.example", "<h1>Bist du ein Mensch?</h1><button>Ja</button>"),
        ("Vérification de sécurité", "<p>Merci de patienter"),
        ("shop.example", "<h1>No soy un robot</h1>"),
        ("shop.example", "<h1>Czy jesteś człowiekiem?</h1>"),
        ("shop.example", "<h1>私はロボットではありません</h1>"),
        ("人机验证", "<p>请完成安全验证"),
    ],
)
def test_a_page_that_is_nothing_but_a_check_is_one(title: str, body: str) -> None:
    assert checked(page(title, body)) is not None


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_refusal_that_asks_for_a_person_is_one(status: int) -> None:
    body = "<p>We have detected unusual traffic from your network. Slide to verify."
    assert checked(page("shop.example", body), status=status) == 'a page that says "unusual traffic"'


def test_an_address_of_a_check_is_one() -> None:
    body = "<p>Type the letters of the captcha.<form><input name=c><button>Go on</button></form>"
    assert checked(page("shop", body), url="https://shop.example/errors/validateCaptcha?x=1") is not None


@pytest.mark.parametrize(
    "frame",
    [
        "https://www.google.com/recaptcha/api2/bframe?hl=en&v=1",
        "https://www.recaptcha.net/recaptcha/enterprise/bframe?k=1",
        "https://newassets.hcaptcha.com/captcha/v1/x/static/hcaptcha.html#frame=challenge&id=0",
        "https://geo.captcha-delivery.com/captcha/?initialCid=1",
        "https://client-api.arkoselabs.com/fc/api/?onload=1",
    ],
)
def test_a_challenge_that_lies_open_is_one_on_any_page(frame: str) -> None:
    links = "".join(f"<a href='/{number}'>Kettle {number}</a>" for number in range(30))
    assert (checked(page("Kettles", links), frames=(frame,)) or "").startswith("a challenge of ")


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Kettles", "".join(f"<a href='/{number}'>Kettle {number}</a>" for number in range(30))),
        ("Robot vacuum cleaners", "<h1>Robot vacuum cleaners</h1><a href='/1'>Robo One</a>"),
        ("Toys", "<h1>I, Robot: the game</h1><button>Add to cart</button>"),
        ("Security cameras", "<h1>Security cameras</h1><a href='/1'>Camera</a>"),
        (
            "Log in",
            "<h1>Log in</h1><form><input name=u><input type=password name=p><button>Go</button></form>",
        ),
        ("Not found", "<h1>Page not found</h1><a href='/'>Home</a>"),
        (
            "Help",
            "<h1>Help</h1><p>This site is protected by reCAPTCHA and the Google privacy policy applies.",
        ),
        ("Your cart is empty", "<h1>Your cart is empty</h1>"),
    ],
)
def test_a_page_of_a_shop_is_none(title: str, body: str) -> None:
    assert checked(page(title, body)) is None


def test_a_box_beside_a_form_is_none() -> None:
    frames = (
        "https://www.google.com/recaptcha/api2/anchor?ar=1&k=x",
        "https://js.stripe.com/v3/m-outer.html",
    )
    body = "<h1>Newsletter</h1><form><input name=email><button>Subscribe</button></form>"
    assert checked(page("Newsletter", body), frames=frames) is None


def test_a_refusal_that_asks_for_nobody_is_none() -> None:
    assert checked(page("Forbidden", "<h1>403 Forbidden</h1>"), status=403) is None


LINKS = "".join(f"<a data-ref=':{number}' href='/{number}'>Kettle {number}</a>" for number in range(8))
PICTURE = (
    "<img alt='captcha'/><label>Type the characters you see in the picture <input name=code></label>"
    "<button>Continue</button>"
)
LOGIN = (
    "<label>E-mail <input name=user></label><label>Password <input type=password name=word></label>" + PICTURE
)
LETTER = (
    "<label>Name <input name=who></label><label>E-mail <input name=mail></label>"
    "<label>Message <textarea name=text></textarea></label>" + PICTURE
)
SEARCH = "<form role=search><input type=search name=q placeholder=Search><button>Search</button></form>"


@pytest.mark.parametrize(
    ("status", "url"), [(403, "https://shop.example/x"), (200, "https://shop.example/captcha")]
)
def test_where_a_shop_refuses_a_check_may_have_the_shop_s_own_header(status: int, url: str) -> None:
    body = f"{LINKS}{SEARCH}<h1>Are you a human?</h1>{PICTURE}"
    assert (
        checked(page("Shop", body), status=status, url=url) == 'a page that calls itself "Are you a human?"'
    )
    spoken = f"{LINKS}{SEARCH}<p>Prove that you are not a robot.</p><button>Go</button>"
    assert checked(page("Shop", spoken), status=status, url=url) is not None
    assert checked(page("Shop", f"{LINKS}{SEARCH}<h1>Kettles</h1>"), status=status, url=url) is None


def test_a_form_with_nothing_but_a_check_is_in_the_way() -> None:
    form = f"<form method=post>{PICTURE}</form>"
    assert (checked(page("Shop", f"{LINKS}{SEARCH}<h1>One moment</h1>{form}")) or "").startswith(
        'a form that asks for "Type the characters'
    )
    assert checked(page("Shop", f"<p>We need to make sure you are not a robot.</p>{PICTURE}")) is not None


def test_a_login_that_asks_for_a_picture_is_in_the_way_where_one_logs_in() -> None:
    form = f"<form method=post>{LOGIN}</form>"
    assert checked(page("Log in", f"{LINKS}{SEARCH}{form}")) is not None
    assert checked(page("Shop", f"{LINKS}{form}"), url="https://shop.example/account/sign_in") is not None
    assert checked(page("Kettles", f"{LINKS}{SEARCH}<h1>Kettles</h1>{form}")) is None, "it need not be used"
    more = form.replace(PICTURE, "<label>Telephone <input name=phone></label>" + PICTURE)
    assert checked(page("Sign in or register", f"{LINKS}{more}")) is None


@pytest.mark.parametrize("title", ["Kettles", "Log in", "Contact"])
def test_a_letter_to_the_shop_that_asks_for_a_picture_is_not_in_the_way(title: str) -> None:
    login = f"<form>{LOGIN.replace(PICTURE, '<button>Go</button>')}</form>" if title == "Log in" else ""
    assert checked(page(title, f"{LINKS}{login}<h2>Write to us</h2><form>{LETTER}</form>")) is None
    newsletter = f"<form><label>E-mail <input name=mail></label>{PICTURE}</form>"
    assert checked(page(title, f"{LINKS}{login}{newsletter}")) is None


TURNSTILE = (
    "https://challenges.cloudflare.com/cdn-cgi/challenge-platform/h/b/turnstile/if/ov2/av0/rcv/x/0x4AAA/light/fbE"
    "/new/normal/auto/"
)


def test_a_box_to_tick_on_a_page_with_little_else_is_a_check() -> None:
    assert checked(page("Shop", LINKS), frames=(TURNSTILE,)) == "a box to tick of challenges.cloudflare.com"
    words = "<p>Kettles of steel and glass.</p>" * 40
    assert checked(page("Kettles", f"{LINKS}{words}"), frames=(TURNSTILE,)) is None
    form = "<form><label>E-mail <input name=mail></label><button>Subscribe</button></form>"
    assert checked(page("Newsletter", f"{LINKS}{form}"), frames=(TURNSTILE,)) is None


@pytest.mark.parametrize(
    "frame",
    [
        "https://shop.example/tags?src=datadome",
        "https://ads.example/x?ref=perimeterx",
        "https://ads.example/datadome/perimeterx.html",
        "https://ads.example/?from=https://www.google.com/recaptcha/api2/bframe",
        "https://ads.example/#https://geo.captcha-delivery.com/captcha/",
        "https://notdatadome.co.example/",
        "about:blank",
        "",
    ],
)
def test_an_address_that_merely_speaks_of_checks_is_none(frame: str) -> None:
    assert checked(page("Kettles", LINKS), frames=(frame,)) is None


@pytest.mark.parametrize(
    "frame",
    [
        "https://js.datadome.co/captcha/?x=1",
        "https://captcha.px-cdn.net/PX1/captcha.js",
        "https://client.perimeterx.net/x",
        "https://shop.example/_Incapsula_Resource?CWUDNSAI=9",
        "https://challenges.cloudflare.com/cdn-cgi/challenge-platform/h/g/turnstile/if/ov2/av0/x/managed/",
    ],
)
def test_the_hosts_of_checks_are_known(frame: str) -> None:
    assert checked(page("Kettles", LINKS), frames=(frame,)) is not None
