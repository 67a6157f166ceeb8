"""Which addresses belong to the shop."""

import pytest

from agent.browser.site import Site, host_of
from agent.errors import UserError


@pytest.mark.parametrize(
    ("start", "url"),
    [
        ("https://www.shop.com/", "https://shop.com/cart"),
        ("https://www.shop.com/", "https://checkout.shop.com/pay?next=1"),
        ("https://shop.co.uk", "https://www.shop.co.uk/"),
        ("http://shop.com", "https://shop.com/"),
        ("https://shop.com", "http://shop.com:80/"),
        ("https://SHOP.com./", "https://shop.com/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/cart"),
        ("http://127.0.0.1:8000/", "http://localhost:8000/cart"),
        ("http://localhost:8000/", "http://[::1]:8000/"),
        ("http://shop.localhost:8000/", "http://localhost:8000/"),
        ("http://intranet/", "http://intranet/cart"),
        ("https://shop.com", "about:blank"),
        ("https://shop.com", "blob:https://shop.com/1"),
        ("https://müller.de/", "https://xn--mller-kva.de/cart"),
        ("https://xn--mller-kva.de/", "https://www.MÜLLER.de/"),
    ],
)
def test_the_shop_is_all_hosts_of_one_owner_on_one_port(start: str, url: str) -> None:
    assert Site.of(start).holds(url)


@pytest.mark.parametrize(
    ("start", "url"),
    [
        ("https://www.shop.com/", "https://www.shop.com.evil.com/"),
        ("https://www.shop.com/", "https://notshop.com/"),
        ("https://one.co.uk", "https://two.co.uk/"),
        ("https://one.github.io", "https://two.github.io/"),
        ("https://shop.com", "https://shop.com:8443/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:9000/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1/"),
        ("http://10.0.0.1:8000/", "http://10.0.0.2:8000/"),
        ("https://shop.com", "https://shop.com@evil.com/"),
        ("https://shop.com", "ftp://shop.com/"),
        ("https://shop.com", "chrome://settings"),
        ("https://shop.com", "file:///etc/passwd"),
        ("https://shop.com", "data:text/html,shop.com"),
        ("https://shop.com", "https://[broken"),
    ],
)
def test_everything_else_is_elsewhere(start: str, url: str) -> None:
    assert not Site.of(start).holds(url)


@pytest.mark.parametrize(
    ("url", "shops"),
    [
        ("https://pay.shop.com/", True),
        ("about:srcdoc", True),
        ("blob:https://shop.com/1", True),
        ("about:blank", False),
        ("blob:null/1", False),
        ("https://ads.com/", False),
    ],
)
def test_a_frame_with_an_address_that_anybody_can_take_is_nobodys(url: str, shops: bool) -> None:
    assert Site.of("https://shop.com").wrote(url) is shops


@pytest.mark.parametrize(
    "url", ["", "shop.com", "//shop.com", "ftp://shop.com", "http://", "http://shop.com:99999"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="is no web address"):
        Site.of(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.shop.com/a?b", "www.shop.com"),
        ("http://127.0.0.1:9000/", "127.0.0.1:9000"),
        ("https://user:secret@shop.com/", "shop.com"),
        ("mailto:a@b.com", "mailto:a@b.com"),
    ],
)
def test_people_are_told_the_host_alone(url: str, host: str) -> None:
    assert host_of(url) == host
