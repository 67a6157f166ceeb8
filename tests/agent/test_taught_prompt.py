"""What a fine-tuned model is told: little, and where the shopper is."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Click, Decision, Terminate
from agent.messages import Context, PromptStyle
from agent.prompts import conversation
from agent.session import Step
from agent.taught_prompt import recap
from tests.agent.values import maya, page, step

LISTING = "\n".join(
    [
        '<nav><a name="home"/> <a name="cart"/></nav>',
        "<h1>Kettles of all kinds and sizes</h1>",
        *(f'<a name="kettle_{number}"/> $1{number}.00' for number in range(6)),
        '<a name="kettle_5.add_to_cart"/> <a name="next"/>',
    ]
)
SHELF = "https://shop.test/kettles"


def clicked(name: str, url: str = SHELF, html: str = LISTING) -> Step:
    decision = Decision(rationale="", action=Click(name=name))
    return step(1, observation=html).model_copy(update={"url": url, "decision": decision})


def sent(steps: list[Step], html: str, tokens: int = 1_000_000) -> list[tuple[str, str]]:
    context = Context(tokens=tokens, count=len, style=PromptStyle.TAUGHT)
    messages = conversation(maya(), "a kettle", steps, replace(page(html=html), url=SHELF), context)
    return [(message.role, message.content) for message in messages]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "0 done"),
        (["kettle_0"], "1 done, 1 here, next kettle_1"),
        (["kettle_0", "kettle_1"], "2 done, moves +1, 2 here, next kettle_2"),
        (["kettle_3", "kettle_1"], "2 done, moves -2, 2 here, next kettle_2 or kettle_4"),
        (["kettle_5", "kettle_5"], "2 done, moves +0, 1 here, next next"),
        (
            ["kettle_0", "kettle_1", "kettle_2", "kettle_3", "kettle_4"],
            "5 done, moves +1 +1 +1, 5 here, next kettle_5",
        ),
    ],
)
def test_a_turn_says_how_the_visit_stands_to_the_page(names: list[str], told: str) -> None:
    assert recap([clicked(name) for name in names], SHELF, LISTING) == told


def test_a_link_that_was_followed_is_the_way_and_no_move() -> None:
    elsewhere = clicked("kettles", url="https://shop.test/", html='<a name="kettles"/>')
    assert recap([elsewhere], SHELF, LISTING) == "1 done"
    assert recap([elsewhere, clicked("kettle_2")], SHELF, LISTING) == "2 done, 1 here, next kettle_3"


def test_on_the_next_page_of_a_list_what_is_new_there_comes_next() -> None:
    second = f"{SHELF}?page=2"
    followed = clicked("next")
    newer = LISTING.replace("kettle_", "pot_")
    assert recap([clicked("kettle_5"), followed], second, newer) == "2 done, next pot_0"
    there = clicked("pot_1", url=second, html=newer)
    assert recap([clicked("kettle_5"), followed, there], second, newer) == (
        "3 done, moves page, 1 here, next pot_2"
    )
    other = clicked("cup", url="https://shop.test/cups", html='<a name="cup"/>')
    assert recap(
        [clicked("kettle_5"), other.model_copy(update={"url": SHELF}), other], other.url, '<a name="cup"/>'
    ) == ("3 done, moves new, 1 here")


def test_a_page_seen_before_is_told_as_what_changed_and_the_rest_of_the_chat_stays() -> None:
    changed = LISTING.replace("$12.00", "$9.00")
    steps = [clicked("kettle_0"), clicked("kettle_1")]
    chats = [sent(steps[:done], changed if done == 2 else LISTING) for done in range(3)]
    for earlier, later in pairwise(chats):
        assert later[: len(earlier)] == earlier
    last = chats[-1][-1][1]
    assert "kettle_2 $9" in last
    assert "kettle_4" not in last.split("\n")[1]
    assert last.startswith("…\n")
    assert chats[1][-1][1] == "1 done, 1 here, next kettle_1"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('The page "Tin Kettle - Acme" opened.', False),
        ('The page "Tin Kettle" opened. You went back to the page "Kettles".', False),
        ("Nothing changed.", True),
    ],
)
def test_what_came_of_an_action_is_told_where_the_page_does_not_say_it(message: str, told: bool) -> None:
    before = clicked("kettle_0")
    for accepted in (True, False):
        outcome = before.outcome.model_copy(update={"message": message, "accepted": accepted})
        content = sent([before.model_copy(update={"outcome": outcome})], LISTING)[-1][1]
        assert content.startswith(f"{message}\n") is (told or not accepted)


@given(st.lists(st.integers(1, 400), max_size=30), st.integers(1, 400), st.integers(900, 4000))
def test_a_prompt_never_outgrows_the_context_and_ends_with_the_page_at_hand(
    sizes: list[int], newest: int, room: int
) -> None:
    steps = [step(i + 1, observation="x" * size) for i, size in enumerate(sizes)]
    beginning = len(sent([], "")[0][1])
    messages = sent(steps, "y" * newest, beginning + room)
    assert sum(len(content) for _, content in messages) <= beginning + room
    assert "y" * newest in messages[-1][1]
    assert [role for role, _ in messages] == ["system"] + ["user", "assistant"] * (len(messages) // 2 - 1) + [
        "user"
    ]


def test_turns_are_left_out_rarely_so_that_the_prefix_cache_lives_on() -> None:
    steps = [step(i + 1, observation=f"<p>{i}</p>" + "x" * 900) for i in range(60)]
    chats = [sent(steps[:now], seen.observation, 12_000) for now, seen in enumerate(steps)]
    broken = sum(later[: len(earlier)] != earlier for earlier, later in pairwise(chats))
    assert 0 < broken <= len(steps) / 4


def test_leaving_moves_nowhere() -> None:
    left = clicked("kettle_0").model_copy(update={"decision": Decision(rationale="", action=Terminate())})
    assert recap([left], SHELF, LISTING) == "1 done"
