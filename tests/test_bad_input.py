"""What a user can get wrong, or find broken: one clear line, exit 2, no traceback, nothing lost."""

import gzip
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from agent.recording import read_recording
from agent.session import EndingKind
from tests.scripted_model import scripted_model, wandering

SIMAGENT = [sys.executable, "-m", "cli"]
CHECKOUT = Path(__file__).parents[1]


def simagent(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SIMAGENT, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=CHECKOUT,
        env=os.environ | environment,
        check=False,
    )


def complaint(*arguments: str | Path, **environment: str) -> str:
    """The one line that a command ends with when it cannot be done."""
    done = simagent(*arguments, **environment)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("simagent: ")
    return last.removeprefix("simagent: ")


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_an_unknown_persona_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    said = complaint("run", "--persona", "mayaa", "--out", tmp_path / "r")
    assert "mayaa" in said
    assert "maya" in said
    assert "simagent personas" in said
    assert not (tmp_path / "r").exists()


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("name: Ann\nage: [41\n")
    said = complaint("run", "--persona", tmp_path / "broken.yaml", "--out", tmp_path / "r")
    assert "broken.yaml" in said
    assert "line" in said


def test_an_unreachable_site_is_named(tmp_path: Path, closed_port: int) -> None:
    site = f"http://127.0.0.1:{closed_port}/"
    with scripted_model(wandering(1)) as model:
        said = complaint(
            "run", "--persona", "maya", "--site", site, "--model-url", model.url, "--out", tmp_path / "r"
        )
    assert site in said
    assert not (tmp_path / "r").exists()


def test_a_site_that_is_no_html_is_told(tmp_path: Path) -> None:
    with scripted_model(wandering(1)) as model:  # whatever it is asked, it answers with JSON
        said = complaint(
            "run", "--persona", "maya", "--site", model.url, "--model-url", model.url, "--out", tmp_path / "r"
        )
    assert "is no web page but application/json" in said


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with scripted_model(wandering(1)) as model:
        said = complaint(
            "run", "--persona", "maya", "--site", "shop", "--model-url", model.url, "--out", tmp_path / "r"
        )
    assert "shop" in said
    assert "http" in said


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = complaint("shop", "--port", str(port), "--size", "50")
    assert str(port) in said
    assert "--port" in said


def test_an_unknown_design_switch_is_told_with_the_nearest_one() -> None:
    assert "reviews" in complaint("shop", "--set", "review=hidden")


def test_a_model_server_that_is_down_is_told(tmp_path: Path, closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"
    said = complaint("run", "--persona", "maya", "--model-url", url, "--out", tmp_path / "r")
    assert url in said
    assert not (tmp_path / "r").exists()


def test_a_model_that_the_server_does_not_have_is_told_with_those_it_has(tmp_path: Path) -> None:
    with scripted_model(wandering(1)) as model:
        said = complaint(
            "run", "--persona", "maya", "--model-url", model.url, "--model", "big", "--out", tmp_path / "r"
        )
    assert "big" in said
    assert "scripted" in said


@pytest.mark.parametrize("reply", ["I would rather not.", None], ids=["rubbish", "cut off in mid-reply"])
def test_a_model_that_fails_in_the_middle_leaves_a_readable_recording(
    tmp_path: Path, reply: str | None
) -> None:
    wander = wandering(9)
    asked = iter(range(1000))
    with scripted_model(lambda request: wander(request) if next(asked) < 2 else reply) as model:
        said = complaint("run", "--persona", "maya", "--model-url", model.url, "--out", tmp_path / "r")
    assert model.url in said
    recording = read_recording(tmp_path / "r")
    assert len(recording.steps) == 2
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.FAULT
    assert "agent.errors.Model" in (recording.ending.traceback or "")


def test_a_machine_without_a_browser_is_told_how_to_get_one(tmp_path: Path) -> None:
    nowhere = str(tmp_path)
    with scripted_model(wandering(1)) as model:
        said = complaint(
            "run", "--persona", "maya", "--model-url", model.url, "--out", tmp_path / "r",
            PATH=nowhere, PLAYWRIGHT_BROWSERS_PATH=nowhere, SIMAGENT_CHROMIUM="",
        )  # fmt: skip
    assert "chromium" in said


def test_an_out_folder_that_cannot_be_written_is_told_before_anything_starts(tmp_path: Path) -> None:
    done = simagent("run", "--persona", "maya", "--out", "/proc/nowhere")
    (told,) = done.stderr.strip().splitlines()  # no word of a model server, nor of a visit
    assert told.startswith("simagent: the recording cannot be written to /proc/nowhere: ")
    assert told.endswith("name another --out")
    (tmp_path / "mine.txt").write_text("precious")
    assert "not empty" in complaint("run", "--persona", "maya", "--out", tmp_path)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="a small disk is made with util-linux's unshare")
def test_a_full_disk_is_told_and_what_was_recorded_stays_readable(tmp_path: Path) -> None:
    disk, saved = tmp_path / "disk", tmp_path / "saved"
    disk.mkdir()
    with scripted_model(wandering(30)) as model:
        run = " ".join(
            [*SIMAGENT, "run", "--persona", "maya", "--model-url", model.url, "--out", str(disk / "r")]
        )
        keep = f"{{ {run}; code=$?; cp -r {disk}/r {saved}; exit $code; }}"
        script = f"mount -t tmpfs -o size=400k tmpfs {disk} && {keep}"
        done = subprocess.run(
            ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
            capture_output=True, text=True, timeout=120, cwd=CHECKOUT, check=False,
        )  # fmt: skip
    assert done.returncode == 2, done
    assert "simagent: the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    recording = read_recording(saved)
    assert recording.ending is None
    assert recording.steps


def test_saved_pages_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    assert "nowhere.html" in complaint("simplify", tmp_path / "nowhere.html")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert "no HTML" in complaint("simplify", tmp_path / "picture.html")
    assert "dir.html" in complaint("simplify", _made(tmp_path / "dir.html"))
    packed = gzip.compress(b"<p>Kettles</p>" * 100)
    (tmp_path / "cut.html.gz").write_bytes(packed[:-20])
    assert "cut off or damaged" in complaint("simplify", tmp_path / "cut.html.gz")
    (tmp_path / "bent.html.gz").write_bytes(packed[:10] + b"\xff" * 20 + packed[30:])
    assert "cut off or damaged" in complaint("simplify", tmp_path / "bent.html.gz")
    (tmp_path / "noise.gz").write_bytes(gzip.compress(b"\x00\x01" * 100 + b"\x00\x00"))
    assert "no HTML" in complaint("simplify", tmp_path / "noise.gz")


def test_packed_and_unmarked_wide_files_are_read(tmp_path: Path) -> None:
    page = "<button>Größe wählen</button>"
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(page.encode()))
    (tmp_path / "wide.html").write_bytes(page.encode("utf-16-le"))
    for name in ("page.html.gz", "wide.html"):
        done = simagent("simplify", tmp_path / name)
        assert (done.returncode, done.stdout) == (0, '<button name="größe_wählen"/>\n')


def test_a_saved_page_has_no_window_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<button>Buy</button>")
    done = simagent("simplify", tmp_path / "page.html", "--window")
    assert (done.returncode, done.stdout) == (0, '<button name="buy"/>\n')
    assert done.stderr == "note: A saved page has no window: all of it is shown.\n"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
