"""What is kept out of recordings: secrets that were typed, and the contact data of real people.

A password field and the fields of a payment card are known to the capture, which holds bullets in place of
their values and marks them (`data-secret`). What is typed into one is learned here, before anything of the
step is written, and masked wherever it comes up again: in the outcome, a later thought, an address, a page
that echoes it.

Masks are words in square brackets, so that a reader sees what stood there, and a re-run knows what to put in
its place (`STAND_INS`).
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

from agent.actions import Type, TypeAndSubmit
from agent.session import Step
from simplify import Observation

PASSWORD = "[password]"  # noqa: S105 - a mask
USER_NAME = "[user name]"
CARD = "[card number]"
CODE = "[security code]"
EXPIRY = "[expiry date]"
HOLDER = "[name on card]"
E_MAIL = "[e-mail]"
PHONE = "[phone number]"

STAND_INS: Mapping[str, str] = {
    PASSWORD: "Stand-in-4711",
    USER_NAME: "shopper-4711",
    CARD: "4242 4242 4242 4242",
    CODE: "123",
    EXPIRY: "12/34",
    HOLDER: "Ann Example",
    E_MAIL: "shopper@example.com",
    PHONE: "+1 555 010 0199",
}
"""What a re-run types for each mask: it is of the right form, and nobody's."""

MASKS: Mapping[str, str] = {
    "password": PASSWORD,
    "card": CARD,
    "code": CODE,
    "expiry": EXPIRY,
    "holder": HOLDER,
}
"""The mask of each kind of field, as the capture marks it."""

IN_ITS_FIELD = frozenset({EXPIRY, HOLDER})
"""What is masked in its own field only: a name and a month stand on pages for other reasons, too."""

FEWEST_CHARACTERS = 4
"""A shorter secret is masked where it was typed alone: elsewhere, the same characters mean something else."""

FEWEST_IN_MARKUP = 8
"""A shorter one is left in markup, which may well be made of such words; a password is masked there, too,
where it is all that a field or a piece of text says."""

FEWEST_WITHOUT_EDGES = 8
"""A shorter one is masked as a word of its own alone, a longer one wherever its characters stand in a row."""

BETWEEN_LETTERS = "\0\u00ad\u200b\u2060"
"""What may stand between two letters that are drawn side by side: the end of a piece of text (NUL), and what
is not seen at all."""

_E_MAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_DIGITS = re.compile(r"(?<![\w.,$€£¥#/-])\+?\(?\d(?:[ ()./\u00a0-]{0,2}\d){8,18}(?![\w%-]|[.,]\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4}")
_CARD_LENGTHS = range(14, 20)
_PHONE_LENGTHS = range(9, 16)


def contacts_masked(text: str) -> str:
    """A text without e-mail addresses, phone numbers and numbers of payment cards."""
    return _DIGITS.sub(_number_masked, _E_MAIL.sub(E_MAIL, text))


def cards_masked(text: str) -> str:
    """A text without numbers of payment cards: those whose check digit is right (ISO/IEC 7812, Luhn)."""
    return _DIGITS.sub(lambda found: CARD if _is_card(found[0]) else found[0], text)


def _number_masked(found: re.Match[str]) -> str:
    number = found[0]
    if _is_card(number):
        return CARD
    digits = sum(character.isdecimal() for character in number)
    if digits not in _PHONE_LENGTHS or _DATE.search(number):
        return number
    # Ten digits in a row are a phone number as people type them; longer ones without any sign are codes.
    written = number != re.sub(r"\D", "", number) or digits <= 11
    return PHONE if written else number


def _is_card(number: str) -> bool:
    digits = [int(character) for character in number if character.isdecimal()]
    if len(digits) not in _CARD_LENGTHS or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


