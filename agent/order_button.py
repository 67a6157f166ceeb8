"""Would this action place a real order? Read from the page before the action is done, in any shop.

Three signs tell it, each by itself: what is written on the control, where the form leads that it submits,
and whether that form holds the fields of a payment card. The first is read in the languages of
`order_words.yaml`. On the last page before an order a false alarm is better than a miss; on a product, a list
or a cart, whose buttons lead to the checkout at most, only words that bind by themselves count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from urllib.parse import unquote

from lxml import etree

from agent.actions import Action, Click, Select, Type, TypeAndSubmit
from agent.order_words import Joints, Phrases, folded, money, without_sums
from simplify import Observation, Target, TargetKind

BINDING = Phrases("binding")
ORDER = Phrases("order")
ORDER_ALONE = Phrases("order_alone")
NO_ORDER = Phrases("no_order")
NO_ORDER_ALONE = Phrases("no_order_alone")
WALLETS = Phrases("wallets")
MADE = Phrases("made")
GO_ON = Phrases("go_on")
TO_CART = Phrases("to_cart")
LATER = Phrases("later")
PAY_WAY = Phrases("pay_way")
ASKED = Phrases("asked")
AND = Joints("and", "binding", "order", "order_alone")
TOTAL = Phrases("total")
CHECKOUT = Phrases("checkout")
MAYBE_CHECKOUT = Phrases("maybe_checkout")
CART = Phrases("cart")
REVIEW = Phrases("review")
STREET = Phrases("street")

PRESSED = frozenset({TargetKind.BUTTON, TargetKind.LINK, TargetKind.OTHER})
"""What does something when it is clicked, beyond being chosen."""
CHOSEN = frozenset({TargetKind.RADIO, TargetKind.CHECKBOX, TargetKind.OPTION})
"""What is chosen, such as a way to pay."""
FILLED_IN = frozenset({TargetKind.TEXT, TargetKind.OPTION})
"""What is written into, or chosen in a list: to click on it sends nothing, if it is no button called so."""
PLAIN = frozenset({"input", "textarea", "option"})

CAPTURED = '<html data-capture="1">'
LONGEST_LABEL = 300
"""Characters; some buttons repeat the terms of the order. What they say behind is not read."""
LONGEST_PART = 120
"""Characters; what says more and is no button is a part of a page that reacts as a whole."""
LONGEST_WALLET = 40
LONGEST_BOX = 1_000
"""Characters of a message box that are read."""
LONGEST_TEXT = 10_000
"""Characters, the last ones of a page, in which a total is looked for."""
ENTERS = frozenset("\n\r")
"""Signs that press Enter where they are typed."""

PAYMENT_FIELDS = frozenset({"card", "code"})
"""What only a payment asks for, as the capture marks it (`data-secret`)."""
PAYMENT_FRAME = re.compile(
    r"\b(card (number|payment|details|input)|credit card|cvc|cvv|security code|secure card)\b"
)
"""How the frames of payment providers call themselves, whose fields cannot always be read."""

ORDER_ADDRESS = re.compile(
    r"""(?:^|[/=?&])(?:
      place-?(?:an-?|your-?|my-?)?order
      | (?:submit|confirm|complete|create|finish|save|process|finali[sz]e|make|do)-?
        (?:order|purchase|payment|checkout)
      | orders?[-/](?:place|submit|confirm|create|complete|finish|save|pay|process|finali[sz]e)
      | check-?out/(?:order|place|complete|confirm|finish|finali[sz]e|submit|pay|process|purchase)
      | check-?out/(?:update/confirm|(?:onepage|onestep)/save-?order) | wc-ajax=checkout | payments(?=[/?]|$)
      | payments?/(?:submit|confirm|complete|process|pay|execute|authori[sz]e|capture|charge|transaction)
    )(?![a-z])""",
    re.VERBOSE,
)
"""Where forms lead that place an order; in small letters, words joined by `-`."""

_ORDERS_ALONE = r"""(?:
      place-?(?:your-?|my-?)?orders? | (?:submit|process|execute)-?(?:order|purchase|payment) | save-?order
      | orders?/(?:place|submit) | check-?out/(?:place|submit)
    )"""
ORDERS_ALONE = re.compile(
    rf"""/(?:
      {_ORDERS_ALONE} | module/[a-z\d-]+/validation
    )(?:\.(?:php|aspx?|do|action|jsp|cgi))?(?=/|$)""",
    re.VERBOSE,
)
"""Paths that are for nothing but placing orders, however they are asked for; a shop system's own, too."""
ORDERS_ALONE_ASKED = re.compile(
    rf"""(?:^|[&;])(?:
      wc-ajax=checkout | (?:action|act|do|task|op|cmd|ajax|method)={_ORDERS_ALONE}
      | route=(?:[a-z\d-]+/)*(?:{_ORDERS_ALONE} | payment/[a-z\d-]+[/.|]confirm)
    )(?=[&;]|$)""",
    re.VERBOSE,
)
"""The same behind the `?` of an address."""

