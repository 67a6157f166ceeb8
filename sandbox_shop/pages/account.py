"""The account: register, log in, orders; and the answers to banner and newsletter."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from sandbox_shop.accounts import LOGIN_FIELDS, REGISTER_FIELDS, fits, hashed, register_problems
from sandbox_shop.checkout import Field, clean, valid_email
from sandbox_shop.events import EventKind
from sandbox_shop.pages.page import Page, local_address


def account(page: Page) -> Response:
    """The customer's name and orders."""
    if not page.visit.account:
        return page.go("/account/login")
    name, email = page.shop.books.account(page.visit.account)
    orders = page.shop.books.orders(page.visit.account)
    return page.answer("account.html", name=name, email=email, orders=orders)


def order(page: Page) -> Response:
    """One order of the history."""
    placed = page.shop.books.order(page.visit, page.params["number"])
    return page.answer("order.html", order=placed) if placed else page.not_found()


def login(page: Page) -> Response:
    """The form to log in."""
    return _form(page, "login", LOGIN_FIELDS, {}, {})


def register(page: Page) -> Response:
    """The form to open an account."""
    return _form(page, "register", REGISTER_FIELDS, {}, {})


def send_login(page: Page) -> Response:
    """Log in."""
    given = _read(page, LOGIN_FIELDS)
    known = page.shop.books.password_of(given["email"].lower())
    problems = {
        field.name: f"Enter your {field.label.lower()}." for field in LOGIN_FIELDS if not given[field.name]
    }
    if not problems and (known is None or not fits(given["password"], known[1])):
        problems |= {"password": "This email and password do not belong together."}
    page.note(EventKind.ACCOUNT, action="login", accepted=not problems)
    if problems or known is None:
        return _form(page, "login", LOGIN_FIELDS, given, problems)
    page.shop.books.log_in(page.visit, known[0])
    return page.go(_next(page), notice="Welcome back.")


def send_register(page: Page) -> Response:
    """Open an account and log in."""
    given = _read(page, REGISTER_FIELDS)
    books, email = page.shop.books, given["email"].lower()
    problems = register_problems(given)
    if "email" not in problems and books.password_of(email):
        problems["email"] = "There is an account with this email. Log in instead."
    page.note(EventKind.ACCOUNT, action="register", accepted=not problems)
    if problems:
        return _form(page, "register", REGISTER_FIELDS, given, problems)
    books.log_in(page.visit, books.open_account(given["name"], email, hashed(given["password"])))
    return page.go(_next(page), notice=f"Welcome, {given['name']}. Your account is open.")


def logout(page: Page) -> Response:
    """Log out."""
    page.shop.books.note_on_visit(page.visit, "account", None)
    page.note(EventKind.ACCOUNT, action="logout", accepted=True)
    return page.go("/", notice="You are logged out.")


def cookies(page: Page) -> Response:
    """The answer to the cookie banner."""
    answer = "accepted" if page.form.get("answer") == "accept" else "rejected"
    page.shop.books.note_on_visit(page.visit, "cookies", answer)
    page.note(EventKind.ANSWER, to="cookies", answer=answer)
    return page.go(local_address(page.form.get("back", "/")))


def newsletter(page: Page) -> Response:
    """The answer to the newsletter dialog."""
    email = clean(page.form.get("newsletter_email", ""))
    accepted = valid_email(email)
    page.note(EventKind.ANSWER, to="newsletter", answer="subscribed" if accepted else "invalid")
    notice = (
        "Thank you for subscribing. Use coupon WELCOME10 for 10% off."
        if accepted
        else "We could not subscribe you: enter an email address such as name@example.com."
    )
    return page.go(local_address(page.form.get("back", "/")), notice=notice)


def _read(page: Page, fields: Sequence[Field]) -> dict[str, str]:
    # A password is taken as typed.
    return {
        field.name: page.form.get(field.name, "")[:200]
        if field.kind == "password"
        else clean(page.form.get(field.name, ""))
        for field in fields
    }


def _form(
    page: Page, what: str, fields: Sequence[Field], given: Mapping[str, str], problems: Mapping[str, str]
) -> Response:
    return page.answer(
        f"{what}.html",
        fields=fields,
        given=given,
        problems=problems,
        after=_next(page),
        guest=page.shop.design.guest_checkout == "on",
    )


def _next(page: Page) -> str:
    return local_address(page.form.get("next") or page.query.get("next") or "/account")
