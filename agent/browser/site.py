"""Which addresses belong to the shop that a session was sent to."""

from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

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
    """

    owner: str
    port: int | None

    @classmethod
    def of(cls, url: str) -> "Site":
        """The site that an address belongs to.

        Raises:
            UserError: it is no http or https address.
        """
        parts = _split(url)
        if parts is None:
            raise UserError(f"{url or 'nothing'} is no web address: give one such as http://127.0.0.1:8000/")
        return cls(*_place(parts))

    def holds(self, url: str) -> bool:
        """Whether a page at that address is still the shop; pages that a script wrote are."""
        if url.startswith(("about:", "blob:")):
            return True
        parts = _split(url)
        return parts is not None and _place(parts) == (self.owner, self.port)


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


def _place(parts: SplitResult) -> tuple[str, int | None]:
    port = parts.port if parts.port != DEFAULT_PORTS[parts.scheme] else None
    return _owner((parts.hostname or "").rstrip(".")), port


def _owner(host: str) -> str:
    if host == "localhost" or host.endswith(".localhost"):
        return LOOPBACK
    try:
        address = ip_address(host)
    except ValueError:
        domain: str | None = _suffixes().privatesuffix(host)
        return domain or host
    return LOOPBACK if address.is_loopback else host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
