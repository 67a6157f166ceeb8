"""The line of the target in what the model was shown."""

import pytest

from viewer.observed import MOST_CHARS, observed

PAGE = (
    '<title>Shop</title>\n<ol><li><a name="kettle">Kettle</a> $3\n<li><a name="kettle_2"/> $4</ol>\n'
    '<input type="text" name="q" value="&lt;b&gt;"/>\n'
)


def line(target: str) -> tuple[str, str]:
    seen = observed(PAGE.encode(), target)
    marked = "".join(piece.text for piece in seen.line if piece.kind == "target")
    return "".join(piece.text for piece in seen.line), marked


@pytest.mark.parametrize(
    ("target", "whole", "marked"),
    [
        ("kettle", '<ol><li><a name="kettle">Kettle</a> $3', '<a name="kettle">Kettle</a>'),
        ("kettle_2", '<li><a name="kettle_2"/> $4</ol>', '<a name="kettle_2"/>'),
        (
            "q",
            '<input type="text" name="q" value="&lt;b&gt;"/>',
            '<input type="text" name="q" value="&lt;b&gt;"/>',
        ),
        ("", "", ""),
        ("nowhere", "", ""),
        (".*", "", ""),
        ('kettle">', "", ""),
    ],
)
def test_the_targets_line_is_found(target: str, whole: str, marked: str) -> None:
    assert line(target) == (whole, marked)


@pytest.mark.parametrize("target", ["kettle", "q", "nowhere"])
def test_nothing_of_the_text_is_lost(target: str) -> None:
    seen = observed(PAGE.encode(), target)
    whole = "".join(piece.text for part in (seen.before, seen.line, seen.after) for piece in part)
    assert whole.replace("\n", "") == PAGE.replace("\n", "")


def test_a_text_without_end_is_cut() -> None:
    seen = observed(b"<" * 5_000_000, "x")
    assert seen.cut
    assert seen.size <= MOST_CHARS + 100


def test_bytes_that_are_no_text_are_marked() -> None:
    assert "\ufffd" in observed(b"\xff\xfe\x00", "").after[0].text