_LAST_PAGE = re.compile(
    r"/(?:place|submit|confirm|complete|finish|finali[sz]e|confirmation)(?:-?(?:order|purchase|payment|checkout))?/?$"
    r"|/(?:order-)?(?:place|submit|confirm|finali[sz]e|confirmation)/?$"
)
"""How the path of a checkout's last page ends, which is posted to itself."""

CHECKOUT_PARTS = frozenset({"checkout", "check-out", "checkouts", "onepage", "kasse", "caisse"})

_OWN_ADDRESS = frozenset({".", "./", "#"})

_TITLE_PARTS = re.compile(r"\s[|·•\u2013\u2014-]\s|\||:\s")
_ADDRESS_PARTS = re.compile(r"[/?&=#.;!]+")
_OWN_PAGES = re.compile(
    r"(?:my-?)?(?:account|orders|profile|wallet|customer)s?|sales|(?:order-?)?history|register|sign-?up|address-?book"
    r"|(?:mein-?)?konto|(?:mon-)?compte|(?:mi-)?cuenta|minha-conta|mijn-account|moje-konto|user|users|returns"
)
"""What belongs to a customer, where cards and addresses are kept, in an address."""
_DONE = re.compile(
    r"success|thanks?|thank-you|confirmation|confirmed|received|placed|completed?|done|status|errors?|failed|cancel"
)
"""What an address calls what comes of an order."""
_START_PAGES = re.compile(r"[a-z]{2}(?:-[a-z]{2})?|home|start|index|html?|php")
_OTHER_PAGES = re.compile(r"help|faqs?|hilfe|aide|ayuda|info|blog|news|cms|support|pages?|legal|about")
_GOODS_PAGES = re.compile(
    r"products?|dp|itm|produkte?|artikel|produits?|productos?|prodott[io]|producten|c|categor(?:y|ies)"
    r"|collections?|search|catalogsearch|wish-?list"
)
_HOST = re.compile(r"^(?:[a-z][a-z\d+.-]*:)?//[^/?#]*", re.IGNORECASE)
_PAYING_HOST = re.compile(r"https?://(?:secure-?)?(?:pay|payments?|check-?out|kasse)\.")
_PAYING_WORDS = re.compile(
    r"pay|buy|check ?out|order|kauf|zahl|pag|compr|acqui|ach[ae]t|beta|zapla|оплат|支払|支付|付款|결제"
)
_ON_TO = re.compile(r"^\W*(?:continue|proceed|weiter|continuer|continuar|continua) \w+ $")
_SENTENCES = re.compile(r"[.!?\u2026\u3002\uff01\uff1f](?!\d)|\n")
_CHOICE = ("aria-expanded", "aria-pressed", "aria-selected", "aria-checked", "aria-haspopup")


class Place(Enum):
    """What kind of page a control stands on."""

    CHECKOUT = auto()
    CART = auto()
    OWN = auto()
    """A page of the customer's own: old orders, kept cards and addresses."""
    GOODS = auto()
    """A product, or a list of some."""
    ELSEWHERE = auto()


def places_order(action: Action, observation: Observation, page: str) -> str | None:
    """Whether an action would place a real order.

    Args:
        action: what is about to be done.
        observation: the page that it is to be done on.
        page: the captured HTML that the observation was made of.

    Returns:
        The reason in a few words for people; None where it places no order.
    """
    if not isinstance(action, Click | Select | Type | TypeAndSubmit):
        return None
    target = observation.targets.get(action.name)
    if target is None or (isinstance(action, Type) and ENTERS.isdisjoint(action.text)):
        return None
    shown = _Page.of(observation, page)
    element = shown.element(target)
    if isinstance(action, Click | Select):
        is_plain = target.kind in FILLED_IN and element.tag in PLAIN
        return None if is_plain else shown.pressing(_Control(element, target))
    reason = shown.entering(element)
    return f"Enter submits its form: {reason}" if reason else None


