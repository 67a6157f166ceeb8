"""What an address says: the words of its path, wherever a shop puts its path."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from study.journey.shop_words import LIST_SEARCH_KEYS

_ROUTES = frozenset({"route", "controller", "main_page"})
"""Names by which addresses carry a path in their query (OpenCart, PrestaShop, Zen Cart)."""
_ENDING = re.compile(r"\.(?:php\d?|html?|aspx?|jsp|do|cgi)$")
_LANGUAGES = (
    "ar|bg|cs|da|de|el|en|es|et|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv"
    "|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|sv|th|tr|uk|vi|zh"
)
_COUNTRIES = "ae|at|au|be|br|ca|ch|cl|co|dk|gb|hk|ie|in|jp|mx|my|nz|ph|sg|us|za"
_NO_WORD = re.compile(
    rf"(?:{_LANGUAGES}|{_COUNTRIES})(?:-[a-z]{{2}})?|index|default|common|home(?:page)?|main|startseite|accueil|inicio"
)
"""Languages, countries, and what the first page is called."""


@dataclass(frozen=True)
class Address:
    """An address, taken apart.

    Attributes:
        page: the address without its fragment, unless that is a path, as in an application of one page.
        path: host and path alone.
        segments: the words of its path, lower case, `_` as `-`, without a file's ending; those of a path in
            the query or in the fragment come last.
        searched: what its query says that was searched for; empty where it says nothing.
    """

    page: str
    path: str
    segments: tuple[str, ...]
    searched: str

    @cached_property
    def is_first_page(self) -> bool:
        """Whether it leads to a site's first page: no path but a language, and nothing searched for."""
        return not self.searched and all(_NO_WORD.fullmatch(segment) for segment in self.segments)


@lru_cache(maxsize=4096)
def read_address(url: str) -> Address:
    """Takes an address apart; any text gives one."""
    try:
        parts = urlsplit(url)
    except ValueError:  # a page can claim any address, that of half an IPv6 host too
        return Address(url, url, (), "")
    query = parse_qsl(parts.query)
    routes = [value for key, value in query if key.lower() in _ROUTES]
    inner = parts.fragment.lstrip("!") if parts.fragment.lstrip("!").startswith("/") else ""
    path, _, inner_query = inner.partition("?")
    segments = [
        *parts.path.split("/"),
        *(part for route in routes for part in route.split("/")),
        *path.split("/"),
    ]
    query += parse_qsl(inner_query)
    searched = next((value for key, value in query if key.lower() in LIST_SEARCH_KEYS and value.strip()), "")
    return Address(
        page=url if inner else url.partition("#")[0],
        path=f"{parts.netloc}{parts.path}{inner}",
        segments=tuple(_word(segment) for segment in segments if segment),
        searched=searched.strip(),
    )


def _word(segment: str) -> str:
    return _ENDING.sub("", unquote(segment).lower().replace("_", "-"))
