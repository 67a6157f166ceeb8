"""Whole runs of `simagent run`, held against the shop's own books."""

import gzip
import json
import os
import signal
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.actions import Click, Decision, Terminate, Type, TypeAndSubmit, name_in
from agent.fence import OPENING
from agent.prompts import said
from agent.recording import TRACE, Recording, read_recording
from agent.session import EndingKind
from agent.trace import UNMASKED
from sandbox_shop import Design, EventKind, ShopSettings, running_shop
from tests.buying import buying
from tests.scripted_model import reciting, scripted_model, wandering

CHECKOUT = Path(__file__).parents[1]
SIMAGENT = [sys.executable, "-m", "cli"]


def run(folder: Path, *arguments: str, timeout: float = 240) -> tuple[dict[str, Any], Recording]:
    """Runs one shopper; what `--json` says, and the recording."""
    done = subprocess.run(
        [*SIMAGENT, "run", "--json", "--out", str(folder), *arguments],
        capture_output=True, text=True, timeout=timeout, cwd=CHECKOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), read_recording(folder)


def books(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The details of the shop's events of that kind, in order."""
    events = [json.loads(line) for line in (folder / "shop_events.jsonl").read_text().splitlines()]
    return [event["detail"] for event in events if event["kind"] == kind]


def pages_by_the_recording(recording: Recording) -> list[str]:
    """Path and query of every page that a step says it came to, where the address changed."""
    urls = [recording.header.site, *(step.outcome.url for step in recording.steps)]
    changed = [urls[0], *(url for before, url in pairwise(urls) if url != before)]
    return [urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/" for url in changed]


def assert_in_order(wanted: list[str], found: list[str]) -> None:
    """All that is wanted is found, in that order."""
    rest = iter(found)
    missing = [item for item in wanted if not any(item == other for other in rest)]
    assert not missing, (wanted, found)


def assert_legal(recording: Recording) -> None:
    """Every action names something that stood on the page that was shown."""
    for step in recording.steps:
        name = name_in(step.decision.action)
        assert name is None or f'name="{name}"' in step.observation


def test_a_wandering_shopper_and_the_shops_books_tell_the_same_story(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(wandering(10)) as model:
        summary, recording = run(folder, "--persona", "maya", "--model-url", model.url)
    assert summary["ending"]["kind"] == "left"
    assert len(summary["steps"]) == len(recording.steps) == 11
    assert_legal(recording)
    assert_in_order(pages_by_the_recording(recording), [page["path"] for page in books(folder, "page")])
    typed = [s.decision.action.text for s in recording.steps if isinstance(s.decision.action, TypeAndSubmit)]
    assert typed == ["kettle"]
    assert books(folder, "search")[0]["text"] == "kettle"


def test_a_purchase_is_seen_as_one_and_agrees_with_the_shops_order(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(buying("kettle")) as model:
        _, recording = run(folder, "--persona", "maya", "--model-url", model.url, "--max-steps", "40")
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.PURCHASED
    purchase = recording.ending.purchase
    assert purchase is not None
    [order] = books(folder, "order")
    assert purchase.order_number == order["number"]
    assert purchase.total == f"${order['total_cents'] / 100:.2f}"
    assert len(purchase.items) == len(order["items"])
    assert order["items"][0]["title"] in purchase.items[0]
    assert all(step.outcome.accepted for step in recording.steps)
    assert_in_order(pages_by_the_recording(recording), [page["path"] for page in books(folder, "page")])


def test_a_traced_purchase_leaves_a_trace_without_secrets_and_comes_again(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(buying("kettle")) as model:
        arguments = ("--persona", "maya", "--model-url", model.url, "--max-steps", "40", "--trace")
        _, recording = run(folder, *arguments)
    assert "4242" not in (folder / "session.jsonl").read_text()
    with zipfile.ZipFile(folder / "trace.zip") as trace:
        assert any(name.endswith(".trace") for name in trace.namelist())
        told = b"".join(trace.read(name) for name in trace.namelist())
    assert b"Ann Example" in told
    assert b"4242 4242" not in told
    assert not [path for path in folder.iterdir() if "trace" in path.name and path.name != "trace.zip"]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.name != "trace.zip")
    assert size < 100_000 * (len(recording.steps) + 1), "2 MB for 20 steps, pictures included"
    again = subprocess.run(
        [*SIMAGENT, "replay", str(folder), "--verify", "--json"],
        capture_output=True, text=True, timeout=240, cwd=CHECKOUT, check=False,
    )  # fmt: skip
    found = json.loads(again.stdout)
    # Outcomes are told when a page has had its time: on a machine that is busy, they may tell less of it.
    assert found["ending"], again.stderr
    assert all(step["observation"] and step["target"] for step in found["steps"]), again.stderr


def test_at_a_shop_by_its_address_nothing_is_ordered_without_leave(tmp_path: Path) -> None:
    with running_shop(ShopSettings()) as shop:
        arguments = ("--persona", "maya", "--site", shop.url, "--max-steps", "40")
        with scripted_model(buying("kettle")) as model:
            _, kept = run(tmp_path / "kept", *arguments, "--model-url", model.url)
        assert not any(event.kind is EventKind.ORDER for event in shop.events())
        leave = ("--allow-purchase", urlsplit(shop.url).netloc)
        with scripted_model(buying("kettle")) as model:
            _, allowed = run(tmp_path / "allowed", *arguments, "--model-url", model.url, *leave)
        orders = [event.detail for event in shop.events() if event.kind is EventKind.ORDER]
    assert kept.ending is not None
    assert kept.ending.kind is EndingKind.PURCHASE_INTENT
    assert kept.steps[-1].outcome.held == "order"
    assert kept.header.settings["terms"]["may_buy"] is False
    assert allowed.ending is not None
    assert allowed.ending.kind is EndingKind.PURCHASED
    assert allowed.ending.purchase is not None
    assert [order["number"] for order in orders] == [allowed.ending.purchase.order_number]


def test_pages_of_others_stand_between_marks_whatever_the_model_was_taught(tmp_path: Path) -> None:
    taught = ("--persona", "maya", "--prompt", "taught", "--max-steps", "2")
    with running_shop(ShopSettings()) as shop, scripted_model(reciting()) as model:
        _, others = run(tmp_path / "others", *taught, "--site", shop.url, "--model-url", model.url)
        [asked] = model.requests
    with scripted_model(reciting()) as model:
        _, own = run(tmp_path / "own", *taught, "--model-url", model.url)
        [asked_at_home] = model.requests
    assert others.header.policy["fenced"] is True
    assert own.header.policy["fenced"] is False
    assert OPENING in asked["messages"][-1]["content"]
    assert not any(OPENING in message["content"] for message in asked_at_home["messages"])


def test_an_account_is_in_nothing_that_is_sent_to_the_model_or_kept(tmp_path: Path) -> None:
    secrets = {"user": "jo.bloggs@mail.example", "password": "Correct-Horse-9"}
    logins = tmp_path / "logins.json"
    logins.write_text(json.dumps({"jo": secrets}))
    logins.chmod(0o600)
    script = iter(
        [
            Click(name="account"),
            Type(name="email", text="[user name]"),
            TypeAndSubmit(name="password", text="[password]"),
            Terminate(),
        ]
    )
    settings = ShopSettings(design=Design.parse(["cookie_banner=off", "newsletter=off"]))
    with (
        running_shop(settings) as shop,
        scripted_model(lambda _: said(Decision(rationale="So.", action=next(script)))) as model,
    ):
        arguments = ("--persona", "maya", "--site", shop.url, "--model-url", model.url, "--action", "type")
        _, recording = run(
            tmp_path / "visit", *arguments, "--login", "jo", "--logins", str(logins), "--trace"
        )
        tried = [event.detail for event in shop.events() if event.kind is EventKind.ACCOUNT]
    assert [step.outcome.accepted for step in recording.steps] == [True] * 4
    assert [each["action"] for each in tried] == ["login"]
    assert "[user name] and [password]" in json.dumps(model.requests)
    sent = json.dumps(model.requests)
    kept = b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in (tmp_path / "visit").rglob("*")
        if path.is_file() and path.suffix != ".zip"
    )
    with zipfile.ZipFile(tmp_path / "visit" / "trace.zip") as trace:
        kept += b"".join(trace.read(name) for name in trace.namelist())
    for secret in secrets.values():
        assert secret not in sent
        assert secret.encode() not in kept


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_a_run_that_is_stopped_ends_with_its_recording_finished(
    tmp_path: Path, how: signal.Signals, status: int
) -> None:
    folder = tmp_path / "r"
    with scripted_model(wandering(1000)) as model:
        heard = ["env", f"--default-signal={how.name.removeprefix('SIG')}"]  # also where `nohup` ignores it
        process = subprocess.Popen(
            [*heard, *SIMAGENT, "run", "--persona", "maya", "--model-url", model.url, "--out", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("  2 "):
                if how is signal.SIGINT:
                    os.killpg(process.pid, how)  # as a terminal does
                else:
                    process.send_signal(how)
                break
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == status, errors
    assert "Traceback" not in errors
    assert f"interrupted\nrecording: {folder}\n" in rest
    recording = read_recording(folder)
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.INTERRUPTED
    assert len(recording.steps) >= 2


def test_a_trace_that_is_stopped_keeps_no_secret_either(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    script = iter([Click(name="account"), TypeAndSubmit(name="password", text="Sesame-Geheim-42")])
    with scripted_model(
        lambda _: said(Decision(rationale="So.", action=next(script, Click(name="help"))))
    ) as model:
        process = subprocess.Popen(
            [*SIMAGENT, "run", "--persona", "maya", "--model-url", model.url, "--out", str(folder),
             "--trace", "--set", "cookie_banner=off", "--set", "newsletter=off"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if line.startswith("  3 "):
                process.send_signal(signal.SIGINT)
                break
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "type_and_submit password “[password]”" in told
    assert "Sesame-Geheim-42" not in told
    assert not (folder / UNMASKED).exists()
    with zipfile.ZipFile(folder / TRACE) as trace:
        traced = b"".join(trace.read(name) for name in trace.namelist())
    assert b"Larkfield" in traced
    assert b"Sesame-Geheim-42" not in traced


def test_a_trace_of_a_visit_that_never_began_is_in_nobodys_way(tmp_path: Path) -> None:
    arguments = ["--persona", "maya", "--site", "http://127.0.0.1:9/", "--out", str(tmp_path), "--trace"]
    with scripted_model(wandering(3)) as model:
        for _ in range(2):
            done = subprocess.run(
                [*SIMAGENT, "run", *arguments, "--model-url", model.url],
                capture_output=True, text=True, timeout=120, cwd=CHECKOUT, check=False,
            )  # fmt: skip
            assert "cannot be reached" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["a full disk", "a pipe that nobody reads"])
def test_a_visit_goes_on_where_nobody_can_be_told_of_it(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "r"
    with scripted_model(wandering(4)) as model, Path("/dev/full").open("w") as full:
        process = subprocess.Popen(
            [*SIMAGENT, "run", "--persona", "maya", "--model-url", model.url, "--out", str(folder)],
            stdout=full if where == "a full disk" else subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=CHECKOUT,
        )  # fmt: skip
        if process.stdout is not None:
            process.stdout.readline()
            process.stdout.close()
        assert process.stderr is not None
        with process.stderr:
            errors = process.stderr.read()
        process.wait(timeout=120)
    assert "Traceback" not in errors
    ending = read_recording(folder).ending
    assert ending is not None
    assert ending.kind is EndingKind.LEFT


def test_a_terminal_that_knows_no_quotation_marks_is_told_all_the_same(tmp_path: Path) -> None:
    with scripted_model(wandering(2)) as model:
        done = subprocess.run(
            [*SIMAGENT, "run", "--persona", "maya", "--model-url", model.url, "--out", str(tmp_path / "r")],
            capture_output=True, text=True, timeout=120, cwd=CHECKOUT, check=False,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "\\u201c" in done.stdout


@pytest.mark.model
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("real_server")
def test_the_real_model_visits_the_real_shop(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    summary, recording = run(folder, "--persona", "maya", "--max-steps", "4", "--seed", "1", timeout=880)
    assert summary["ending"]["kind"] in {"limit", "left", "purchased"}
    assert recording.header.policy["model"].startswith("simagent-")
    assert recording.steps
    assert_legal(recording)
    assert_in_order(pages_by_the_recording(recording), [page["path"] for page in books(folder, "page")])
    for step in recording.steps:
        assert step.decision.rationale
        assert step.usage.attempts == 1
        assert step.usage.prompt_tokens > 400
        assert step.usage.completion_tokens > 10