def takes_orders(address: str) -> bool:
    """Whether an address, with a host or without, looks like one to which orders are sent."""
    return ORDER_ADDRESS.search(_HOST.sub("", address).lower().replace("_", "-")) is not None


def only_takes_orders(address: str) -> bool:
    """Whether an address is for nothing but placing an order, so that to ask for it in any way places one.

    Pages of a checkout are not, nor are those that say what came of an order, or how one is placed.
    """
    spelled = unquote(_HOST.sub("", address)).lower().replace("_", "-")
    path, _, asked = spelled.partition("#")[0].partition("?")
    parts = _address_parts(path)
    if _stands_first(_OTHER_PAGES, parts) or any(map(_DONE.fullmatch, parts)):
        return False
    return bool(ORDERS_ALONE.search(path) or ORDERS_ALONE_ASKED.search(asked))


def ends_checkout(address: str) -> bool:
    """Whether a path is the last of a checkout: what is posted there, by a form or a script, is the order."""
    path = _path_of(address)
    return bool(CHECKOUT_PARTS.intersection(_address_parts(path)[:-1]) and _is_last(path))


def asks_to_order(text: str) -> bool:
    """Whether a message box asks for leave to place an order, so that its "OK" places one."""
    return any(map(_orders, filter(str.strip, _SENTENCES.split(text[:LONGEST_BOX]))))


def _orders(sentence: str) -> bool:
    for said in _parts(sentence):
        if BINDING.search(said) or ORDER.search(said) or ORDER_ALONE.is_all_of(said):
            return True
    return bool(ASKED.search(sentence)) and not (NO_ORDER.search(sentence) or LATER.search(sentence))


def _parts(text: str) -> Iterator[str]:
    """What may order in what is written on a button, with and without sums.

    A text that begins like something else counts from the "and" on: "Save and place order".
    """
    for part in (text, *AND.parts(text)):
        if not (NO_ORDER.begins(part) or NO_ORDER_ALONE.is_all_of(part)):
            yield from dict.fromkeys((part, without_sums(part)))


@dataclass(frozen=True)
class _Control:
    """Something that can be pressed.

    Attributes:
        element: as it was captured.
        target: as the observation knows it; None where it is looked at for another's sake.
    """

    element: etree._Element
    target: Target | None = None

    @cached_property
    def said(self) -> Sequence[str]:
        """All that a person reads or hears of it, in each way in which its parts may belong together."""
        parts = [str(text) for text in self.element.itertext()]
        attributes = [self.element.get(name, "") for name in ("aria-label", "title", "alt", "value")]
        pictures = [picture.get("alt", "") for picture in self.element.iter("img")]
        label = self.target.label if self.target is not None else ""
        texts = [label, "".join(parts), " ".join(parts), *attributes, *pictures]
        said = [text for text in dict.fromkeys(texts) if text.strip()]
        if self.element.tag in {"button", "input"} or self.element.get("role") == "button":
            return [text[:LONGEST_LABEL] for text in said]
        return [text for text in said if len(text) <= LONGEST_PART]

    @property
    def made(self) -> str:
        """What its makers called it, in words."""
        names = [
            self.element.get(name, "") for name in ("id", "name", "data-code", "data-testid", "data-hint")
        ]
        apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", " ".join(names))
        return re.sub(r"[\W\d_]+", " ", apart)

    @property
    def label(self) -> str:
        """What to call it to people."""
        said = self.said[0] if self.said else self.made
        kind = "link" if self.leads_on else "button"
        return f'the {kind} "{" ".join(said.split())}"'

    @property
    def leads_on(self) -> bool:
        """Whether it is a link with an address."""
        return self.element.tag == "a" and any(self.element.get(name) for name in ("data-link", "href"))

    @property
    def is_choice(self) -> bool:
        """Whether it chooses or opens something, rather than to do it."""
        role = self.element.get("role", "")
        opens = role in {"tab", "option"} or any(self.element.get(name) for name in _CHOICE)
        return opens or self.is_ticked

    @property
    def is_ticked(self) -> bool:
        """Whether it is a box to tick, a switch, or one of several ways."""
        return self.is_one_of_several or self._is(TargetKind.CHECKBOX, "checkbox", "switch")

    @property
    def is_one_of_several(self) -> bool:
        """Whether it is one of several ways, of which one is picked."""
        return self._is(TargetKind.RADIO, "radio")

    def _is(self, kind: TargetKind, *names: str) -> bool:
        if self.target is not None and self.target.kind is kind:
            return True
        return self.element.get("role") in names or self.element.get("type") in names

    @property
    def submits(self) -> bool:
        """Whether pressing it may submit the form around it, as all buttons do that do not say otherwise."""
        kind = self.element.get("type", "").lower()
        if self.element.tag == "input":
            return kind in {"submit", "image"}
        if self.element.tag == "button":
            return kind not in {"button", "reset"} and not self.is_choice
        return self.element.get("role") == "button" and not self.leads_on and not self.is_choice

    @cached_property
    def does_something_else(self) -> bool:
        """Whether it says that it is for something else; to go on is nothing else."""
        said = [text for text in self.said if not GO_ON.is_all_of(text)]
        return any(NO_ORDER.search(text) or NO_ORDER_ALONE.is_all_of(text) for text in said)


