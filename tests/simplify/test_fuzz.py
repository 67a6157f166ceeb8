"""Damaged pages keep the promises; here a few, `python -m benchmarks.simplify_fuzz` tries any number."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import simplify_fuzz
from benchmarks.simplify_fuzz import HIDDEN, HIDING, Broken, check, check_hidden, failures, mutated
from simplify.parse import CAPTURED
from tests.simplify.conftest import PAGES

SOURCES = [path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.html"))]


def test_damaged_pages_keep_the_promises() -> None:
    assert failures(SOURCES, range(400)) == []


def test_the_same_seed_does_the_same_damage() -> None:
    assert [mutated(SOURCES, seed) for seed in range(20)] == [mutated(SOURCES, seed) for seed in range(20)]
    assert len({mutated(SOURCES, seed) for seed in range(20)}) > 15


@pytest.mark.parametrize(
    "page",
    [
        "<option>",
        "<option>Red</option><option>Red</option>",
        f'{CAPTURED}<input e="" data-ref=""<a data-ref=""',
        f'{CAPTURED}<img alt="x" data-ref="" data-click=""<button data-ref="">Go',
        '<table><tr><td>d<td onclick="r">',
        "<table><tr><th>Cart total<a href=/a>one<a href=/b>two<tr><td><a href=/c>three</table>",
        "<table><tr>m<ul><li><a href=l>o-o></li><li><a href>django-osc ><a href>oscar-ai></ul><a href=g>o",
        '<i aria-label="; name="></i><button>Go</button>',
        '<a href="/a" aria-current="x name=">Go on</a><button aria-label="Go name="></button>',
        '<a href="/a">name="go"</a><button>Go</button>',
        "<button>a.b</button><ul><li><h3>a</h3><button>b</button><li><h3>c</h3><button>b</button></ul>",
        f"<select>{'<option>Same' * 3000}</select>",
        f"<ul>{'<li><a href=/x>Same</a> <button>Add</button>' * 2000}</ul>",
    ],
)
def test_what_broke_once_or_is_meant_to_break_keeps_the_promises(page: str) -> None:
    check(page)


def test_what_is_hidden_and_shown_all_the_same_is_a_broken_promise() -> None:
    for hidden in HIDING:
        check_hidden(f"<p>Seen</p>{hidden}<button>Go</button>")
    for shown in (f"<p>{HIDDEN}", f'<button aria-label="{HIDDEN}"></button>', f"<title>{HIDDEN}</title>"):
        with pytest.raises(Broken):
            check_hidden(f"<button>Go</button>{shown}")


def test_a_broken_promise_is_reported_with_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text("<button>Go</button>" * 30, encoding="utf-8")
    monkeypatch.setattr(simplify_fuzz, "estimate_tokens", lambda text: 10 * len(text) + 100)
    found = failures(["<button>Go on</button>" * 30], range(3))
    assert found
    assert "tokens, where" in found[0].reason


def test_the_command_tells_machines_what_it_did_and_people_what_is_missing(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(simplify_fuzz.main)
    missing = CliRunner().invoke(app, [str(tmp_path)])
    assert missing.exit_code == 2
    assert "holds no .html files" in missing.stderr
    (tmp_path / "page.html").write_text("<h1>Pots</h1><button>Add to cart</button>", encoding="utf-8")
    done = CliRunner().invoke(app, [str(tmp_path), "--pages", "50", "--workers", "1", "--json"])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["pages"] == 50
