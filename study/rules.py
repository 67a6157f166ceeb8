"""A shopper by rules: searches, looks, buys or loses patience, without a model.

Not a model of people. It is there for traffic that needs no model server, for trying a study out before it
costs anything, and for knowing what a study can see: it reacts to what a page shows (offers, ratings,
reviews, prices, forms, walls), in ways that are written down here, so that designs which differ in these
differ in what it does. It knows no particular shop: it reads the observation as a model does.

All chance comes from the seed and the number of the step, so that twins decide alike as long as they see
alike.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.persona import Persona
from agent.policy import Decided
from agent.session import Step, Usage
from simplify import Observation, TargetKind

DISMISS: Final = re.compile(r"only_necessary|no_thanks|not_now|reject|decline|dismiss|^close|accept_all")
SEARCH: Final = re.compile(r"search|^q$|query|find")
ADD: Final = re.compile(r"add_to_(cart|basket|bag|trolley)|^(add|buy_now)$")
CHECKOUT: Final = re.compile(r"proceed_to_checkout|^(go_to_)?checkout|view_basket|view_cart")
CART: Final = re.compile(r"(^|[._])(cart|basket|bag|trolley)$")
ONWARD: Final = (
    re.compile(r"place_order|place_your_order|confirm_order|buy_now|complete_order"),
    re.compile(r"continue_as_(a_)?guest|guest_checkout|^guest"),
    re.compile(r"pay_now|pay_card|^pay(_\d+)?$|use_this_card|check_card"),
    re.compile(r"^(?!.*shopping)(continue|next|proceed|deliver_to_this)"),
)
"""What leads on in a checkout, the last step first."""

NEXT: Final = re.compile(r"(^|[._])(next|pagination\.next|next_page)$")
NOTHING_FOUND: Final = re.compile(
    r"\b(no|0) (results|products|items|matches)|did not match|nothing found|no .{0,30} found", re.IGNORECASE
)
OFFER: Final = re.compile(r'<a name="([^"]+)"[^>]*?(?:/>|>([^<]*)</a>)([^<\n]*)')
"""A link with what stands behind it; it is an offer where a price does."""

PRICE: Final = re.compile(r"[$€£]\s?(\d[\d,]*(?:\.\d\d)?)")
RATING: Final = re.compile(r"\b([0-5]\.\d)\b(?: of 5)?")
BUDGET: Final = re.compile(
    r"(?:under|below|less than|at most|up to|cheaper than)\s*\$?\s?(\d[\d,]*)", re.IGNORECASE
)
FIELDS: Final = (
    (re.compile(r"e_?mail"), "shopper@example.com"),
    (re.compile(r"card_number|number_on_card"), "4242 4242 4242 4242"),
    (re.compile(r"expir"), "12/30"),
    (re.compile(r"security|cvc|cvv"), "123"),
    (re.compile(r"phone"), "555 0100 200"),
    (re.compile(r"zip|post(al)?_?code|postal"), "43004"),
    (re.compile(r"city|town"), "Columbus"),
    (re.compile(r"state|county|region|province"), "OH"),
    (re.compile(r"address|street|line_?1"), "1 Elm Street"),
    (re.compile(r"name"), "Sam Example"),
)
"""What is typed into a checkout's fields: the usual test data, nobody's own."""

STOPWORDS: Final = frozenset(
    """
    a an and any are as at be but by can did do dollars don for from get have i if in is it its
    itself just like look looking me more my need no not of off on one or our over price should so
    some something than that the their them then there they this to under up us want we what when
    which who will with without would you your
    """.split()  # noqa: SIM905 - sixty quoted words would not be read
)
LEAVE: Final = {"low": 0.06, "medium": 0.03, "high": 0.015, None: 0.03}
"""Chance of leaving at any page, by patience."""

FRUSTRATION: Final = 0.10
"""Added for an action that could not be done, and for a search that found nothing."""

WALL: Final = {"low": 0.75, "medium": 0.5, "high": 0.35, None: 0.5}
"""Chance of leaving where an account is wanted before an order, by experience of the web."""

LOOKS: Final = {"low": 3, "medium": 5, "high": 8, None: 5}
"""Products that are looked at before one gives up, by patience."""


class RulesPolicy:
    """Decides by the rules of this module.

    Args:
        seed: of the session.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        """What the rules say to do next; never fails."""
        chances = random.Random(f"{self._seed} {len(steps)}")  # noqa: S311 - no secret
        visit = _Visit(persona, intent, steps, observation, chances)
        for rule in (
            _dismiss,
            _lose_patience,
            _pay,
            _open_cart,
            _judge_product,
            _search,
            _choose,
            _turn_page,
        ):
            decision = rule(visit)
            if decision is not None:
                return Decided(decision, Usage(attempts=0))
        return Decided(_leave("I find nothing more to do here, so I leave."), Usage(attempts=0))