@dataclass(frozen=True)
class _Page:
    """A page on which something is about to be done."""

    url: str
    title: str
    labels: Sequence[str]
    choices: Sequence[str]
    root: etree._Element

    @classmethod
    def of(cls, observation: Observation, page: str) -> "_Page":
        """The page that was captured."""
        labels = [target.label for target in observation.targets.values() if target.kind in PRESSED]
        choices = [target.label for target in observation.targets.values() if target.kind in CHOSEN]
        return cls(observation.url, observation.title, labels, choices, _parsed(page))

    def element(self, target: Target) -> etree._Element:
        """What was captured of a target; something in its place where nothing was."""
        found = (each for each in self.root.iter() if target.ref and each.get("data-ref") == target.ref)
        return next(found, etree.Element("a" if target.kind is TargetKind.LINK else "button"))

    def pressing(self, control: _Control) -> str | None:
        """Why pressing a control places an order."""
        reason = self._said(control)
        if reason or control.does_something_else or control.leads_on or control.is_ticked:
            return reason
        if self.place is Place.OWN:
            return None
        if self.place not in {Place.CART, Place.GOODS} and MADE.search(control.made):
            return f"{control.label} is called so by its makers"
        if next(control.element.iterancestors("form"), None) is None:
            return self._leading(control.element, control.element) or self._beside_payment(control)
        return self._submitted(control) if control.submits else None

    def entering(self, field: etree._Element) -> str | None:
        """Why Enter in a field places an order: it presses the first button of the form around it."""
        if field.tag == "textarea":
            return None
        for form in field.iterancestors("form"):
            buttons = [button for button in _submits_of(form) if button.element.get("role") != "button"]
            # Which button submits is known where it says so itself; else any of them may be the one.
            first = buttons[:1] if buttons and buttons[0].element.get("type") else buttons
            if buttons:
                return next(filter(None, map(self.pressing, first)), None)
        around = next(field.iterancestors("form"), None)
        return self._leading(around, None) if around is not None else None

    def _said(self, control: _Control) -> str | None:
        """Whether the words on a control say it, for the page that it stands on."""
        for text in control.said:
            if self._is_wallet(text, control):
                return f"{control.label} pays with a wallet"
            if self._is_order(text, control):
                return f"{control.label} says so"
        return None

    def _is_order(self, text: str, control: _Control) -> bool:
        if control.is_ticked:
            return self._is_order_to_tick(text, control)
        meant = text if self.place is Place.CHECKOUT else LATER.left_out_of(text)
        return any(BINDING.search(part) or self._is_order_here(part, control) for part in _parts(meant))

    def _is_order_here(self, text: str, control: _Control) -> bool:
        if self.place is Place.CHECKOUT:
            return ORDER.search(text) is not None or self._is_last(text, control)
        # Elsewhere it may be an unpaid order, or a checkout that does not say what it is; some shops open
        # theirs in a frame over the product.
        at_work = self.place in {Place.ELSEWHERE, Place.OWN} or _is_framed(control.element)
        return at_work and not control.leads_on and ORDER.search(text) is not None

    def _is_last(self, text: str, control: _Control) -> bool:
        """Whether a control says all that is needed on a checkout; links and ways to pay say it of others."""
        picks = control.is_choice and PAY_WAY.begins(text)
        return not (control.leads_on or picks) and ORDER_ALONE.is_all_of(text)

    def _is_order_to_tick(self, text: str, control: _Control) -> bool:
        """Whether something to tick begins like an order: terms speak of one later on, ways to pay choose."""
        if self.place in {Place.CART, Place.GOODS} or (control.is_one_of_several and PAY_WAY.begins(text)):
            return False
        return BINDING.begins(text) or ORDER.begins(text)

    def _is_wallet(self, text: str, control: _Control) -> bool:
        wallet = WALLETS.search(text) if len(text) <= LONGEST_WALLET else None
        if wallet is None or control.is_choice or self.place not in {Place.CHECKOUT, Place.CART}:
            return False
        if LATER.search(text):
            return False
        rest = wallet.string.replace(wallet[0], " ")
        if _ON_TO.search(wallet.string[: wallet.start()]):
            return True
        # A wallet's link may explain it; one that pays says so.
        says_to_pay = not control.leads_on or _PAYING_WORDS.search(rest) is not None
        return says_to_pay and not NO_ORDER.search(text)

    def _submitted(self, control: _Control) -> str | None:
        """Whether the form that a control submits is one for orders, and no other button is for that."""
        form = next(control.element.iterancestors("form"), None)
        if form is None or any(self._said(other) for other in _submits_of(form)):
            return None
        holds_payment = any(_is_payment(field) for field in form.iter("input", "iframe"))
        if holds_payment and not self._review_follows:
            return "the form that it submits holds payment fields"
        return self._leading(form, control.element)

    def _beside_payment(self, control: _Control) -> str | None:
        """Whether a control outside of all forms goes on from payment fields that stand in none, either."""
        if control.is_choice or self._review_follows or not any(map(GO_ON.is_all_of, control.said)):
            return None
        fields = filter(_is_payment, self.root.iter("input", "iframe"))
        loose = any(all(_is_framed(form) for form in field.iterancestors("form")) for field in fields)
        return f"{control.label} goes on from payment fields" if loose else None

    def _leading(self, form: etree._Element, button: etree._Element | None) -> str | None:
        """Whether a form is posted to where orders are placed."""
        address = _posted_to(form, button)
        if self.place in {Place.CART, Place.GOODS}:
            return None
        if takes_orders(address):
            return f"the form leads to {address}"
        if self.place is Place.CHECKOUT and address and self._is_last_page(address):
            return f"the form leads to {self._path}, the last page of a checkout"
        return None

    def _is_last_page(self, address: str) -> bool:
        """Whether an address is this page's own, and this is where a checkout ends."""
        own = address in _OWN_ADDRESS or address.partition("?")[0] in {self._path, self.url.partition("?")[0]}
        return own and _is_last(self._path)

    @cached_property
    def _path(self) -> str:
        return _path_of(self.url)

    @cached_property
    def place(self) -> Place:
        """What kind of page it is: by its address, by its fields, and by what it calls itself."""
        parts = _address_parts(self.url)
        if "checkout" not in parts and _stands_first(_OWN_PAGES, parts):
            return Place.OWN
        if any(map(_is_payment, self.root.iter("input", "iframe"))):
            return Place.CHECKOUT
        said = self._place_by_address(parts) or _last_place(self._names) or self._goods
        # A product may ask where it is to be sent to, too, to say what that costs.
        may_be = said is not Place.GOODS and (self._asks_for_street or (said is None and self._may_be_named))
        return Place.CHECKOUT if may_be and self._is_likely else said or Place.ELSEWHERE

    @cached_property
    def _asks_for_street(self) -> bool:
        return any(map(_is_street, self.root.iter("input", "textarea")))

    @cached_property
    def _may_be_named(self) -> bool:
        """Whether it bears a name that checkouts bear, and so do pages where food is chosen: "Order"."""
        return any(map(MAYBE_CHECKOUT.is_all_of, [*_address_parts(self.url), *self._names]))

    @property
    def _is_likely(self) -> bool:
        """Whether what may be a checkout is likely one: by a total or a choice of ways to pay.

        A field for a street says enough by itself, but for start pages and pages where food is chosen: they
        ask where it is to be brought.
        """
        if self._asks_for_street and not self._may_be_named and not _is_start_page(self.url):
            return True
        if any(PAY_WAY.begins(label) or WALLETS.search(label) for label in self.choices):
            return True
        return TOTAL.stands_before(rf"\D{{0,40}}?(?:{money()})", _text(self.root)[-LONGEST_TEXT:])

    def _place_by_address(self, parts: Sequence[str]) -> Place | None:
        if _stands_first(_GOODS_PAGES, parts):
            return Place.GOODS
        by_words = None if _stands_first(_OTHER_PAGES, parts) else _last_place(parts)
        if by_words is None and _PAYING_HOST.match(self.url):
            return Place.CHECKOUT
        return by_words

    @property
    def _goods(self) -> Place | None:
        """Whether something can be put into the cart here."""
        return Place.GOODS if any(map(TO_CART.begins, self.labels)) else None

    @cached_property
    def _names(self) -> Sequence[str]:
        """What the page calls itself."""
        headings = [_text(heading) for heading in self.root.iter("h1")]
        return [part for part in [*_TITLE_PARTS.split(self.title), *headings] if part.strip()]

    @cached_property
    def _review_follows(self) -> bool:
        """Whether a list of steps says that the order is reviewed later, so that it is not placed here."""
        headings = (_text(heading) for heading in self.root.iter("h2"))
        if any(map(REVIEW.is_all_of, [*self._names, *headings])):
            return False
        steps = (step for steps in self.root.iter("ol", "ul") for step in steps.findall("li")[1:])
        return any(step.find(".//a") is None and REVIEW.is_all_of(_text(step)) for step in steps)


