"""Texts that were cut in the middle of an emoji, as many shops cut them: told, recorded, and read back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.actions import Click, Decision, Terminate
from agent.browser import Browser
from agent.characters import whole, whole_values
from agent.language_model import parse_decision
from agent.loop import Limits, run_session
from agent.persona import bundled_personas
from agent.policy import RecitingPolicy
from agent.recording import Header, Recorder, read_recording
from tests.agent.browser.server import PageServer

HALF = "\\ud83d"
PAGE = f"""<!doctype html><title>Start</title><h1>Shop</h1><p id=p></p><button>Go</button><script>
const cut = "Kettle {HALF}";
document.querySelector('button').onclick = () => {{
  document.title = cut;
  p.textContent = cut;
  p.insertAdjacentHTML('afterend', '<div role=alert>' + cut + '</div>');
  p.insertAdjacentHTML('afterend', '<dialog open><h2>' + cut + '</h2></dialog>');
  document.body.append(Object.assign(document.createElement('input'), {{placeholder: cut, value: cut}}));
  alert(cut);
}};
</script>"""


def test_half_characters_are_replaced_and_all_others_kept() -> None:
    assert whole("Kettle \ud83d") == "Kettle \ufffd"
    assert whole("\ude00\ud83d!") == "\ufffd\ufffd!"
    assert whole("\U0001f600 \u00e9 \x00") == "\U0001f600 \u00e9 \x00"
    assert whole_values({"a\ud83d": ["b\ud83d", 1, None, {"c": "d"}]}) == {
        "a\ufffd": ["b\ufffd", 1, None, {"c": "d"}]
    }


def test_a_model_that_says_half_a_character_is_understood() -> None:
    reply = '{"rationale": "Nice \\ud83d", "action": {"type": "click", "name": "go"}}'
    assert parse_decision(reply) == Decision(rationale="Nice \ufffd", action=Click(name="go"))


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_with_half_characters_is_recorded(
    chromium: Browser, shop: PageServer, tmp_path: Path
) -> None:
    shop.written["/start"] = PAGE
    policy = RecitingPolicy(
        [
            Decision(rationale="One \ud83d", action=Click(name="go")),
            Decision(rationale="Enough.", action=Terminate()),
        ]
    )
    persona = bundled_personas()[0]
    header = Header(
        version="0", started=datetime.now(UTC), persona=persona, intent="Kettle \ud83d", site=shop.origin,
        policy={}, seed=0, settings={},
    )  # fmt: skip
    async with chromium.visit(f"{shop.origin}/start") as window:
        recorder = Recorder(tmp_path / "r", header)
        try:
            steps, _ = await run_session(
                persona, "Kettle", policy, window, recorder, Limits(), lambda _: None
            )
        finally:
            recorder.close()
    assert 'said "Kettle \ufffd"' in steps[0].outcome.message
    kept = read_recording(tmp_path / "r")
    assert [step.decision.rationale for step in kept.steps] == ["One \ufffd", "Enough."]
    assert kept.steps[1].title == "Kettle \ufffd"
    assert "Kettle \ufffd" in kept.steps[1].observation
