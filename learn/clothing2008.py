"""The clothing shop in which the recorded people shopped, as the agent sees it: 14 listings and a home page.

The pages are captures of the sandbox shop's catalogue `clothing2008`, made once by `learn.capture_pages` and
kept beside this file; they are simplified when they are read, by the same function as for the agent. What
stands on them (products in reading order, colours, prices, links between listings) is read off them again,
so nothing is known here that a shopper could not see.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from agent.actions import Click
from agent.session import Outcome
from learn.captured import captured
from simplify import Observation, Target, TargetKind, simplify

SITE = "http://clothing2008.test"
"""Stands for the shop's address, which changes from run to run; the prompt does not tell it."""

LISTING_PAGES = {"trousers": 3, "skirts": 2, "blouses": 4, "sale": 5}
"""Listing pages of each category, in the order of the shop's navigation."""

PATHS = (
    "/",
    *(
        f"/c/{category}" + (f"?page={number}" if number > 1 else "")
        for category, pages in LISTING_PAGES.items()
        for number in range(1, pages + 1)
    ),
)
"""The home page and the listings: a place is an index into these."""

HOME = 0
"""The place where a visit begins."""

Place = int

_CODE = re.compile(r".* ([A-Z]\d+)$")
_COLOUR = re.compile(r"^(.*?) (?:Trousers|Skirt|Blouse|Sale Item) [A-Z]\d+$")


@dataclass(frozen=True, slots=True)
class Product:
    """One product where it stands.

    Attributes:
        code: as the data set calls it.
        name: of its link on the listing.
        title: what a person reads.
        colour: the title's colour.
        price_cents: US cents.
        place: the listing, as an index into `PATHS`.
        position: in reading order on the listing, from 0.
    """

    code: str
    name: str
    title: str
    colour: str
    price_cents: int
    place: Place
    position: int


@dataclass(frozen=True, slots=True)
class Listings:
    """The shop's pages and how they hang together.

    Attributes:
        observations: the pages in the order of `PATHS`.
        products: by code, in reading order of the whole shop.
        links: for each place, where the names lead that open another place; of two names that lead to the
            same place, the one that people would use stands first.
        ways: the fewest clicks from each place to each other.
    """

    observations: tuple[Observation, ...]
    products: Mapping[str, Product]
    links: tuple[Mapping[str, Place], ...]
    ways: Mapping[tuple[Place, Place], tuple[Click, ...]]

    def way(self, start: Place, end: Place) -> tuple[Click, ...]:
        """The fewest clicks from one place to another; empty where they are the same."""
        return self.ways[start, end]

    def through(self, start: Place, way: tuple[Click, ...]) -> Iterator[tuple[Place, Click, Place]]:
        """The places that a way leads through: from where, by which click, to where."""
        here = start
        for click in way:
            there = self.links[here][click.name]
            yield here, click, there
            here = there

    def opened(self, place: Place) -> Outcome:
        """What the browser says when a link has led to a place."""
        page = self.observations[place]
        return Outcome(accepted=True, message=f'The page "{page.title}" opened.', url=page.url)

    def looked_at(self, product: Product) -> Outcome:
        """What comes of clicking a product: its page opens, and the shopper goes back to the listing.

        The data hold clicks on listings alone. That a product's page was seen in between follows from the
        shop; how people came back (the browser's Back, most likely) is not an action of arXiv 2503.20749, so
        it stands in the outcome and not as a step of its own.
        """
        page = self.observations[product.place]
        shop = page.title.rpartition(" - ")[2]
        message = f'The page "{product.title} - {shop}" opened. You went back to the page "{page.title}".'
        return Outcome(accepted=True, message=message, url=page.url)


@cache
def listings() -> Listings:
    """The pages of the shop, simplified once a process."""
    return read_listings(captured("clothing2008"))


def read_listings(captured: Mapping[str, str]) -> Listings:
    """The shop's pages from what was captured of them.

    Args:
        captured: HTML by address at `SITE`, one for each of `PATHS`.
    """
    pages = tuple(simplify(captured[SITE + path], url=SITE + path) for path in PATHS)
    products = {
        product.code: product
        for place, page in enumerate(pages)
        if place != HOME
        for product in _products(place, page)
    }
    links = tuple(_links(place, page) for place, page in enumerate(pages))
    return Listings(pages, MappingProxyType(products), links, MappingProxyType(_ways(links)))


def category_of(place: Place) -> str:
    """The category that a listing shows, such as `skirts`; empty for the home page."""
    return PATHS[place].removeprefix("/c/").partition("?")[0] if place != HOME else ""


def page_of(place: Place) -> int:
    """The number of a listing page within its category, from 1; 0 for the home page."""
    return int(PATHS[place].partition("page=")[2] or 1) if place != HOME else 0


def _products(place: Place, page: Observation) -> Iterator[Product]:
    shown = [target for target in page.targets.values() if _CODE.match(target.label)]
    for position, target in enumerate(shown):
        code, colour = _CODE.match(target.label), _COLOUR.match(target.label)
        assert code is not None
        assert colour is not None
        yield Product(
            code[1], target.name, target.label, colour[1], _price(page.html, target.name), place, position
        )


def _price(html: str, name: str) -> int:
    found = re.search(rf'name="{re.escape(name)}"(?:/>|>[^<]*</a>) \$(\d+)\.(\d\d)', html)
    assert found is not None, f"no price beside {name}"
    return int(found[1]) * 100 + int(found[2])


def _links(place: Place, page: Observation) -> Mapping[str, Place]:
    found = [
        (target.name, there)
        for target in page.targets.values()
        if target.kind is TargetKind.LINK and (there := _destination(place, target)) is not None
    ]
    found.sort(key=lambda link: page.targets[link[0]].label not in {"Next", "Previous"})
    return MappingProxyType(dict(found))


def _destination(place: Place, target: Target) -> Place | None:
    category = target.label.lower()
    if category in LISTING_PAGES:
        return PATHS.index(f"/c/{category}")
    if target.label in {"Next", "Previous"}:
        return place + (1 if target.label == "Next" else -1)
    if target.label.isdecimal() and place != HOME:
        return place - page_of(place) + int(target.label)
    return None


def _ways(links: Sequence[Mapping[str, Place]]) -> dict[tuple[Place, Place], tuple[Click, ...]]:
    """Breadth first from every place."""
    ways: dict[tuple[Place, Place], tuple[Click, ...]] = {}
    for start in range(len(links)):
        ways[start, start] = ()
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for name, there in links[here].items():
                if (start, there) not in ways:
                    ways[start, there] = (*ways[start, here], Click(name=name))
                    queue.append(there)
    return ways


@lru_cache(4096)
def place_at(url: str, title: str) -> Place | None:
    """The place that a page of the running shop is, wherever it runs; None where it is none of them.

    Args:
        url: the page's address; its host does not matter.
        title: the page's title; empty of a page that was looked at before it was there.
    """
    place = _place_by_path(url)
    return place if place is not None and title in {"", listings().observations[place].title} else None


def has_place(url: str) -> bool:
    """Whether an address of the running shop is one of a listing or of its home page."""
    return _place_by_path(url) is not None


def _place_by_path(url: str) -> Place | None:
    parts = urlsplit(url)
    return _PLACES.get(parts.path + (f"?{parts.query}" if parts.query else ""))


def place_of(page: Observation) -> Place | None:
    """The place that a page is; None where it is no page of the rebuilt shop."""
    return _PLACES.get(page.url.removeprefix(SITE)) if page.url.startswith(SITE) else None


_PLACES: Mapping[str, Place] = MappingProxyType({path: place for place, path in enumerate(PATHS)})
