"""Accounts: what is asked for, and how passwords are kept."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from sandbox_shop.checkout import Field, valid_email

SHORTEST_PASSWORD = 6
REGISTER_FIELDS = (
    Field("name", "Full name", "name"),
    Field("email", "Email", "email", "email"),
    Field("password", "Password", "new-password", "password"),
)
LOGIN_FIELDS = (
    Field("email", "Email", "email", "email"),
    Field("password", "Password", "current-password", "password"),
)


def register_problems(form: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a registration: a sentence by field name; empty where it is in order."""
    problems = {}
    if not form.get("name"):
        problems["name"] = "Enter your full name."
    if not valid_email(form.get("email", "")):
        problems["email"] = "Enter an email address such as name@example.com."
    if len(form.get("password", "")) < SHORTEST_PASSWORD:
        problems["password"] = f"Choose a password of at least {SHORTEST_PASSWORD} characters."
    return problems


def hashed(password: str) -> str:
    """The password as it is kept: salt and scrypt hash."""
    salt = secrets.token_hex(8)
    return f"{salt}:{_scrypt(password, salt)}"


def fits(password: str, kept: str) -> bool:
    """Whether this password is the one that is kept."""
    salt, _, digest = kept.partition(":")
    return hmac.compare_digest(_scrypt(password, salt), digest)


def _scrypt(password: str, salt: str) -> str:
    # A toy shop's accounts are worth little, and a log-in must not outlast a page: 2^12, about 10 ms.
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**12, r=8, p=1).hex()
