import asyncio
import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from agent.actions import Click, Terminate, Type, TypeAndSubmit
from agent.browser import AT_HOME
from agent.checksums import CHECKSUMS
from agent.errors import UserError
from agent.recording import JOURNAL, read_recording
from replay.comparison import Comparison
from replay.rerun import rerun
from replay.shop import restored_site
from sandbox_shop import Design, ShopSettings, running_shop
from tests.replay.conftest import SMALL, decisions, record, record_on, serving


def again(folder: Path, out: Path) -> Comparison:
    recording = read_recording(folder)
    with restored_site(recording) as (site, terms):
        return asyncio.run(rerun(recording, site, out, lambda _: None, terms))


@pytest.fixture
def copied(looked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(looked, tmp_path / "copied"))


def test_a_session_that_is_run_again_is_the_same_in_every_step(looked: Path, tmp_path: Path) -> None:
    found = again(looked, tmp_path / "again")
    assert found.same, found
    assert [step.index for step in found.steps] == [1, 2, 3, 4]
    assert found.notes == ()


def rewrite(folder: Path, index: int, change: Callable[[dict[str, object]], None]) -> None:
    """Changes a step's line, and forgets that there were checksums."""
    lines = [json.loads(line) for line in (folder / JOURNAL).read_text().splitlines()]
    change(lines[index])
    (folder / JOURNAL).write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / CHECKSUMS).unlink(missing_ok=True)


def test_a_page_that_unpacks_without_end_is_said_in_a_line(copied: Path, tmp_path: Path) -> None:
    page = copied / "pages" / "0002.html.gz"
    page.write_bytes(gzip.compress(bytes(64 * 2**20)) * 16)  # one GiB of zeros
    assert page.stat().st_size < 2**21
    with pytest.raises(UserError, match="unpacks to more than 64 MiB") as caught:
        again(copied, tmp_path / "again")
    assert str(caught.value).startswith(f"{page} ")
    assert "\n" not in str(caught.value)


def test_a_page_that_is_damaged_is_done_without(copied: Path, tmp_path: Path) -> None:
    page = copied / "pages" / "0001.html.gz"
    page.write_bytes(page.read_bytes()[:20] + bytes(40))
    (copied / CHECKSUMS).unlink()
    assert len(again(copied, tmp_path / "again").steps) == 4


def test_an_observation_that_was_altered_is_found(copied: Path, tmp_path: Path) -> None:
    path = copied / "observations" / "0002.html"
    path.write_text(path.read_text().replace("Glass", "Gloss"))
    (copied / CHECKSUMS).unlink()
    found = again(copied, tmp_path / "again")
    assert [step.observation for step in found.steps] == [True, False, True, True]
    assert found.first is not None
    assert found.first.index == 2
    assert any(line.startswith("-") and "Gloss" in line for line in found.first.difference)
    assert any(line.startswith("+") and "Glass" in line for line in found.first.difference)


def test_an_action_that_was_altered_is_found_by_what_comes_of_it(copied: Path, tmp_path: Path) -> None:
    def change(line: dict[str, object]) -> None:
        line["decision"] = {"rationale": "", "action": {"type": "click", "name": "close"}}

    rewrite(copied, 2, change)
    found = again(copied, tmp_path / "again")
    assert not found.same
    assert found.first is not None
    assert found.first.index == 2


def test_an_outcome_that_was_altered_is_found(copied: Path, tmp_path: Path) -> None:
    def change(line: dict[str, object]) -> None:
        line["outcome"] = {"accepted": True, "message": 'The page "Elsewhere" opened.', "url": "http://x/y"}

    rewrite(copied, 1, change)
    found = again(copied, tmp_path / "again")
    assert [step.outcome for step in found.steps] == [False, True, True, True]


def test_a_recording_that_was_altered_anywhere_is_not_the_same(copied: Path, tmp_path: Path) -> None:
    journal = copied / JOURNAL
    journal.write_text(journal.read_text().replace("I do step 2.", "I did step 2."))
    found = again(copied, tmp_path / "again")
    assert all(step.same for step in found.steps)
    assert found.altered == ("session.jsonl (changed)",)
    assert not found.same


def test_a_shop_with_another_design_is_told_apart(looked: Path, tmp_path: Path) -> None:
    recording = read_recording(looked)
    other = ShopSettings(size=400, design=Design.parse(["ratings=off"]))
    with running_shop(other) as shop:
        found = asyncio.run(rerun(recording, shop.url, tmp_path / "again", lambda _: None, AT_HOME))
    assert not found.same
    assert found.first is not None
    assert found.first.difference


def test_a_target_whose_name_moved_is_found_again_and_said(tmp_path: Path) -> None:
    pages = {"/": "<h1>Shop</h1><a href='/sale'>Kettle</a>", "/sale": "<h1>The kettle</h1>"}
    with serving(pages) as site:
        folder = record_on(site, tmp_path / "r", decisions(Click(name="kettle"), Terminate()))
        # Another link takes the name; the one that was meant is told from it by what it says.
        pages["/"] = "<h1>Shop</h1><a href='/other'>kettle!</a> <a href='/sale'>Kettle</a>"
        found = asyncio.run(rerun(read_recording(folder), site, tmp_path / "again", lambda _: None, AT_HOME))
    assert not found.same
    assert found.steps[0].moved == "kettle_2"
    assert found.steps[0].outcome, "the same page opened"
    assert found.steps[1].same


LATE = "<h1>Delivery</h1><p id=place></p><script>setTimeout(() => {{ place.innerHTML = {} }}, 600)</script>"
STANDARD = "<button>Standard</button>"


