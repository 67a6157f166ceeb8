import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent.actions import ACTION_TYPES, Click, Decision, Terminate, TypeAndSubmit, name_in
from agent.prompts import DEMONSTRATION, Context, conversation, decision_schema, said, system_prompt
from agent.session import Step
from tests.agent.values import maya, page, step

ROOMY = Context(tokens=1_000_000, count=len)
OPENING = 1 + 2 * len(DEMONSTRATION)
"""Messages before the shopper's own visit."""


def beginning() -> int:
    """Length of all that stands before the first page."""
    return sum(len(content) for _, content in sent([], "", ROOMY))


def sent(steps: list[Step], html: str, context: Context) -> list[tuple[str, str]]:
    messages = conversation(maya(), "a kettle", steps, page(html=html), context)
    return [(message.role, message.content) for message in messages]


def test_the_system_prompt_names_every_action_that_a_decision_can_carry() -> None:
    prompt = system_prompt(maya())
    for action in ACTION_TYPES:
        assert f'"type": "{action.model_fields["type"].default}"' in prompt
    assert maya().name in prompt


def test_the_newest_page_ends_the_conversation_and_tells_what_came_of_the_last_action() -> None:
    messages = sent([step(message="Nothing changed.")], "<p>now</p>", ROOMY)
    assert [role for role, _ in messages[OPENING:]] == ["user", "assistant", "user"]
    shown = "<shop-page>\nNothing changed.\n<p>now</p>\n</shop-page>\n"
    assert messages[-1][1].startswith(f"{shown}You want: a kettle\n")
    assert json.loads(messages[OPENING + 1][1]) == step().decision.model_dump()


def test_the_demonstration_shows_every_action_once_and_names_what_stands_on_its_pages() -> None:
    assert [type(decision.action) for _, decision in DEMONSTRATION] == [TypeAndSubmit, Click, Terminate]
    for html, decision in DEMONSTRATION:
        name = name_in(decision.action)
        assert name is None or f'name="{name}"' in html


def test_a_decision_is_said_with_its_rationale_first() -> None:
    assert said(Decision(rationale="Zu teuer für mich.", action=Terminate())) == (
        '{"rationale":"Zu teuer für mich.","action":{"type":"terminate"}}'
    )


@given(st.lists(st.integers(0, 400), max_size=25), st.integers(0, 400))
def test_with_room_enough_each_prompt_begins_with_the_whole_prompt_before_it(
    sizes: list[int], newest: int
) -> None:
    steps = [step(i + 1, observation="x" * size) for i, size in enumerate(sizes)]
    prompts = [
        sent(steps[:now], "x" * (sizes[now] if now < len(sizes) else newest), ROOMY)
        for now in range(len(steps) + 1)
    ]
    for earlier, later in pairwise(prompts):
        assert later[: len(earlier)] == earlier


@given(st.lists(st.integers(1, 400), max_size=40), st.integers(1, 400), st.integers(900, 4000))
def test_a_prompt_never_outgrows_the_context(sizes: list[int], newest: int, room: int) -> None:
    context = Context(tokens=beginning() + room, count=len)
    steps = [step(i + 1, observation="x" * size) for i, size in enumerate(sizes)]
    messages = sent(steps, "y" * newest, context)
    assert sum(len(content) for _, content in messages) <= context.tokens
    assert "y" * newest in messages[-1][1]
    assert [role for role, _ in messages[1:]] == ["user", "assistant"] * (len(messages) // 2 - 1) + ["user"]


def test_shortening_is_rare_so_that_the_prefix_cache_lives_on() -> None:
    steps = [step(i + 1, observation=f"<p>{i}</p>" + "x" * 900) for i in range(60)]
    context = Context(tokens=beginning() + 12_000, count=len)
    prompts = [sent(steps[:now], seen.observation, context) for now, seen in enumerate(steps)]
    broken = sum(later[: len(earlier)] != earlier for earlier, later in pairwise(prompts))
    assert 0 < broken <= len(steps) / 4


def test_old_pages_shrink_to_their_titles_and_decisions_stay() -> None:
    steps = [step(i + 1, observation="x" * 900, title=f"Page {i}") for i in range(12)]
    context = Context(tokens=beginning() + 9_000, count=len)
    messages = sent(steps, "now", context)
    assert "<title>Page 0</title> (page shown earlier)" in messages[OPENING][1]
    assert "x" * 900 in messages[-3][1]
    assert sum(role == "assistant" for role, _ in messages[OPENING:]) == 12


def test_a_decision_is_confined_to_the_enabled_names_of_the_page() -> None:
    schema = decision_schema(
        page(links=("buy", "sold_out"), fields=("search", "coupon"), disabled=("sold_out",))
    )
    click, typing, leaving = schema["properties"]["action"]["anyOf"]
    assert click["properties"]["name"]["enum"] == ["buy"]
    assert typing["properties"]["name"]["enum"] == ["search", "coupon"]
    assert leaving["properties"] == {"type": {"const": "terminate"}}
    assert list(schema["properties"]) == ["rationale", "action"]


def test_on_a_page_without_targets_one_can_only_leave() -> None:
    schema = decision_schema(page(links=(), fields=()))
    assert [a["properties"]["type"]["const"] for a in schema["properties"]["action"]["anyOf"]] == [
        "terminate"
    ]
