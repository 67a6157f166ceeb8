from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox_shop import Design, ShopSettings, open_shop
from sandbox_shop.shop import Shop
from tests.sandbox_shop.small_catalogue import small_catalogue
from tests.sandbox_shop.visitor import Visitor


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def shop_with() -> Iterator[Callable[..., Shop]]:
    """Opens the small shop with the switches given."""
    with ExitStack() as stack:

        def open_it(*switches: str) -> Shop:
            settings = ShopSettings(design=Design.parse(switches))
            return stack.enter_context(open_shop(settings, catalogue=small_catalogue()))

        yield open_it


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """The small shop as it is by default."""
    return shop_with()


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    """Somebody in the small shop."""
    return Visitor(shop)
