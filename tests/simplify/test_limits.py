"""Pages of any size and shape are simplified in time that grows with their size, and in bounded memory.

The ceilings are far above what a page takes (seconds) and far below what it took when a page of this shape
cost the square of its size (minutes).
"""

import time

import pytest

from simplify import Observation, simplify
from simplify import tree as simplify_tree
from simplify.parse import CAPTURED, MAX_CHARACTERS
from simplify.tree import MAX_DEPTH

CEILING = 60.0
"""Seconds of this process's own time."""


def within_the_ceiling(page: str | bytes, budget: int | None = None) -> Observation:
    started = time.process_time()
    observation = simplify(page, budget=budget)
    assert time.process_time() - started < CEILING
    return observation


def of_size(piece: str, characters: int) -> str:
    return piece * (characters // len(piece))


@pytest.mark.parametrize(
    ("piece", "characters"),
    [
        ("<input type=checkbox>Brand", 1_000_000),
        ("<h3>Title</h3><p>text</p>", 1_500_000),
        ('<img src=x alt="A pot">', 1_500_000),
        ("&amp;x", 6_000_000),
        ("<", 3_000_000),
    ],
)
def test_a_hundred_thousand_things_side_by_side_are_read_in_bounded_time(piece: str, characters: int) -> None:
    observation = within_the_ceiling(f"<body>{of_size(piece, characters)}<p><button>Buy</button>")
    assert list(observation.targets)[-1] == "buy"


@pytest.mark.parametrize(
    "piece",
    [
        "<ul><li>",
        "<div role=button>",
        "<section aria-label=A><button>x</button>",
        "<table><tr><td>",
        "<form><input><fieldset><legend>L</legend>",
        "<details open><summary>S</summary>",
        "<b>",
    ],
)
def test_a_hundred_thousand_levels_are_read_in_bounded_time(piece: str) -> None:
    within_the_ceiling(f"{of_size(piece, 600_000)}<a href=/b>Buy</a>")


@pytest.mark.parametrize(
    ("piece", "each"),
    [
        ("<div>", 0),
        ("<ul><li><b>", 0),
        ("<div role=button>x", 1),
        ("<section aria-label=A><button>x</button>", 1),
        ("<select><option>x</option>", 1),
    ],
)
def test_nothing_to_act_on_is_lost_however_deeply_it_is_nested(piece: str, each: int) -> None:
    levels = 3 * MAX_DEPTH
    observation = simplify(f"{piece * levels}<a href=/b>Buy</a>")
    assert len(observation.targets) == each * levels + 1
    assert list(observation.targets.values())[-1].label == "Buy"


def test_five_hundred_levels_of_lists_keep_their_words_in_order() -> None:
    levels = "".join(f"<ul><li>w{level} <a href=/{level}>t{level}</a>" for level in range(500))
    observation = simplify(levels)
    assert [target.label for target in observation.targets.values()] == [f"t{level}" for level in range(500)]
    places = [observation.html.index(f"w{level} ") for level in range(500)]
    assert places == sorted(places)


@pytest.mark.parametrize("head", ["", CAPTURED])
def test_a_page_of_too_many_things_is_cut_and_says_so(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplify_tree, "MAX_NODES", 1_000)
    page = head + "".join(f'<p><button data-ref="{n}">Pot of {n} litres</button></p>' for n in range(2_000))
    observation = simplify(page, notes=["A frame is missing."])
    assert 400 < len(observation.targets) <= 1_000
    assert observation.notes[0] == "A frame is missing."
    assert "what comes after them is left out" in observation.notes[1]
    assert simplify(page[:5_000]).notes == ()


def test_a_page_that_is_too_long_is_cut_and_says_so() -> None:
    page = f"<button>Buy</button>{' ' * MAX_CHARACTERS}<button>Too far</button>"
    for form in (page, page.encode()):
        observation = simplify(form)
        assert list(observation.targets) == ["buy"]
        assert "what comes after them is left out" in observation.notes[0]


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{of_size('word ', 5_000_000)}</p><button>Buy</button>",
        f"<p>{of_size('word', 5_000_000)}</p><button>Buy</button>",
        f'<p title="{of_size("x", 5_000_000)}">a</p><button>Buy</button>',
        f'<p aria-label="{of_size("word ", 5_000_000)}">a</p><button>Buy</button>',
        f"<script>{of_size('var a;', 5_000_000)}</script><button>Buy</button>",
        f"<!--{of_size('-', 5_000_000)}--><button>Buy</button>",
        of_size("\x00\ud800", 2_000_000) + "<button>Buy</button>",
        b"<meta charset=utf-8>"
        + "<p>日本é".encode() * 10_000
        + b"<p>\xe9\xff" * 10_000
        + b"<button>Buy</button>",
        b"\xff\xfe" + "<button>Buy</button>".encode("utf-16-le") + b"\x00\xd8" * 10_000,
    ],
    ids=["text", "one word", "attribute", "label", "script", "comment", "no text", "encodings", "utf-16"],
)
def test_one_huge_thing_costs_no_other(page: str | bytes) -> None:
    assert list(within_the_ceiling(page).targets) == ["buy"]


def test_a_long_text_that_repeats_itself_keeps_its_length() -> None:
    for sign in ("x", "語"):
        text = sign * 60_000
        assert simplify(f"{CAPTURED}<title></title><p>{text}</p></html>").html == text
        assert simplify(f"<p>{text}</p>").html == text


def test_a_small_budget_of_a_huge_page_is_kept_in_bounded_time() -> None:
    cards = "".join(
        f"<li><a href=/{n}><h3>Kettle {n}</h3></a><p>Boils {n} litres</p><button>Add to cart</button>"
        for n in range(30_000)
    )
    observation = within_the_ceiling(f"<main><ul>{cards}</ul></main>", budget=2_000)
    assert 0 < len(observation.html) < 2_000 * 3
    assert observation.targets
    assert "were folded" in observation.notes[-1]