@dataclass(frozen=True, slots=True)
class _Offer:
    """A product in a list."""

    name: str
    label: str
    price: float
    rating: float | None


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a rule can know."""

    persona: Persona
    intent: str
    steps: Sequence[Step]
    page: Observation
    chances: random.Random

    @property
    def clicks(self) -> list[str]:
        """Names that can be clicked."""
        return [
            each.name
            for each in self.page.targets.values()
            if each.enabled and each.kind is not TargetKind.TEXT
        ]

    def clickable(self, pattern: re.Pattern[str]) -> str | None:
        """The first that can be clicked and was not clicked in vain on this page just now."""
        last = self.steps[-1] if self.steps else None
        vain = last.decision.action if last is not None and not last.outcome.accepted else None
        for name in self.clicks:
            if pattern.search(name) and vain != Click(name=name):
                return name
        return None

    @property
    def fields(self) -> list[str]:
        """Text fields in reading order."""
        return [
            each.name for each in self.page.targets.values() if each.enabled and each.kind is TargetKind.TEXT
        ]

    def empty(self, name: str) -> bool:
        """Whether nothing stands in a field."""
        return re.search(rf'name="{re.escape(name)}"[^>]*value="[^"]', self.page.html) is None

    @property
    def searches(self) -> int:
        """How often something was typed into a search field."""
        typed = [
            step.decision.action for step in self.steps if isinstance(step.decision.action, TypeAndSubmit)
        ]
        return sum(1 for action in typed if SEARCH.search(action.name))

    @property
    def offers(self) -> list[_Offer]:
        """Products with their prices, in reading order."""
        found = []
        for name, label, behind in OFFER.findall(self.page.html):
            price = PRICE.search(behind)
            if price and unescape(name) in self.page.targets:
                rating = RATING.search(behind[: price.start()])
                found.append(
                    _Offer(
                        unescape(name),
                        unescape(label) or unescape(name).replace("_", " "),
                        float(price[1].replace(",", "")),
                        float(rating[1]) if rating else None,
                    )
                )
        return found

    @property
    def budget(self) -> float | None:
        """What the intent says that it may cost."""
        found = BUDGET.search(self.intent)
        return float(found[1].replace(",", "")) if found else None

    @property
    def words(self) -> list[str]:
        """What the intent is about: its telling words."""
        words = re.findall(r"[a-z][a-z'-]+", self.intent.lower())
        return [word for word in dict.fromkeys(words) if word not in STOPWORDS]

    @property
    def in_checkout(self) -> bool:
        """Whether this is a page of the checkout."""
        place = f"{self.page.url} {self.page.title}".lower()
        return "checkout" in place or "/payment" in place or "/preview" in place

    @property
    def has_added(self) -> bool:
        """Whether something was put into the cart."""
        return any(
            isinstance(step.decision.action, Click)
            and ADD.search(step.decision.action.name)
            and step.outcome.accepted
            and not re.search(r"please (choose|select|complete)", step.outcome.message, re.IGNORECASE)
            for step in self.steps
        )

    def chance(self, share: float) -> bool:
        """Whether it comes to pass."""
        return self.chances.random() < share


def _dismiss(visit: _Visit) -> Decision | None:
    """Banners and dialogs go first."""
    name = visit.clickable(DISMISS)
    return _click(name, "This is in my way, so I close it.") if name else None


def _lose_patience(visit: _Visit) -> Decision | None:
    share = LEAVE[visit.persona.patience]
    if visit.steps and not visit.steps[-1].outcome.accepted:
        share += FRUSTRATION
    if visit.searches and NOTHING_FOUND.search(visit.page.html):
        share += FRUSTRATION
    if visit.has_added:
        share /= 3  # who has chosen wants to get it over with
    return _leave("I lose patience with this and leave.") if visit.steps and visit.chance(share) else None


def _pay(visit: _Visit) -> Decision | None:
    """The checkout, field by field."""
    if not visit.in_checkout:
        return None
    wall = not visit.clickable(ONWARD[1]) and any("password" in name for name in visit.fields)
    if wall:
        if visit.chance(WALL[visit.persona.web_experience]):
            return _leave("I have to open an account only to order, and I do not want to.")
        return _register(visit)
    for name in visit.fields:
        answer = None if SEARCH.search(name) or "coupon" in name else _answer(name)
        if answer is not None and visit.empty(name):
            return _type(name, answer, "I fill in what they ask for.")
    for pattern in ONWARD:
        onward = visit.clickable(pattern)
        if onward is not None:
            return _click(onward, "I go on with my order.")
    return None


def _register(visit: _Visit) -> Decision | None:
    """Opens an account, where an order needs one."""
    for name in visit.fields:
        if SEARCH.search(name) or not visit.empty(name):
            continue
        answer = "correct horse battery 1" if "password" in name else _own_mail(visit, name) or _answer(name)
        if answer is not None:
            return _type(name, answer, "I open an account, since I have to.")
    create = visit.clickable(re.compile(r"create|register|sign_up|open_account"))
    return _click(create, "I open an account, since I have to.") if create else None


def _own_mail(visit: _Visit, name: str) -> str | None:
    """An address of its own for each session: an account is opened once."""
    is_mail = FIELDS[0][0].search(name)
    return f"{visit.persona.id}-{visit.chances.randrange(10**9)}@example.com" if is_mail else None


def _open_cart(visit: _Visit) -> Decision | None:
    """Something lies in the cart: to the checkout."""
    if not visit.has_added:
        return None
    name = visit.clickable(CHECKOUT) or visit.clickable(CART)
    return _click(name, "I have what I want and go to the checkout.") if name else None


def _judge_product(visit: _Visit) -> Decision | None:
    """On a product's page: buy it, or look on."""
    name = visit.clickable(ADD)
    if name is None or len(visit.offers) > 8:
        return None
    missing = visit.steps and re.search(r"choose|select", visit.steps[-1].outcome.message, re.IGNORECASE)
    option = _option(visit)
    if missing and option is not None:
        return _click(option, "I have to choose one first.")
    if visit.chance(_liking(visit)):
        return _click(name, "This one suits me, so I take it.")
    looked = sum(1 for step in visit.steps if ADD.search(step.observation))
    if looked >= LOOKS[visit.persona.patience]:
        return _leave("I have looked at enough of them and none is right.")
    return None