@dataclass(slots=True)
class Secrets:
    """What has to be masked in one session.

    Attributes:
        contacts: whether contact data is, too: of a real person.
    """

    contacts: bool = False
    _known: dict[str, str] = field(default_factory=dict)
    _typed: dict[int, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def know(self, masks: Mapping[str, str]) -> None:
        """Learns secrets before anything is typed.

        Args:
            masks: what is to be masked with what, by mask.
        """
        self._known.update({secret: mask for mask, secret in masks.items()})

    def learn(self, observation: Observation, page: str, step: Step) -> None:
        """Learns what a step typed, if it typed it into a field for secrets, and whose addresses are shown.

        Args:
            observation: of the page.
            page: the captured HTML that it was made of.
            step: what was done on it.
        """
        action = step.decision.action
        if isinstance(action, TypeAndSubmit | Type):
            target = observation.targets.get(action.name)
            kind = secret_kind(page, target.ref) if target and target.ref else None
            mask = MASKS[kind] if kind is not None and action.text.strip() else None
            if mask in IN_ITS_FIELD:
                self._typed[step.index] = mask
            elif mask is not None:
                self._known[action.text] = mask
        if self.contacts:
            for address in {*_E_MAIL.findall(page), *_E_MAIL.findall(step.outcome.message)}:
                self._names[re.sub(r"[^a-z0-9]+", "_", html.unescape(address).lower())] = "e_mail"

    def in_step(self, step: Step) -> Step:
        """A step as it may be written down."""
        action = step.decision.action
        if isinstance(action, TypeAndSubmit | Type):
            mask = self._known.get(action.text) or self._typed.get(step.index)
            text = mask or self.in_text(action.text)
            said = self._quoted(action.text, mask)
            action = action.model_copy(update={"text": text, "name": self.in_text(action.name)})
        else:
            said = self.in_text
            if action.type == "click":
                action = action.model_copy(update={"name": self.in_text(action.name)})
        decision = step.decision.model_copy(
            update={"rationale": said(step.decision.rationale), "action": action}
        )
        outcome = step.outcome.model_copy(
            update={"message": said(step.outcome.message), "url": self.in_text(step.outcome.url)}
        )
        masked = {"url": self.in_text(step.url), "title": self.in_text(step.title)}
        return step.model_copy(update={**masked, "decision": decision, "outcome": outcome})

    def in_text(self, text: str) -> str:
        """A sentence, a title or an address as it may be written down."""
        return self._masked(text, FEWEST_CHARACTERS)

    def in_markup(self, markup: str) -> str:
        """An observation or a captured page as it may be written down."""
        for secret, mask in self._known.items():
            if mask == PASSWORD and FEWEST_CHARACTERS <= len(secret) < FEWEST_IN_MARKUP:
                markup = _said_alone(secret).sub(mask, markup)
        return self._masked(markup, FEWEST_IN_MARKUP)

    def in_json(self, text: str) -> str:
        """JSON or a script, in whose strings secrets stand, as it may be written down."""
        for secret, mask in self._known.items():
            if len(secret) < FEWEST_CHARACTERS:
                text = re.sub(rf'(?<="){re.escape(secret)}(?=(?:\\\\n)?")', mask, text)
        return self.in_text(text)

    @property
    def any_typed(self) -> bool:
        """Whether a secret was typed so far."""
        return bool(self._known)

    def in_values(self, value: Any) -> Any:
        """Anything that is to become JSON as it may be written down."""
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, dict):
            return {name: self.in_values(each) for name, each in value.items()}
        return [self.in_values(each) for each in value] if isinstance(value, list | tuple) else value

    def _quoted(self, typed: str, mask: str | None) -> Callable[[str], str]:
        """How the words about a step are masked that typed a secret, which may be short."""
        if mask is None:
            return self.in_text
        return lambda text: self.in_text(re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", mask, text))

    def _masked(self, text: str, fewest: int) -> str:
        for secret, mask in self._known.items():
            if len(secret) >= fewest:
                text = _without(text, secret, mask)
        if not self.contacts:
            return cards_masked(text)
        for name, mask in self._names.items():
            text = text.replace(name, mask)
        return contacts_masked(text)


def secret_kind(page: str, ref: str) -> str | None:
    """Whether a field of a captured page is one for secrets: `password`, `card`, `code`, or None.

    Args:
        page: the captured HTML.
        ref: of the field.
    """
    # Captured values stand in single quotes, and hold neither a quote nor an angle bracket.
    tag = re.search(rf"<[^<>]* data-ref='{re.escape(ref)}'[^<>]*>", page)
    marked = re.search(r" data-secret='(\w+)'", tag[0]) if tag else None
    return marked[1] if marked and marked[1] in MASKS else None


def drawn(secret: str) -> re.Pattern[str]:
    """What finds a secret in pieces of text that are drawn one after the other, with a NUL between them."""
    letters = (r"\s+" if letter.isspace() else re.escape(letter) for letter in secret.strip())
    return _bounded(secret, f"[{BETWEEN_LETTERS}]*".join(letters))


def _without(text: str, secret: str, mask: str) -> str:
    text = _spelled(secret).sub(mask, text)
    digits = re.sub(r"\D", "", secret)
    if mask == CARD and len(digits) >= FEWEST_IN_MARKUP:
        text = re.sub(rf"(?<!\d){'[ -]?'.join(digits)}(?!\d)", mask, text)
    return text


@lru_cache(maxsize=64)
def _spelled(secret: str) -> re.Pattern[str]:
    """What finds a secret in a text, an address, in markup or in JSON, in capitals or not."""
    return _bounded(secret, _in_any_spelling(secret))


@lru_cache(maxsize=64)
def _said_alone(secret: str) -> re.Pattern[str]:
    """What finds a secret in markup where it is the whole value of a field, or the whole of a text."""
    spelled = _in_any_spelling(secret)
    return re.compile(rf"""(?:(?<=\svalue=['"])|(?<=>)){spelled}(?=['"<])""", re.IGNORECASE)


def _bounded(secret: str, pattern: str) -> re.Pattern[str]:
    if len(secret) < FEWEST_WITHOUT_EDGES:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.compile(pattern, re.IGNORECASE)


def _in_any_spelling(secret: str) -> str:
    return "".join(map(_spellings, secret))


@cache
def _spellings(letter: str) -> str:
    """A pattern of what may be written for a letter: pages, addresses and scripts escape some of them."""
    if letter.isascii() and letter.isalnum():
        return letter
    code, percent = ord(letter), quote(letter, safe="")
    if percent == letter:  # a sign that has no need of it, and may be written so all the same
        percent = f"%{code:02X}"
    written = {letter, html.escape(letter), f"&#{code};", percent, percent.replace("%", "%25")}
    written |= {"&#x27;", "&apos;"} if letter == "'" else {"+"} if letter == " " else set()
    written |= {f"\\{letter}"} if letter in '"\\' else set()
    # The longest first: what is escaped may begin with what is not.
    return f"(?:{'|'.join(re.escape(each) for each in sorted(written, key=len, reverse=True))})"
