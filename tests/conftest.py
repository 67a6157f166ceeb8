"""What holds for every test."""

import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("simagent", deadline=None)  # a busy machine is no failing test
settings.load_profile("simagent")

pytest_plugins = ["tests.model_server"]


@pytest.fixture(scope="session")
def base_url() -> None:
    """No test asks for pages by their path alone; in place of a plugin's fixture that pytest warns of."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium of this machine where there is one, and keep it from calling home."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run its sandbox as root
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    own = {"executable_path": executable} if executable else {}
    return {**browser_type_launch_args, **own, "args": arguments}


def pytest_configure() -> None:
    """Refuses to test a compiled simplifier that is older than its source."""
    root = Path(__file__).parents[1]
    if not any((root / "simplify").glob("*.so")):
        return
    source = b"".join(path.read_bytes() for path in sorted((root / "simplify").glob("*.py")))
    stamp = root / ".venv" / ".simagent-compiled"
    if not stamp.exists() or stamp.read_text(encoding="ascii").strip() != sha256(source).hexdigest():
        pytest.exit("simplify/ was changed after it was compiled: run make setup-dev", returncode=3)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests with pytest-playwright's fixtures last: its event loop leaves no place for another."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))
