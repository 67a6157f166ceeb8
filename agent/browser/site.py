"""Which addresses belong to the shop that a session was sent to."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from socket import SOCK_STREAM
from urllib.parse import SplitResult, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from agent.errors import UserError

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class Site:
    """A shop, as far as its addresses go.

    All hosts of one registrable domain are one site (`www.shop.example`, `checkout.shop.example`), as the
    public suffix list draws the line (https://publicsuffix.org). All names of this machine are one host.
    Ports tell sites apart, but for the two default ports: plain and encrypted HTTP are the same shop.

    Attributes:
        owner: the registrable domain, or the host where there is none.
        port: None for the scheme's own.
        also: owners and ports of other sites that the shopper may go to.
    """

    owner: str
    port: int | None
    also: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def of(cls, url: str, also: Iterable[str] = ()) -> "Site":
        """The site that an address belongs to.

        Args:
            url: an http or https address.
            also: hosts of other sites that belong to it: `pay.example`, `127.0.0.1:8001`.

        Raises:
            UserError: it is no http or https address, or one of the hosts is none.
        """
        parts = _split(url)
        if parts is None:
            raise UserError(f"{url or 'nothing'} is no web address: give one such as http://127.0.0.1:8000/")
        return cls(*_place(parts), frozenset(map(_other, also)))

    @property
    def on_this_machine(self) -> bool:
        """Whether it is served by the machine that the shopper is on."""
        return self.owner == LOOPBACK

    def holds(self, url: str) -> bool:
        """Whether a page at that address is still the shop; pages that its own scripts wrote are."""
        if url.startswith("about:"):
            return True
        parts = _split(url.removeprefix("blob:"))
        if parts is None:
            return url.startswith("blob:null")
        return _place(parts) in {(self.owner, self.port), *self.also}

    def wrote(self, url: str) -> bool:
        """Whether what a frame of a process of its own shows is the shop's, as far as its address tells.

        An empty document there, or one of an origin without a name, may have been filled in by anybody. What
        stands in the markup of the page around it (`about:srcdoc`) is as much the shop's as that page is.
        """
        if url.startswith("about:"):
            return url == "about:srcdoc"
        return not url.startswith("blob:null") and self.holds(url)

    def is_of(self, url: str) -> bool:
        """Whether an address is one of the site itself, and not of another that belongs to it."""
        parts = _split(url)
        return parts is not None and _place(parts) == (self.owner, self.port)


def is_inside(host: str) -> bool:
    """Whether a host says itself that it is one of a private network, or this machine."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return _owner(host) == LOOPBACK
    return not address.is_global or address.is_multicast


async def leads_inside(url: str) -> bool:
    """Whether an address may lead into a private network, or to this machine, once its name is looked up.

    Where the name cannot be looked up here, it is left to the browser, which will not find it either.
    """
    return any(map(is_inside, await _addresses(url)))


async def lies_inside(url: str) -> bool:
    """Whether an address leads into a private network, or to this machine, and nowhere else."""
    addresses = await _addresses(url)
    return bool(addresses) and all(map(is_inside, addresses))


async def _addresses(url: str) -> list[str]:
    """Where an address leads: the host itself where that says so, otherwise what its name stands for."""
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".") if parts else ""
    if not host or is_inside(host):
        return [host] if host else []
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]).partition("%")[0] for entry in found]


def host_of(url: str) -> str:
    """Where an address leads, for people: the host, with its port where that is unusual."""
    parts = _split(url)
    return url[:60] if parts is None else parts.netloc.rpartition("@")[2]


def _split(url: str) -> SplitResult | None:
    """The parts of an http address, or None where it is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # what urllib raises for a port or an IPv6 host that cannot be read
        return None
    return parts if usable else None


def _other(host: str) -> tuple[str, int | None]:
    parts = _split(host if "://" in host else f"https://{host}/")
    if parts is None:
        raise UserError(f"--also {host}: give a host such as pay.example")
    return _place(parts)


def _place(parts: SplitResult) -> tuple[str, int | None]:
    port = parts.port if parts.port != DEFAULT_PORTS[parts.scheme] else None
    return _owner((parts.hostname or "").rstrip(".")), port


def _owner(host: str) -> str:
    host = _in_letters_of_names(host)
    if host == "localhost" or host.endswith(".localhost"):
        return LOOPBACK
    try:
        address = ip_address(host)
    except ValueError:
        domain: str | None = _suffixes().privatesuffix(host)
        return domain or host
    return LOOPBACK if address.is_loopback else host


def _in_letters_of_names(host: str) -> str:
    """A host as browsers ask for it: what is written in other letters, in those of ASCII (UTS 46)."""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
