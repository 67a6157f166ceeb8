"""A person who buys the glass kettle under `simagent record`, and what each act should have become."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from agent.actions import Click, OnTarget, Type, TypeAndSubmit
from agent.errors import UserError
from agent.recording import Recording, read_recording
from benchmarks.shop_systems.raw_input import Window, outside

PAUSE = 1.5
"""Seconds between two acts: a person looks at the page first."""

LOADING = 3.0


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done with raw events.

    Attributes:
        selector: what is clicked.
        says: a text that stands on it.
        typed: what is typed into it, then; a line break is Enter.
        becomes: what the recording should hold.
    """

    selector: str
    becomes: OnTarget
    says: str = ""
    typed: str = ""


ACTS = (
    Act("input[name=q]", TypeAndSubmit(name="search", text="glass kettle"), typed="glass kettle\n"),
    Act("h3 a", Click(name="glass_kettle"), "Glass kettle"),
    Act("a", Click(name="glass_kettle_red"), "lights, red"),
    Act("button", Click(name="add_to_basket"), "Add to basket"),
    Act("a", Click(name="view_basket"), "View basket"),
    Act("a", Click(name="proceed_to_checkout"), "Proceed to checkout"),
    Act("#id_username", Type(name="my_email", text="[e-mail]"), typed="jo@example.com"),
    Act("button[type=submit]", Click(name="continue"), "Continue"),
    Act("[name=first_name]", Type(name="first_name", text="Jo"), typed="Jo"),
    Act("[name=last_name]", Type(name="last_name", text="Bloggs"), typed="Bloggs"),
    Act("[name=line1]", Type(name="first_line", text="1 High Street"), typed="1 High Street"),
    Act("[name=line4]", Type(name="city", text="Leeds"), typed="Leeds"),
    Act("[name=postcode]", Type(name="post_zip_code", text="LS1 4AP"), typed="LS1 4AP"),
    Act("button", Click(name="return_to_basket.continue"), "Continue"),
    Act("a.btn, button", Click(name="continue"), "Continue"),
    Act("a.btn, button", Click(name="place_order"), "Place order"),
)


async def record_purchase(site: str, folder: Path) -> Recording:
    """The person buys, which ends the visit, looks at what is stored of it, and keeps it.

    Args:
        site: the shop's start page.
        folder: of the recording.

    Raises:
        UserError: the recorder failed; the text says how.
        NotThere: something that a person would act on is not there.
    """
    async with outside() as browser:
        command = [
            sys.executable, "-m", "cli", "record", "--site", site, "--participant", "P01",
            "--intent", "A red glass kettle.", "--ask", "0", "--browser", browser.address,
            "--out", str(folder),
        ]  # fmt: skip
        recorder = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        try:
            await (await browser.next_window()).click("[data-presses=agree]")
            shop = await browser.next_window()
            await asyncio.sleep(LOADING)
            for act in ACTS:
                await _do(shop, act)
            await shop.click_in_bar("Close")
            await (await browser.next_window()).click("[data-presses=keep]")
            told = (await asyncio.wait_for(recorder.communicate(), 60))[0].decode()
        finally:
            if recorder.returncode is None:
                recorder.kill()
                await recorder.wait()
    if recorder.returncode != 0:
        raise UserError(f"`simagent record` failed:\n{told}")
    return read_recording(folder)


async def _do(shop: Window, act: Act) -> None:
    await shop.click(act.selector, act.says)
    await shop.type(act.typed)
    await asyncio.sleep(PAUSE)


def recorded_rightly(recording: Recording, acts: Sequence[Act] = ACTS) -> int:
    """How many acts stand in the recording, in their order, with the right target and text."""
    meant = [act.becomes.model_dump_json() for act in acts]
    stand = [step.decision.action.model_dump_json() for step in recording.steps]
    return sum(
        block.size for block in SequenceMatcher(None, meant, stand, autojunk=False).get_matching_blocks()
    )