def _parsed(page: str) -> etree._Element:
    data = page.encode("utf-8", errors="replace")
    parser: etree.XMLParser | etree.HTMLParser
    if page.startswith(CAPTURED):
        parser = etree.XMLParser(recover=True, huge_tree=True, no_network=True, remove_comments=True)
    else:
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing is written there
        return etree.Element("html")
    return etree.Element("html") if root is None else root


def _text(part: etree._Element) -> str:
    return " ".join(str(text) for text in part.itertext())


def _posted_to(form: etree._Element, button: etree._Element | None) -> str:
    """Where a button posts a form, as the capture or the page's own HTML says it; empty if it does not."""
    own = button if button is not None else form
    captured = own.get("data-posts") or form.get("data-posts")
    if captured:
        return captured
    method = str(own.get("formmethod") or form.get("method") or "")
    return str(own.get("formaction") or form.get("action") or "") if method.lower() == "post" else ""


def _submits_of(form: etree._Element) -> Iterator[_Control]:
    """What can submit a form, but for what says that it is for something else."""
    controls = map(_Control, form.iter("button", "input", "a", "div", "span"))
    return (control for control in controls if control.submits)


def _is_payment(field: etree._Element) -> bool:
    if field.tag == "iframe":
        return PAYMENT_FRAME.search(folded(field.get("title", ""))) is not None
    return field.get("data-secret") in PAYMENT_FIELDS