def _option(visit: _Visit) -> str | None:
    """A choice that is open: an option that nobody chose yet."""
    kinds = {TargetKind.RADIO, TargetKind.OPTION}
    chosen = {step.decision.action for step in visit.steps[-4:]}
    names = [
        each.name
        for each in visit.page.targets.values()
        if each.enabled and each.kind in kinds and not each.name.startswith("sort")
    ]
    open_ones = [name for name in names if Click(name=name) not in chosen and "choose" not in name]
    return visit.chances.choice(open_ones) if open_ones else None


def _liking(visit: _Visit) -> float:
    """Chance of buying what this page shows: what it says speaks for it or against it."""
    text = visit.page.html
    main = text.partition("Related products")[0]
    price = PRICE.search(main)
    rating = RATING.search(main)
    share = 0.35 if _fit(visit, visit.page.title + main[:400]) else 0.08
    if rating is None:
        share *= 0.75
    else:
        share *= 1.5 if float(rating[1]) >= 4.2 else 1.0 if float(rating[1]) >= 3.7 else 0.5
    if not re.search(r"reviews? \(\d|\d+ reviews|customer reviews", main, re.IGNORECASE):
        share *= 0.6
    if price and visit.budget is not None and float(price[1].replace(",", "")) > visit.budget:
        share *= 0.2
    return min(share, 0.95)


def _fit(visit: _Visit, text: str) -> bool:
    words = visit.words
    return not words or any(word.rstrip("s") in text.lower() for word in words)


def _search(visit: _Visit) -> Decision | None:
    """Types what it came for; again in other words where nothing was found."""
    name = next((each for each in visit.fields if SEARCH.search(each)), None)
    nothing = bool(NOTHING_FOUND.search(visit.page.html))
    on_product = visit.clickable(ADD) is not None and len(visit.offers) <= 8
    if name is None or (visit.searches and not nothing and not on_product):
        return None
    query = _query(visit)
    if not query or visit.searches >= 6:
        return None
    return _type(name, query, "I search for what I came for.")


def _query(visit: _Visit) -> str:
    """The first telling words; other ones from search to search."""
    words = visit.words
    length = max(1, 3 - visit.searches)
    begin = 0 if visit.searches < 3 else min(visit.searches - 2, max(len(words) - 1, 0))
    return " ".join(words[begin : begin + length])


def _choose(visit: _Visit) -> Decision | None:
    """An offer of a list: what suits and what stands high is looked at first."""
    looked_at = {step.decision.action.name for step in visit.steps if isinstance(step.decision.action, Click)}
    offers = [offer for offer in visit.offers if offer.name not in looked_at]
    if not offers or not visit.searches:
        return None
    weights = [_appeal(visit, offer, place) for place, offer in enumerate(offers)]
    if not visit.chance(0.9):
        return None
    offer = visit.chances.choices(offers, weights)[0]
    return _click(offer.name, "That one could be it; I look at it.")


def _appeal(visit: _Visit, offer: _Offer, place: int) -> float:
    weight = 0.85**place
    if _fit(visit, offer.label):
        weight *= 3
    if offer.rating is not None:
        weight *= 2 if offer.rating >= 4.2 else 0.6 if offer.rating < 3.7 else 1
    if visit.budget is not None and offer.price > visit.budget:
        weight *= 0.15
    if visit.persona.price_sensitivity == "high":
        weight *= 20 / (20 + offer.price)
    return weight


def _turn_page(visit: _Visit) -> Decision | None:
    name = visit.clickable(NEXT)
    if name is not None:
        return _click(name, "Nothing here; I look at the next page.")
    return None


def _answer(name: str) -> str | None:
    return next((answer for pattern, answer in FIELDS if pattern.search(name)), None)


def _click(name: str, rationale: str) -> Decision:
    return _said(rationale, Click(name=name))


def _type(name: str, text: str, rationale: str) -> Decision:
    return _said(rationale, TypeAndSubmit(name=name, text=text))


def _leave(rationale: str) -> Decision:
    return _said(rationale, Terminate())


def _said(rationale: str, action: Action) -> Decision:
    return Decision(rationale=rationale, action=action)
