"""What saved HTML says of itself without layout, however it is written."""

import pytest

from simplify import simplify


def labels(body: str) -> list[str]:
    return [target.label for target in simplify(f"<body>{body}</body>").targets.values()]


@pytest.mark.parametrize(
    "body",
    [
        '<input id="a"><label for="a">Email</label>',
        '<label for="a">Email</label><input id="a">',
        "<label>Email <input></label>",
        '<input aria-labelledby="a"><b id="a">Email</b>',
        '<b id="a" hidden>Email</b><input aria-labelledby="a">',
    ],
)
def test_a_field_has_its_label_wherever_that_is_written(body: str) -> None:
    assert labels(body) == ["Email"]


def test_what_closed_details_hide_is_no_label() -> None:
    closed = "<details><summary>More</summary>Unseen</details>"
    assert labels(f"<label>Email {closed}<input></label>") == ["More", "Email"]
    assert labels(f'<b id="a">Email {closed}</b><input aria-labelledby="a">') == ["More", "Email"]


def test_a_closed_dialog_is_not_shown() -> None:
    assert labels("<dialog><button>Subscribe</button></dialog><button>Buy</button>") == ["Buy"]
    assert labels("<dialog open><button>Subscribe</button></dialog>") == ["Subscribe"]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 20_000 + "<button>Buy</button>",
        "<label>a" * 20_000 + "<button>Buy</button>",
        f'<a title="{"x" * 1_000_000}"></a><button>Buy</button>',
        f"<p {' '.join(f'a{i}=1' for i in range(10_000))}><button>Buy</button>",
        "\ud800\x00<button>Buy</button><plaintext><button>",
    ],
)
def test_extreme_markup_keeps_its_button(page: str) -> None:
    assert "Buy" in [target.label for target in simplify(page).targets.values()]
