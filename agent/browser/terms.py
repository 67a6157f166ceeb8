"""What a visit may do at a site, as its user says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agent.browser.site import Site
from agent.errors import UserError
from agent.login import Login


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a visit. Without any, it is as careful as can be.

    Attributes:
        also: hosts beside the site's own registrable domain that the shopper may go to: `pay.example`.
        may_buy: whether orders may be placed.
        robots: whether robots.txt is obeyed; this machine's own sites are not asked for one.
        pause: seconds between two actions at the site, of all shoppers on this machine together; None for
            what is polite.
        login: the shopper's account.
    """

    also: tuple[str, ...] = ()
    may_buy: bool = False
    robots: bool = True
    pause: float | None = None
    login: Login | None = None

    @property
    def described(self) -> dict[str, Any]:
        """For a recording's header, without any secret."""
        return {
            "also": list(self.also),
            "may_buy": self.may_buy,
            "robots": self.robots,
            "pause": self.pause,
            "login": self.login.name if self.login else None,
        }


def agreed(
    url: str,
    *,
    also: Iterable[str] = (),
    allow_purchase: str | None = None,
    robots: bool = True,
    pause: float | None = None,
    login: Login | None = None,
) -> Terms:
    """The terms of a visit to a site, as somebody asks for them.

    Args:
        url: the start page.
        also: hosts of other sites that belong to it.
        allow_purchase: the site's host once more, by which it is said that orders may be placed there.
        robots: whether robots.txt is obeyed.
        pause: seconds between two actions.
        login: the shopper's account.

    Raises:
        UserError: one of the hosts is none, or orders are allowed at another site than this.
    """
    others = tuple(also)
    site = Site.of(url, others)
    if allow_purchase is not None and not site.is_of(_address(allow_purchase, url)):
        raise UserError(
            f"--allow-purchase {allow_purchase}: this visit goes to {url}, and real orders are placed only "
            "where that very site is named"
        )
    return Terms(others, allow_purchase is not None, robots, pause, login)


def _address(host: str, url: str) -> str:
    """An address at a host, of the scheme of another address."""
    return host if "://" in host else f"{url.partition('://')[0]}://{host}/"


BY_A_PERSON = Terms(may_buy=True, robots=False, pause=0.0)
"""Of a window in which a person shops, who decides that."""

AT_HOME = Terms(may_buy=True, robots=False)
"""In the sandbox shop, where nothing is real."""
