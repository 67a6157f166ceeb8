"""The viewer is attacked: by foreign pages, by paths, by links, and by what recordings hold."""

import gzip
import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from agent.actions import Click
from agent.errors import UserError
from tests.study.report.hostile import ATTACKS
from tests.viewer.asking import Answer, ask, listed, raw, secret
from tests.viewer.conftest import View
from tests.viewer.made import VISIT, Made, record, write_raw, write_study
from viewer.guard import POLICY
from viewer.serving import running_viewer


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    record(folder / "maya")
    return folder


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A viewer that is only asked; beside its folder lie another recording and a secret."""
    above = tmp_path_factory.mktemp("shared")
    record(above / "recordings" / "maya")
    record(above / "outside")
    secret(above)
    with running_viewer(above / "recordings") as running:
        yield running


PATHS = [
    "/", "/?text=kettle", "/session/maya", "/session/maya/steps", "/session/maya/screenshots/0001.jpg",
    "/session/maya/observation/0001", "/session/maya/page/0001", "/compare?a=maya&b=maya",
    "/static/viewer.css", "/static/film.js", "/nothing", "/session/nobody", "/study/maya", "/compare",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_policy(url: str, path: str) -> None:
    for answer in (
        ask(url, path),
        ask(url, path, "HEAD"),
        ask(url, path, "POST"),
        ask(url, path, host="evil.example"),
    ):
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}.evil.example",
     "evil.example#127.0.0.1:{port}", "127.0.0.2:{port}", "0.0.0.0:{port}", "user@127.0.0.1:{port}", "",
     None],
)  # fmt: skip
def test_foreign_hosts_are_refused(url: str, host: str | None) -> None:
    answer = ask(url, host=host.format(port=url.rpartition(":")[2]) if host is not None else None)
    assert answer.status == 400
    assert b"maya" not in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_its_own_names_are_answered(url: str, host: str) -> None:
    assert ask(url, host=host.format(port=url.rpartition(":")[2])).status == 200


def test_two_hosts_are_refused(url: str) -> None:
    own = url.removeprefix("http://")
    request = f"GET / HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert raw(url, request.encode()).status == 400


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""]
)
def test_foreign_origins_are_refused(url: str, origin: str) -> None:
    answer = ask(url, origin=origin.format(port=url.rpartition(":")[2]))
    assert answer.status == 403
    assert b"maya" not in answer.body
    assert ask(url, origin=url).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_other_sites_load_is_refused_and_a_link_is_followed(url: str, site: str) -> None:
    picture = "/session/maya/screenshots/0001.jpg"
    assert (
        ask(url, picture, sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image").status == 403
    )
    assert ask(url, sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe").status == 403
    assert ask(url, sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="document").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_it_can_only_be_read_from(url: str, method: str) -> None:
    assert ask(url, "/session/maya", method).status == 405


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.2"])
def test_it_listens_on_loopback_alone(here: Path, host: str) -> None:
    with pytest.raises(UserError, match="no loopback address"), running_viewer(here, host):
        pass


def test_other_addresses_of_the_machine_are_not_listened_at(url: str) -> None:
    port = int(url.rpartition(":")[2])
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # taken, if it listened at all of them


WAYS_OUT = [
    "..", "../..", "%2e%2e", "..%2f", "%2e%2e%2f", "....//", "maya/..", "maya/../..", "maya%2f..%2f..", "/..",
    "//", "%252e%252e", "..\\", "..%5c", "%00", "maya%00", "~", "%c0%ae%c0%ae", "%ff", "/etc", "//etc",
    "%2fetc", "file:///etc",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize(
    "path",
    ["/session/{}", "/session/{}/secret.txt", "/session/{}/screenshots/0001.jpg", "/study/{}", "/static/{}",
     "/session/maya/screenshots/{}", "/session/{}/screenshots/{}/0001.jpg", "/session/maya/page/{}/raw"],
)  # fmt: skip
def test_no_path_leads_out(url: str, way: str, path: str) -> None:
    for end in ("", "outside", "/outside", "/etc/passwd", "/secret.txt"):
        answer = ask(url, path.replace("{}", way + end))
        assert answer.status in {400, 404, 307} or b"TOP SECRET" not in answer.body
        assert b"TOP SECRET" not in answer.body
        assert b"root:" not in answer.body
        assert not answer.body.startswith(b"\xff\xd8") or end == ""


def test_query_addresses_lead_nowhere_either(url: str) -> None:
    for address in (
        "../outside",
        "..%2foutside",
        "/etc/passwd",
        "%2e%2e/outside",
        "maya/../../outside",
    ):
        assert ask(url, f"/compare?a=maya&b={quote(address)}").status == 404
        assert ask(url, f"/?compare={quote(address)}").status == 404


def test_links_that_lead_out_are_not_followed(here: Path, view: View, tmp_path: Path) -> None:
    outside = record(tmp_path / "outside")
    path = secret(tmp_path)
    (here / "link").symlink_to(outside)
    (here / "half").mkdir()
    shutil.copy(outside / "session.jsonl", here / "half")
    (here / "half" / "screenshots").symlink_to(outside / "screenshots")
    (here / "half" / "observations").symlink_to(outside / "observations")
    (here / "half" / "pages").mkdir()
    (here / "half" / "pages" / "0001.html.gz").symlink_to(path)
    (here / "half" / "interviews.jsonl").symlink_to(path)
    (here / "journal").mkdir()
    (here / "journal" / "session.jsonl").symlink_to(outside / "session.jsonl")
    (here / "round").symlink_to(here / "round")
    (here / "study").mkdir()
    (here / "study" / "study.json").symlink_to(path)
    url = view(here)
    page = listed(url)
    assert "/session/link" not in page
    for gone in (
        "/session/link", "/session/link/screenshots/0001.jpg", "/session/half/screenshots/0001.jpg",
        "/session/half/page/0001/raw", "/session/half/observation/0001", "/session/round", "/study/round",
    ):  # fmt: skip
        assert ask(url, gone).status == 404
    for shown in ("/session/half", "/session/journal", "/study/study", "/"):
        answer = ask(url, shown)
        assert answer.status == 200
        assert "TOP SECRET" not in answer.text
    assert "Best sellers" not in ask(url, "/session/half").text
    assert "Damaged" in ask(url, "/session/journal").text


def test_links_inside_are_followed(here: Path, view: View) -> None:
    (here / "again").symlink_to(here / "maya")
    assert ask(view(here), "/session/again/screenshots/0001.jpg").status == 200


def test_pipes_and_devices_are_not_opened(here: Path, view: View) -> None:
    os.mkfifo(here / "maya" / "screenshots" / "0099.jpg")
    (here / "pipe").mkdir()
    os.mkfifo(here / "pipe" / "session.jsonl")
    url = view(here)
    assert ask(url, "/session/maya/screenshots/0099.jpg").status == 404
    assert "Damaged" in ask(url, "/session/pipe").text
    assert "/session/pipe" in listed(url)


def test_a_packed_page_of_gigabytes_is_cut(here: Path, view: View) -> None:
    bomb = gzip.compress(b"<p>" + bytes(200_000_000), compresslevel=1)
    (here / "maya" / "pages" / "0001.html.gz").write_bytes(bomb)
    (here / "maya" / "pages" / "0002.html.gz").write_bytes(b"no gzip at all")
    url = view(here)
    answer = ask(url, "/session/maya/page/0001/raw")
    assert answer.status == 200
    assert len(answer.body) < 13_000_000
    assert ask(url, "/session/maya/page/0002/raw").status == 404


def test_recorded_pages_show_in_a_frame_that_can_do_nothing(here: Path, view: View) -> None:
    attack = "<script>parent.hacked=1</script><img src=//evil.example/x><form action=/>Best sellers</form>"
    (here / "maya" / "pages" / "0001.html.gz").write_bytes(gzip.compress(attack.encode()))
    url = view(here)
    answer = ask(url, "/session/maya/page/0001/raw")
    policy = answer.headers["content-security-policy"]
    assert policy.split("; ")[:3] == ["sandbox", "default-src 'none'", "style-src 'unsafe-inline'"]
    assert "frame-ancestors 'self'" in policy
    frame = ask(url, "/session/maya/page/0001").text
    assert re.search(
        r'<iframe class="recorded" sandbox title="[^"]*" src="/session/maya/page/0001/raw">', frame
    )
    assert "Best sellers" not in frame


def test_a_journal_without_end_is_shown_to_its_bound(here: Path, view: View) -> None:
    with (here / "maya" / "session.jsonl").open("ab") as journal:
        journal.truncate(journal.tell() + 3_000_000_000)  # zeros that take no room
    url = view(here)
    film = ask(url, "/session/maya")
    assert film.status == 200
    assert "longer than 32 MB" in film.text
    assert film.text.count('<li class="step') == 4
    assert "/session/maya" in listed(url)


def test_a_session_of_thousands_of_steps_is_shown(here: Path, view: View) -> None:
    journal = here / "maya" / "session.jsonl"
    header, step, *_ = journal.read_text().splitlines()
    journal.write_text("\n".join([header, *[step] * 5_000]) + "\n")
    film = ask(view(here), "/session/maya").text
    assert film.count('<li class="step') == 2_000
    assert "more than 2,000 steps" in film


def hostile(folder: Path) -> None:
    """Recordings in which every text attacks: of pages, of models, names of people and of folders."""
    for place, attack in enumerate(ATTACKS):
        steps = [
            Made(
                path="/" + attack[:100].replace("\n", ""),
                title=attack,
                rationale=attack,
                action=Click(name=attack or "x"),
                observation=f'{attack}\n<a name="{attack}">{attack}</a>\n',
                message=attack,
            )
        ]
        name = attack.replace("/", "").replace("\0", "")[:80].encode("utf-8", "replace").decode().strip()
        # The strict writer takes no text that is none; the journals beneath hold those.
        record(folder / f"{place} {name}", steps if place < 9 else VISIT, pictures=place == 0)
        header = {
            "kind": "header",
            "persona": {"name": attack, attack: attack},
            "intent": attack,
            "site": attack,
        }
        made = {
            "policy": {"model": attack, attack: attack},
            "settings": {"arm": {"name": attack}, attack: attack},
        }
        step = {
            "kind": "step",
            "title": attack,
            "decision": {"rationale": attack, "action": {"type": attack}},
        }
        ending: dict[str, object] = {
            "kind": "ending",
            "ended": attack,
            "message": attack,
            "traceback": attack,
        }
        ending |= {"purchase": {"order_number": attack, "items": [attack], "total": attack}}
        told = write_raw(folder / f"raw {place}", {**header, **made}, step, ending)
        answer = {
            "question": attack,
            "answer": attack,
            "questionnaire": attack,
            "score": 1,
            "scale": [attack, attack],
        }
        (told / "interviews.jsonl").write_text(json.dumps(answer) + "\n")
    write_study(folder / "<script>window.hacked=9</script>".replace("/", "\u2215"))


ADDRESSES = re.compile(r"/|#|data:image/|$")


def inert(answer: Answer) -> None:
    """Nothing of what was attacked with stands in a page as anything but text."""
    assert answer.status == 200
    page = BeautifulSoup(answer.text, "lxml")
    for script in page.find_all("script"):
        assert script.get("src") in {"/static/film.js", "/static/list.js"}
        assert not script.string
    assert not page.find_all(["object", "embed", "base", "style", "iframe"])
    for element in page.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name in {"style", "srcdoc"}]
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            assert ADDRESSES.match(str(element.get(name, "")))


def test_texts_of_others_stay_texts(tmp_path: Path, view: View) -> None:
    folder = tmp_path / "r"
    hostile(folder)
    url = view(folder)
    page = listed(url)
    inert(ask(url, "/"))
    hrefs = re.findall(r'href="(/session/[^"]*)"', page)
    assert len(hrefs) > 20
    for href in hrefs:
        inert(ask(url, href))
        inert(ask(url, f"/compare?a={quote(href.removeprefix('/session/'))}&b=raw%25200"))
        steps = ask(url, f"{href}/steps?key=<script>")
        assert steps.headers["content-type"] == "application/json"
        assert "<script>" not in json.loads(steps.body)["steps"]
    [study] = re.findall(r'href="(/study/[^"]*)"', page)
    inert(ask(url, study))


@pytest.mark.parametrize("attack", ATTACKS[:9])
def test_what_is_asked_for_stays_text(url: str, attack: str) -> None:
    asked = quote(attack)
    for name in ("text", "persona", "ending", "arm", "page", "study", "first"):
        inert(ask(url, f"/?{name}={asked}"))
    assert ask(url, f"/?compare={asked}").status == 404
    for path in (f"/session/{asked}", f"/study/{asked}", f"/compare?a={asked}&b={asked}", f"/{asked}"):
        answer = ask(url, path)
        assert answer.status == 404
        assert "<script>window" not in answer.text