@pytest.mark.parametrize(("minutes", "found_the_same"), [(5, True), (0, False)])
def test_what_came_while_the_shopper_thought_is_awaited(
    tmp_path: Path, minutes: int, *, found_the_same: bool
) -> None:
    pages = {"/": "<a href=/delivery>Delivery</a>", "/delivery": f"<h1>Delivery</h1><p>{STANDARD}</p>"}
    with serving(pages) as site:
        folder = record_on(site, tmp_path / "r", decisions(Click(name="delivery"), Click(name="standard")))
        pages["/delivery"] = LATE.format(f"'{STANDARD}'")
        rewrite(folder, 1, lambda line: line.update(at="2026-01-01T12:00:00Z"))
        rewrite(folder, 2, lambda line: line.update(at=f"2026-01-01T12:0{minutes}:00Z"))
        found = asyncio.run(rerun(read_recording(folder), site, tmp_path / "again", lambda _: None, AT_HOME))
    assert [step.observation for step in found.steps] == [True, found_the_same]
    assert found.steps[1].target is found_the_same


def test_a_clock_that_goes_on_makes_no_difference(tmp_path: Path) -> None:
    pages = {
        "/": "<a href=/cart>Cart 29:58</a> <p>Sale ends in 01:02:03</p>",
        "/cart": "<h1>Cart</h1><a href=/>On</a>",
    }
    with serving(pages) as site:
        folder = record_on(site, tmp_path / "r", decisions(Click(name="cart"), Click(name="on")))
        pages["/"] = pages["/"].replace("29:58", "29:41").replace("01:02:03", "01:01:46")
        found = asyncio.run(rerun(read_recording(folder), site, tmp_path / "again", lambda _: None, AT_HOME))
        assert found.same, found
        assert [step.clocks for step in found.steps][:2] == [True, False]
        assert any(note.startswith("At 1 of ") for note in found.notes)
        pages["/"] = pages["/"].replace("Sale", "Nothing")
        found = asyncio.run(rerun(read_recording(folder), site, tmp_path / "third", lambda _: None, AT_HOME))
    assert not found.same
    assert any("Nothing" in line for line in found.steps[0].difference)


def test_a_recording_that_was_cut_off_is_run_up_to_its_last_step(copied: Path, tmp_path: Path) -> None:
    lines = (copied / JOURNAL).read_text().splitlines(keepends=True)
    (copied / JOURNAL).write_text("".join(lines[:3]) + lines[3][:40])
    (copied / CHECKSUMS).unlink()
    found = again(copied, tmp_path / "again")
    assert found.same, found
    assert len(found.steps) == 2
    assert any("cut off" in note for note in found.notes)


def test_secrets_that_are_masked_are_stood_in_for(tmp_path: Path) -> None:
    signing_up = decisions(
        Click(name="only_necessary"),
        Click(name="account"),
        Click(name="create_an_account"),
        Type(name="full_name", text="Ann Example"),
        Type(name="email", text="ann@example.com"),
        TypeAndSubmit(name="password", text="much too secret 7"),
    )
    folder = record(tmp_path / "secret", signing_up)
    steps = read_recording(folder).steps
    assert [step.outcome.accepted for step in steps] == [True] * 6, [step.outcome.message for step in steps]
    typed = steps[-1].decision.action
    assert isinstance(typed, TypeAndSubmit)
    assert typed.text == "[password]"
    found = again(folder, tmp_path / "again")
    assert found.same, found
    assert any("[password]" in note for note in found.notes)


def test_the_command_says_what_is_the_same(looked: Path, copied: Path, tmp_path: Path) -> None:
    done = _command("replay", str(looked), "--verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("The same: 4 of 4 steps, and the ending.")
    path = copied / "observations" / "0003.html"
    path.write_text(path.read_text().replace("kettle", "cattle", 1))
    done = _command("replay", str(copied), "--verify", "--json", "--out", str(tmp_path / "kept"))
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["same"] is False
    assert [step["observation"] for step in told["steps"]] == [True, True, False, True]
    assert told["altered"] == ["observations/0003.html (changed)"]
    assert read_recording(tmp_path / "kept").header.policy["kind"] == "reciting"


def test_what_is_no_recording_is_said_in_a_line(tmp_path: Path) -> None:
    done = _command("replay", str(tmp_path), "--verify")
    assert done.returncode == 2
    assert "is no recording" in done.stderr
    assert "Traceback" not in done.stderr


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_order_numbers_come_again(tmp_path: Path) -> None:
    with running_shop(SMALL) as shop:
        shop.begin_orders_at("1234-10042")
        assert asdict(SMALL)["size"] == 400
        with shop.shop.books.transaction():
            visit = shop.shop.books.begin_visit()
            assert shop.shop.books.place_order(visit, {}).endswith("-10042")
            assert shop.shop.books.place_order(visit, {}).endswith("-10043")


def test_orders_may_be_placed_again_in_the_restored_sandbox_alone(looked: Path) -> None:
    recording = read_recording(looked)
    with restored_site(recording) as (_, terms):
        assert terms.may_buy
    for told in ({"sandbox_shop": None}, {"sandbox_shop": None, "terms": {"may_buy": True}}, {}):
        site = "http://127.0.0.1:8000/"
        header = recording.header.model_copy(update={"site": site, "settings": told})
        elsewhere = recording.model_copy(update={"header": header})
        with restored_site(elsewhere) as (url, terms):
            assert (url, terms.may_buy) == (site, False)
        with restored_site(elsewhere, "127.0.0.1:8000") as (_, terms):
            assert terms.may_buy
