"""A visitor of the shop without a browser: asks for pages, sends forms, and reads what came."""

from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from sandbox_shop.application import application
from sandbox_shop.shop import Shop

ADDRESS = {
    "email": "maya@example.com",
    "name": "Maya Lind",
    "street": "12 Elm Street",
    "city": "Portland",
    "state": "OR",
    "postal_code": "97201",
    "country": "United States",
}
CARD = {"number": "4242 4242 4242 4242", "expiry": "12/30", "security_code": "123", "holder": "Maya Lind"}


class Reply:
    """A page as it came."""

    def __init__(self, status: int, path: str, source: str) -> None:
        self.status = status
        self.path = path
        self.source = source
        self.soup = BeautifulSoup(source, "lxml")

    @property
    def text(self) -> str:
        """What a person reads, white space folded."""
        return " ".join(self.soup.get_text(" ").split())

    def all(self, selector: str) -> list[str]:
        """The texts of what the selector finds."""
        return [" ".join(each.get_text(" ").split()) for each in self.soup.select(selector)]

    def one(self, selector: str) -> Tag:
        """The only element that the selector finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} elements for {selector}"
        return found[0]

    def link(self, label: str) -> str:
        """Where the link leads whose text begins with this."""
        found = [
            each for each in self.soup.select("a") if " ".join(each.get_text(" ").split()).startswith(label)
        ]
        assert found, f"no link {label!r}"
        return str(found[0]["href"])

    @property
    def titles(self) -> list[str]:
        """Titles of the products on a listing that are not paid for."""
        cards = [card for card in self.soup.select(".found-products .card") if not card.select(".sponsored")]
        return [card.select("h3")[0].get_text(strip=True) for card in cards]


class Visitor:
    """Follows redirects, keeps cookies."""

    def __init__(self, shop: Shop) -> None:
        self.client = TestClient(application(shop))

    def get(self, path: str) -> Reply:
        """Ask for a page."""
        reply = self.client.get(path)
        return Reply(reply.status_code, reply.url.raw_path.decode(), reply.text)

    def post(self, path: str, **form: str) -> Reply:
        """Send a form in."""
        reply = self.client.post(path, data=form)
        return Reply(reply.status_code, reply.url.raw_path.decode(), reply.text)

    def checkout(self) -> Reply:
        """From a filled cart to the page that reviews the order."""
        self.post("/checkout/address", **ADDRESS)
        self.post("/checkout/delivery", delivery="standard")
        self.post("/checkout/card", **CARD)
        return self.get("/checkout/review")
