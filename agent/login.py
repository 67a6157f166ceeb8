"""A shopper's account at a shop: given by name, typed by the executor, never shown to a model.

What decides says the marks `[user name]` and `[password]`; the window types what stands behind them, and
masks it wherever it comes up.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.document import read_document
from agent.errors import UserError
from agent.masking import PASSWORD, USER_NAME

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
OPEN_TO_OTHERS = 0o077
"""Permissions of a file by which others than its owner get at it."""

HINT = (
    f"You have an account at this shop: to log in, type {USER_NAME} and {PASSWORD} just as they stand here."
)
"""What the shopper is told of it."""


@dataclass(frozen=True, slots=True)
class Login:
    """An account.

    Attributes:
        name: by which it is spoken of, in commands and recordings.
        user: the user name or e-mail address.
        password: its password.
    """

    name: str
    user: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def typed(self) -> Mapping[str, str]:
        """What is typed for each mark."""
        return {USER_NAME: self.user, PASSWORD: self.password}


def asked_for(intent: str, login: Login | None) -> str:
    """What the shopper is told that the visit is for, and of the account, where there is one."""
    return intent if login is None else f"{intent} {HINT}"


def login_of(name: str, file: Path | None) -> Login:
    """An account by its name.

    Args:
        name: lower-case letters, digits and hyphens.
        file: YAML or JSON, `NAME: {user: ..., password: ...}`; None for the environment variables
            `SIMAGENT_LOGIN_<NAME>_USER` and `SIMAGENT_LOGIN_<NAME>_PASSWORD`.

    Raises:
        UserError: there is no such account, or it is not complete.
    """
    if not NAME.fullmatch(name):
        raise UserError(f"--login {name}: a name is made of lower-case letters, digits and hyphens")
    return _from_file(name, file) if file is not None else _from_environment(name)


def _from_environment(name: str) -> Login:
    stem = f"SIMAGENT_LOGIN_{name.upper().replace('-', '_')}"
    user, password = os.environ.get(f"{stem}_USER"), os.environ.get(f"{stem}_PASSWORD")
    if not user or not password:
        missing = f"{stem}_USER" if not user else f"{stem}_PASSWORD"
        raise UserError(f"--login {name}: set {missing}, or give a file of logins with --logins")
    return Login(name, user, password)


def _from_file(name: str, file: Path) -> Login:
    document = read_document(file)
    if os.name == "posix" and file.stat().st_mode & OPEN_TO_OTHERS:
        raise UserError(f"{file} holds passwords and can be read by others: chmod 600 {file}")
    accounts = document.value
    if not isinstance(accounts, dict) or name not in accounts:
        known = ", ".join(map(str, accounts)) if isinstance(accounts, dict) and accounts else "none"
        raise UserError(f"{document.where} has no login {name}: there is {known}")
    account = accounts[name]
    if not isinstance(account, dict):
        raise UserError(f"{document.at(name)}: `{name}` should have `user` and `password`")
    for key in ("user", "password"):
        if not isinstance(account.get(key), str) or not account[key]:
            # The value itself is never shown: it may be the password.
            raise UserError(f"{document.at(name)}: `{name}.{key}` should be a text; put it between quotes")
    return Login(name, account["user"], account["password"])
