import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sandbox_shop import AddressError, RunningShop, running_shop
from tests.sandbox_shop.small_catalogue import small_catalogue


def test_a_running_shop_answers_and_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    with running_shop(catalogue=small_catalogue()) as shop:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", shop.url)
        reply = httpx.get(shop.url)
        assert "Small Shop" in reply.text
        assert [event.kind for event in shop.events()] == ["visit", "page"]
        shop.reset()
        assert shop.events() == []
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(shop.url)


def test_every_answer_says_that_nothing_foreign_belongs_to_it() -> None:
    with running_shop(catalogue=small_catalogue()) as shop:
        for path in ("/", "/static/shop.css", "/pictures/K1/0.svg", "/nowhere"):
            headers = httpx.get(shop.url + path).headers
            assert headers["content-security-policy"].startswith("default-src 'self'")
            assert headers["x-content-type-options"] == "nosniff"
        cookie = httpx.get(shop.url).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_no_page_asks_for_anything_from_elsewhere() -> None:
    with running_shop(catalogue=small_catalogue()) as shop, httpx.Client(base_url=shop.url) as client:
        for path in ("/", "/c/kettles", "/product/S1", "/cart", "/static/shop.css", "/static/shop.js"):
            foreign = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", client.get(path).text)
            assert not foreign


def test_a_taken_port_is_one_clear_line() -> None:
    with running_shop(catalogue=small_catalogue()) as shop:
        port = int(shop.url.rpartition(":")[2])
        with (
            pytest.raises(AddressError) as error,
            running_shop(catalogue=small_catalogue(), port=port),
        ):
            pass
    assert str(error.value) == f"port {port} is taken: choose another with --port, or 0 for any free one"


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 70000), ("no.such.host.invalid", 0), ("192.0.2.1", 0)]
)
def test_an_address_that_cannot_be_is_one_clear_line(host: str, port: int) -> None:
    with (
        pytest.raises(AddressError) as error,
        running_shop(catalogue=small_catalogue(), host=host, port=port),
    ):
        pass
    assert "\n" not in str(error.value)


def shop_around(shop: RunningShop, number: int) -> tuple[str, str]:
    """One visitor fills a cart with so many of one kettle; what the cart and the search say."""
    with httpx.Client(base_url=shop.url, follow_redirects=True) as client:
        for _ in range(number):
            client.post("/cart/add", data={"code": f"K{number}"})
        found = client.get("/search", params={"q": f"kettle {number}"}).text
        return client.get("/cart").text, found


def test_visitors_at_the_same_time_do_not_get_in_each_others_way() -> None:
    with running_shop(catalogue=small_catalogue()) as shop, ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda number: shop_around(shop, number), range(1, 9)))
        for number, (cart, found) in enumerate(seen, start=1):
            assert f"Kettle No {number}<" in cart
            assert f'value="{number}"' in cart
            assert f"Kettle No {number}<" in found
        added = [event.detail["code"] for event in shop.events() if event.kind == "add"]
        assert {code: added.count(code) for code in added} == {f"K{n}": n for n in range(1, 9)}


def test_too_large_a_form_is_refused() -> None:
    with running_shop(catalogue=small_catalogue()) as shop:
        assert httpx.post(shop.url + "/cart/add", data={"code": "x" * 100_000}).status_code == 413


def test_a_served_shop_says_where_it_is_and_ends_cleanly_when_interrupted(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from sandbox_shop import ShopSettings, serve\n"
        "try:\n"
        "    serve(ShopSettings(size=60), host='127.0.0.1', port=0, books=Path(sys.argv[1]),"
        " on_ready=lambda url: print(url, flush=True))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(tmp_path / "books.sqlite")]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert httpx.get(url).status_code == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert (rest.strip(), errors, process.returncode) == ("interrupted", "", 0)
    assert (tmp_path / "books.sqlite").stat().st_size > 0
