"""The shopper's account in a window: typed where it belongs, and read by nobody."""

import html
import re
from urllib.parse import urlsplit

from agent.actions import OnTarget, text_in
from agent.browser.acting import Refused
from agent.browser.grip import Grip
from agent.browser.site import Site, is_inside
from agent.browser.wording import called
from agent.login import Login
from agent.masking import PASSWORD, USER_NAME, Secrets, drawn, secret_kind
from agent.session import Outcome
from simplify import Target

USER_FIELDS = re.compile(
    r"(?<![a-z\u00c0-\u024f])"
    r"(?:(?:e ?-?)?mail|user|log ?in|sign ?in|konto|kunden|anmeld|benutzer|nutzer|identifiant|usuario|correo"
    r"|gebruiker|użytkownik|logowani"
    r"|(?:account|member(?:ship)?|customer|compte|cuenta|utente|conta)s?(?![a-z\u00c0-\u024f]))"
    r"|メール|ログイン|ユーザー|アカウント|会員|用户|账号|邮箱|아이디|이메일|البريد|المستخدم",
    re.IGNORECASE,
)
"""What is written on fields for user names, where a word begins: `remember` is about no member."""

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
"""In the markup of a capture, in which forms do not stand in one another."""

TAG = re.compile(r"<[^<>]*>")
VALUE = re.compile(r" (?:value|placeholder)='([^']*)'")
"""In the markup of a capture: what is written in a field."""


class Account:
    """What a window knows of the shopper's account.

    Args:
        login: the account; None where the shopper has none.
        site: the shop that it is an account of.
    """

    def __init__(self, login: Login | None, site: Site) -> None:
        self._login = login
        self._site = site
        self._veil = Secrets()
        if login is not None:
            self._veil.know(login.typed)

    @property
    def shown(self) -> list[re.Pattern[str]]:
        """What finds in a picture of the window what nobody is to read."""
        return [] if self._login is None else [drawn(secret) for secret in self._login.typed.values()]

    def is_readable(self, markup: str) -> bool:
        """Whether a person could read it on a page, in its text or in a field.

        Args:
            markup: of the page's capture.
        """
        said = html.unescape(TAG.sub(lambda tag: "\0".join(["", *VALUE.findall(tag[0]), ""]), markup))
        return any(pattern.search(said) for pattern in self.shown)

    def veiled(self, markup: str) -> str:
        """Markup of a page without what nobody is to read."""
        return markup if self._login is None else self._veil.in_markup(markup)

    def veiled_text(self, text: str) -> str:
        """A sentence or an address without it."""
        return text if self._login is None else self._veil.in_text(text)

    def told(self, outcome: Outcome) -> Outcome:
        """An outcome without it."""
        if self._login is None:
            return outcome
        message, url = self.veiled_text(outcome.message), self.veiled_text(outcome.url)
        return outcome.model_copy(update={"message": message, "url": url})

    def ensure_belongs(self, action: OnTarget, target: Target, page: str, url: str) -> None:
        """Makes sure that what is typed for a mark is typed where it belongs.

        Args:
            action: as it was decided.
            target: with what it is done.
            page: the captured HTML that the target stands in.
            url: address of the page.

        Raises:
            Refused: it does not belong there.
        """
        mark = self.mark_in(action)
        if mark is None:
            return
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_inside(parts.hostname or ""):
            raise Refused("This page is not encrypted: nobody logs in on it.")
        kind = secret_kind(page, target.ref) if target.ref else None
        if mark == PASSWORD and kind != "password":
            raise Refused(f"{called(target)} is no field for a password, and none was typed.")
        if mark == USER_NAME and not self._is_for_users(target, page):
            raise Refused(f"{called(target)} is no field for a user name, and none was typed.")

    async def ensure_at_home(self, action: OnTarget, grip: Grip, page: str) -> None:
        """Makes sure that what is typed for a mark is typed in a document of the shop's own.

        Args:
            action: as it was decided.
            grip: the element in hand.
            page: address of the page.

        Raises:
            Refused: the page, or a frame around the element, is another site's.
            TimeoutError: the page hangs.
            playwright.async_api.Error: the element's document is gone.
        """
        if self.mark_in(action) is None:
            return
        around = grip.capture.frames_around(grip.target)
        for url in [page, *around, *await grip.ask("addressesOf")]:
            # What has no address of its own belongs to the document around it.
            if not url.startswith("about:") and not self._site.is_of(url.removeprefix("blob:")):
                raise Refused(f"{called(grip.target)} is not on the shop's own site: nobody logs in there.")

    def mark_in(self, action: OnTarget) -> str | None:
        """The mark that an action types; None where it types none."""
        said = (text_in(action) or "").strip()
        return said if self._login is not None and said in self._login.typed else None

    def filled_in(self, action: OnTarget) -> OnTarget:
        """An action with what is really typed for a mark."""
        mark = self.mark_in(action)
        if self._login is None or mark is None:
            return action
        return action.model_copy(update={"text": self._login.typed[mark]})

    @staticmethod
    def _is_for_users(target: Target, page: str) -> bool:
        if USER_FIELDS.search(f"{target.label} {target.name}".replace("_", " ")):
            return True
        forms = (found[0] for found in FORM.finditer(page) if f" data-ref='{target.ref}'" in found[0])
        return any("data-secret='password'" in form for form in forms)
