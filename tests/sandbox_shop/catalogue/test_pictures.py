"""Drawn pictures."""

import re
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sandbox_shop.catalogue import Catalogue, Product
from sandbox_shop.catalogue.clothing2008 import clothing2008
from sandbox_shop.catalogue.market import market
from sandbox_shop.catalogue.pictures import _shape_names, picture

SVG = "{http://www.w3.org/2000/svg}"
KETTLE = Product(code="k", title="Red Kettle", category="kettles", price_cents=100)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return market(size=1200)


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def test_every_picture_is_small_valid_xml(catalogue: Catalogue) -> None:
    for product in (*catalogue.products[:500], *clothing2008().products):
        for view in (0, 1, 2):
            svg = picture(product, view=view)
            assert parsed(svg).tag == f"{SVG}svg"
            assert len(svg.encode()) < 4096
            assert "$" not in re.sub(r"<title.*?</title>", "", svg)


def test_every_shape_can_be_drawn_and_there_are_many() -> None:
    drawn = {shape: picture(replace(KETTLE, picture={"shape": shape})) for shape in sorted(_shape_names())}
    assert len(drawn) >= 25
    assert len(set(drawn.values())) == len(drawn)


def test_the_same_product_has_the_same_picture(catalogue: Catalogue) -> None:
    again = market(size=1200)
    for one, other in zip(catalogue.products[:200], again.products, strict=False):
        assert picture(one) == picture(other)


def test_pictures_differ_by_colour_and_view() -> None:
    colours = {
        picture(replace(KETTLE, picture={"shape": "kettle", "colour": c})) for c in ("#112233", "#445566")
    }
    views = {picture(KETTLE, view=view) for view in range(4)}
    assert len(colours) == 2
    assert len(views) == 4


def test_products_of_a_kind_look_different_in_a_listing(catalogue: Catalogue) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for product in catalogue.products:
        if product.picture["shape"] == "dress":
            kinds[product.picture["colour"]].add(product.code)
    assert len(kinds) >= 4


def test_clothes_are_seen_from_the_front_or_the_side() -> None:
    trousers = {
        product.picture["view"]: re.sub(r"(<title.*?</title>|[a-z]?p[0-9a-f]{8})", "", picture(product))
        for product in clothing2008().products
        if product.category == "trousers" and product.attributes["Colour"] == "Black"
    }
    assert set(trousers) == {"front", "profile"}
    assert trousers["front"] != trousers["profile"]


def test_shape_and_colour_are_read_from_the_title_where_nothing_else_says_them() -> None:
    told = picture(replace(KETTLE, picture={"shape": "kettle", "colour": "#c63d3a"}))
    assert picture(KETTLE) == told


def test_what_is_not_known_is_a_box_in_a_colour_of_its_own() -> None:
    one = replace(KETTLE, code="x1", title="Qwertz", category="c")
    assert picture(one) != picture(replace(one, code="x2"))
    assert 'd="M30 82 L100 56' in picture(one)


@given(
    title=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1),
    brand=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    shape=st.sampled_from(["book", "boardgame", "jar", "tin", "kettle", ""]),
)
@settings(max_examples=150, deadline=None)
def test_no_title_breaks_the_drawing(title: str, brand: str, shape: str) -> None:
    drawn = parsed(picture(replace(KETTLE, title=title, brand=brand, picture={"shape": shape})))
    assert drawn.findtext(f"{SVG}title") == title


def test_traits_from_outside_cannot_bring_in_markup() -> None:
    evil = {"shape": "../frame", "colour": '"/><script>', "accent": "<x>"}
    assert "script" not in picture(replace(KETTLE, picture=evil))