def _is_framed(part: etree._Element) -> bool:
    """Whether it belongs to a frame: payment providers put forms of their own around their fields."""
    return next(part.iterancestors("iframe"), None) is not None


def _is_street(field: etree._Element) -> bool:
    names = ("data-label", "aria-label", "placeholder", "data-hint")
    return STREET.search(" ".join(field.get(name, "") for name in names)) is not None


def _is_start_page(url: str) -> bool:
    """Whether an address leads to the start of a site, or of one of its languages."""
    path = re.split(r"[?#;]", _HOST.sub("", url), maxsplit=1)[0]
    return all(map(_START_PAGES.fullmatch, _address_parts(path)))


def _path_of(address: str) -> str:
    return unquote(_HOST.sub("", address).partition("#")[0].partition("?")[0])


def _is_last(path: str) -> bool:
    """Whether a path ends as that of a checkout's last page."""
    return _LAST_PAGE.search(path.lower().replace("_", "-")) is not None


def _address_parts(url: str) -> Sequence[str]:
    """The words of an address behind its host, joined by `-`."""
    said = folded(unquote(_HOST.sub("", url))).replace("_", "-")
    return [part for part in _ADDRESS_PARTS.split(said) if part]


def _stands_first(pattern: re.Pattern[str], parts: Sequence[str]) -> bool:
    """Whether a part of an address is one of these, and none before it is a checkout's."""
    at = next((at for at, part in enumerate(parts) if pattern.fullmatch(part)), None)
    return at is not None and _last_place(parts[:at]) is not Place.CHECKOUT


def _last_place(names: Sequence[str]) -> Place | None:
    """What the last of some names that tells it calls the page: some carts stand below the checkout."""
    reviewed = False
    for name in reversed(names):
        for spelled in (name, name.replace("-", " ")):
            if CART.is_all_of(spelled):
                return Place.CHECKOUT if reviewed else Place.CART
            if CHECKOUT.is_all_of(spelled):
                return Place.CHECKOUT
            reviewed = reviewed or REVIEW.is_all_of(spelled)
    return None
