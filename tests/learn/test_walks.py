"""Simulated visits: drawn from scores, the same offline, in steps, and whatever way a scorer is asked."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Click, Terminate
from agent.errors import UserError
from agent.persona import Persona
from agent.session import Step
from learn.align.population import halves, visitors, visits_of
from learn.choices import LEAVE, Prediction, Scores, menu_of, shop_menu
from learn.clothing2008 import HOME, SITE, has_place, listings, place_at, place_of
from learn.policies.markov import MarkovChain
from learn.policies.sampling import SampledPolicy, drawn, uniforms
from learn.policies.sequence import SequenceModel
from learn.policies.simple import AlwaysLeave
from learn.policies.uniform import ClicksBlindly
from learn.readers.human_clicks import INTENT
from learn.session import Session
from learn.so_far import session_so_far
from learn.walks import PrefixWalks, Walking, session_of, simulate, walks_of
from simplify import Observation
from tests.agent.values import NOON, maya, page
from tests.learn.values import visits

VISITORS = [
    Persona(id="visitor", name="a visitor", location=place, intent=INTENT) for place in ("Poland", None)
]


class Plain:
    """A scorer that offers nothing but `predict`."""

    def __init__(self, inner: SequenceModel | ClicksBlindly) -> None:
        self.name = inner.name
        self._inner = inner

    def predict(self, session: Session) -> Sequence[Prediction]:
        return self._inner.predict(session)


@pytest.mark.parametrize("scorer", [SequenceModel.shipped(), ClicksBlindly()])
def test_visits_are_the_same_whether_a_scorer_is_asked_at_once_or_one_by_one(
    scorer: SequenceModel | ClicksBlindly,
) -> None:
    comers = VISITORS * 6
    assert isinstance(scorer, Walking)
    at_once = simulate(scorer, comers, seed=3)
    assert isinstance(walks_of(Plain(scorer), comers), PrefixWalks)
    assert simulate(Plain(scorer), comers, seed=3) == at_once
    assert simulate(scorer, comers, seed=4) != at_once
    assert simulate(scorer, comers[:5], seed=3) == at_once[:5]


async def walked(policy: SampledPolicy, persona: Persona, most: int = 60) -> tuple[list[Step], int]:
    """The policy on the captured listings, as it would walk them in a browser, and how many links it took."""
    shop, place, links = listings(), HOME, 0
    steps: list[Step] = []
    for index in range(1, most):
        seen = shop.observations[place]
        decision = (await policy.decide(persona, INTENT, steps, seen)).decision
        action = decision.action
        outcome = shop.opened(place)
        if isinstance(action, Click):
            assert action.name in seen.targets
            there = shop.links[place].get(action.name)
            links += there is not None
            place = place if there is None else there
            outcome = shop.opened(place)
        steps.append(
            Step.model_validate(
                {
                    "index": index, "at": NOON, "url": seen.url.replace(SITE, "http://127.0.0.1:4711"),
                    "title": seen.title, "observation": seen.html, "decision": decision, "outcome": outcome,
                    "timing": {"observe": 0, "decide": 0, "perform": 0},
                }
            )
        )  # fmt: skip
        if isinstance(action, Terminate):
            break
    return steps, links


def products(steps: Sequence[Step]) -> list[str]:
    names = {(p.place, p.name): code for code, p in listings().products.items()}
    found = []
    for step in steps:
        place = place_at(step.url, step.title)
        assert place is not None
        if isinstance(step.decision.action, Click) and (place, step.decision.action.name) in names:
            found.append(names[place, step.decision.action.name])
    return found


async def test_the_policy_in_the_browser_decides_as_the_simulation_does() -> None:
    scorer, codes = SequenceModel.shipped(), tuple(listings().products)
    simulated = simulate(scorer, VISITORS * 2, seed=11, temperature=1.3)
    links = 0
    for number, (visit, persona) in enumerate(zip(simulated, VISITORS * 2, strict=True)):
        policy = SampledPolicy(scorer, seed=11, number=number, temperature=1.3)
        steps, followed = await walked(policy, persona)
        links += followed
        assert products(steps) == [codes[product] for product in visit][: len(products(steps))]
        assert all(0 < len(step.decision.rationale) < 120 for step in steps)
        assert isinstance(steps[-1].decision.action, Terminate)
    assert links > 0


async def test_what_could_not_be_done_is_tried_again_and_counts_as_nothing() -> None:
    policy = SampledPolicy(SequenceModel.shipped(), seed=2)
    home = listings().observations[HOME]
    first = (await policy.decide(VISITORS[0], INTENT, [], home)).decision
    refused = Step.model_validate(
        {
            "index": 1, "at": NOON, "url": home.url, "title": home.title, "observation": home.html,
            "decision": first, "timing": {"observe": 0, "decide": 0, "perform": 0},
            "outcome": {"accepted": False, "message": "The page changed just now.", "url": home.url},
        }
    )  # fmt: skip
    assert (await policy.decide(VISITORS[0], INTENT, [refused], home)).decision == first


async def test_on_other_pages_single_actions_are_drawn() -> None:
    class Undecided:
        name = "undecided"

        def predict(self, session: Session) -> Sequence[Prediction]:
            menus = [menu_of(moment) for moment in session.moments()]
            return [
                Prediction.by(Scores(menu, np.full(len(menu.choices), -np.log(len(menu.choices)))))
                for menu in menus
            ]

    seen: Counter[str] = Counter()
    for number in range(60):
        policy = SampledPolicy(Undecided(), seed=0, number=number)
        decision = (await policy.decide(maya(), "a kettle", [], page(links=("tea_kettle", "mug")))).decision
        seen[decision.action.type] += 1
        assert decision.rationale
    assert set(seen) == {"click", "type_and_submit", "terminate"}
    with pytest.raises(UserError, match="only says what it does"):
        await SampledPolicy(AlwaysLeave(), seed=0).decide(maya(), "a kettle", [], page())


@given(st.lists(st.floats(-20, 0), min_size=2, max_size=8), st.floats(0, 0.999999), st.floats(0.05, 20))
def test_what_is_drawn_lies_where_the_share_falls(
    logs: list[float], share: float, temperature: float
) -> None:
    row = np.array([logs])
    place = int(drawn(row, temperature, np.array([share]))[0])
    shares = np.exp(row[0] / temperature - (row[0] / temperature).max())
    shares /= shares.sum()
    assert shares[:place].sum() <= share + 1e-9
    assert shares[: place + 1].sum() >= share - 1e-9


def test_choices_are_drawn_as_often_as_they_are_likely_and_never_where_they_are_not() -> None:
    shares = np.array([0.0, 0.6, 0.0, 0.3, 0.1, 0.0])
    with np.errstate(divide="ignore"):
        rows = np.repeat(np.log(shares)[None], 4000, axis=0)
    stream = uniforms(1, 2)
    found = np.bincount(drawn(rows, 1.0, np.array([next(stream) for _ in range(4000)])), minlength=6) / 4000
    assert found == pytest.approx(shares, abs=0.03)
    assert found[shares == 0].sum() == 0
    assert drawn(rows[:3], 1.0, np.array([0.0, 0.59999, 0.999999])).tolist() == [1, 1, 4]


def test_the_blind_shopper_weighs_links_products_and_leaving_alike() -> None:
    [alone] = ClicksBlindly().predict(session_of((), VISITORS[0], "1"))
    assert alone.scores is not None
    shares = np.exp(alone.scores.log_probabilities)
    assert shares.sum() == pytest.approx(1)
    first = alone.scores.of_first_actions()
    assert first[Terminate()] > 1 / 9  # at the door, and again on each page that it comes to
    shop = listings()
    here = shop.products["A1"].place
    menu = shop_menu(here)
    [_, after] = ClicksBlindly().predict(session_of((0,), VISITORS[0], "1"))
    assert after.scores is not None
    assert after.scores.menu is menu
    own = [place for place, code in enumerate(menu.symbols[:-1]) if shop.products[code].place == here]
    likely = np.exp(after.scores.log_probabilities[own])
    assert np.ptp(likely) == pytest.approx(0)
    rounds = len(own) + 1 + len(shop.links[here])
    assert likely[0] >= 1 / rounds


def test_chains_walk_as_they_count() -> None:
    sessions = [session_of((0, 1), VISITORS[0], str(number)) for number in range(50)]
    walked_on = Counter(simulate(MarkovChain(1, sessions), VISITORS * 100, seed=1))
    assert walked_on.most_common(1)[0][0] == (0, 1)


def test_recorded_and_live_pages_are_known_wherever_the_shop_runs() -> None:
    for place, seen in enumerate(listings().observations):
        moved = seen.url.replace(SITE, "http://127.0.0.1:5000")
        assert place_at(moved, seen.title) == place == place_of(seen)
        assert has_place(moved)
    assert place_at("http://other.shop/", "Another shop") is None
    assert not has_place("http://127.0.0.1:5000/product/A1")


def test_the_visit_so_far_is_put_as_the_recorded_ones_are(tmp_path: Path) -> None:
    [one] = visits(tmp_path, ["A1", "A2", "P20", "C5"])
    steps = one.steps()
    for count in range(len(steps)):
        seen = one.turns[count].observation
        again = session_so_far(one.persona, one.intent, steps[:count], seen)
        turns = [(turn.observation, turn.decision, turn.evidence) for turn in again.turns[:-1]]
        assert turns == [(turn.observation, turn.decision, turn.evidence) for turn in one.turns[:count]]
        assert again.turns[-1].observation is seen


def test_visits_are_read_off_sessions_and_elsewhere_is_refused(
    tmp_path: Path,
) -> None:
    codes = list(listings().products)
    several = visits(tmp_path, ["A1", "A2", "P20"], ["C5"])
    assert visits_of(several) == [
        (codes.index("A1"), codes.index("A2"), codes.index("P20")),
        (codes.index("C5"),),
    ]
    again = [session_of(visit, VISITORS[0], "x") for visit in visits_of(several)]
    assert visits_of(again) == visits_of(several)
    away = session_so_far(maya(), "a kettle", [], Observation("http://s.test/", "Shop", "", {}))
    with pytest.raises(UserError, match="clothing2008"):
        visits_of([away])


def test_visitors_and_halves_are_drawn_with_a_seed(tmp_path: Path) -> None:
    people = visits(tmp_path, *[["A1"]] * 30)
    assert visitors(people, 5, 1) == visitors(people, 9, 1)[:5]
    first, second = halves(people, 10, 3)
    assert len(first) == 10
    assert {session.id for session in [*first, *second]} == {session.id for session in people}
    with pytest.raises(UserError, match="--sessions"):
        halves(people, 30, 3)


def test_leaving_is_the_last_choice_of_every_listing() -> None:
    assert {shop_menu(place).symbols for place in range(15)} == {(*listings().products, LEAVE)}
