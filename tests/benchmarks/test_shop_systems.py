"""What is counted of purchases in a shop system, and its books; the shop itself has its own environment."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from agent.actions import Click, Decision, Type, name_in
from agent.recording import Recording
from benchmarks.shop_systems.django_oscar import Order, Oscar
from benchmarks.shop_systems.participant import ACTS, Act, recorded_rightly
from benchmarks.shop_systems.trials import HERE, Trial
from tests.agent.test_recording import header
from tests.agent.values import step

FIRST, SECOND, THIRD = (Act("a", Click(name=name)) for name in ("kettle", "basket", "pay"))


def recorded(*acts: Act) -> Recording:
    steps = tuple(step(index, action=act.becomes) for index, act in enumerate(acts, 1))
    return Recording(folder=Path("nowhere"), header=header(), steps=steps, ending=None)


@pytest.mark.parametrize(
    ("acts", "right"),
    [
        ((FIRST, SECOND, THIRD), 3),
        ((FIRST, THIRD), 2),
        ((FIRST, FIRST, SECOND, THIRD), 3),
        ((THIRD,), 1),
        ((SECOND, FIRST, THIRD), 2),
        ((), 0),
    ],
)
def test_an_act_counts_where_it_stands_in_order(acts: tuple[Act, ...], right: int) -> None:
    assert recorded_rightly(recorded(*acts), (FIRST, SECOND, THIRD)) == right


def test_another_text_is_another_act() -> None:
    meant = Act("input", Type(name="city", text="Leeds"))
    assert recorded_rightly(recorded(Act("input", Type(name="city", text="Leed"))), (meant,)) == 0


def test_the_books_tell_orders_with_their_goods(tmp_path: Path) -> None:
    books = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(books)) as database:
        database.executescript(
            "CREATE TABLE order_order (id INTEGER, number TEXT, total_incl_tax NUMERIC);"
            "CREATE TABLE order_line (id INTEGER, order_id INTEGER, title TEXT, quantity INTEGER);"
            "INSERT INTO order_order VALUES (1, '100001', 41), (2, '100002', 12.5);"
            "INSERT INTO order_line VALUES (1, 1, 'Kettle', 1), (2, 2, 'Cup', 2), (3, 2, 'Lid', 1);"
        )
    assert Oscar("http://127.0.0.1/", books).orders() == [
        Order("100001", ("1, Kettle",), "£41.00"),
        Order("100002", ("2, Cup", "1, Lid"), "£12.50"),
    ]


def test_a_trial_passes_only_where_nothing_is_missing_or_too_many() -> None:
    good = Trial("bought", 16, 16, "purchased", 1, 1, agree=True)
    assert good.passed
    for bad in (
        replace(good, good=15),
        replace(good, orders=0),
        replace(good, orders=2),
        replace(good, agree=False),
    ):
        assert not bad.passed


def test_what_is_recited_and_what_a_person_does_are_the_same_purchase() -> None:
    recital = yaml.safe_load((HERE / "purchase.yaml").read_text(encoding="utf-8"))
    decisions = TypeAdapter(list[Decision]).validate_python(recital)
    named = [name_in(decision.action) for decision in decisions]
    assert set(named) == {act.becomes.name for act in ACTS}
