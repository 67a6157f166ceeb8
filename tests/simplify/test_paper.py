"""The paper's spelling, against the names that are printed in its appendix B."""

import pytest

from simplify import Spelling, name_map, paper_slug, simplify


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("4 Stars & Up", "4_stars__up"),
        ("Customer Reviews", "customer_reviews"),
        ("Deals & Discounts", "deals__discounts"),
        ("Today's Deals", "todays_deals"),
        ("More-sustainable Products", "moresustainable_products"),
        ("Cars/Fences/Driveways…", "carsfencesdriveways…"),
        ("Kärcher Pressure Washer 1.46 Max GPM", "kärcher_pressure_washer_146_max_gpm"),
    ],
)
def test_the_slug_rule_is_the_papers(label: str, expected: str) -> None:
    assert paper_slug(label) == expected


PAGE = (
    "<fieldset><legend>Customer Reviews</legend><label><input type=checkbox> 4 Stars & Up</label></fieldset>"
    "<h2>Search results</h2><ul>"
    + "".join(
        f"<li><a href='/{n}'>Kärcher Pressure Washer K{n}, 1.46 Max GPM</a> $99 "
        "<button>Add to cart</button></li>"
        for n in (1, 2)
    )
    + "</ul>"
)


def test_names_are_full_paths_in_the_papers_spelling() -> None:
    assert list(simplify(PAGE, spelling=Spelling.PAPER).targets) == [
        "customer_reviews.4_stars__up",
        "search_results.kärcher_pressure_washer_k1_146_max_gpm.view_product",
        "search_results.kärcher_pressure_washer_k1_146_max_gpm.add_to_cart",
        "search_results.kärcher_pressure_washer_k2_146_max_gpm.view_product",
        "search_results.kärcher_pressure_washer_k2_146_max_gpm.add_to_cart",
    ]


def test_the_heading_of_a_card_stands_once_in_a_path() -> None:
    page = (
        "<h2>Kettles</h2><ul><li><h3>Tarn & Co</h3><a href='/1'>Tarn & Co</a> <button>Add to cart</button>"
        "<li><h3>Keel</h3><h4>Sizes</h4><button>Small</button></ul>"
    )
    assert list(simplify(page, spelling=Spelling.PAPER).targets) == [
        "kettles.tarn__co.view_product",
        "kettles.tarn__co.add_to_cart",
        "kettles.keel.sizes.small",
    ]


def test_names_are_mapped_both_ways() -> None:
    names = name_map(PAGE)
    for short, paper in names.to_paper.items():
        assert names.to_short[paper] == short
    assert set(names.to_paper) == set(simplify(PAGE).targets)


def test_where_their_rule_would_merge_two_things_ours_numbers_them() -> None:
    page = "<button>Go!</button><button>Go?</button>"
    assert list(simplify(page, spelling=Spelling.PAPER).targets) == ["go", "go_2"]
