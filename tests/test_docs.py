"""The documentation says what is so: its Python runs, its commands exist, its links lead somewhere."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer

from cli import app

CHECKOUT = Path(__file__).parents[1]
PAGES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").glob("*.md"))]


def blocks(language: str) -> list[object]:
    """All code blocks of that language, each with its page and number for an id."""
    found: list[object] = []
    for page in PAGES:
        texts = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), flags=re.DOTALL | re.MULTILINE)
        found += [
            pytest.param(text, id=f"{page.stem}-{number}") for number, text in enumerate(texts, start=1)
        ]
    return found


@pytest.mark.parametrize("code", blocks("python"))
def test_python_examples_run(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    exec(compile(code, "example", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("text", blocks("json"))
def test_json_examples_are_json(text: str) -> None:
    assert json.loads(text)


@pytest.mark.parametrize("session", blocks("console"))
def test_commands_of_the_examples_exist_with_their_options(session: str) -> None:
    lines = [line.removeprefix("$ ") for line in session.splitlines() if line.startswith("$ ")]
    assert lines
    for line in lines:
        program, *arguments = shlex.split(line, comments=True)
        assert program == "simagent"
        command = typer.main.get_command(app)
        context = command.make_context("simagent", arguments, resilient_parsing=False)
        assert isinstance(command, typer.core.TyperGroup)
        while isinstance(command, typer.core.TyperGroup):
            _, found, arguments = command.resolve_command(context, [*context._protected_args, *context.args])
            assert found is not None
            command = found
            context = command.make_context("simagent", list(arguments), parent=context)


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.stem)
def test_links_within_the_documentation_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text())
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not missing


def test_every_option_of_run_is_documented() -> None:
    page = (CHECKOUT / "docs" / "running.md").read_text()
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    names = [name for option in group.commands["run"].params for name in option.opts]
    missing = [name for name in names if f"`{name}`" not in page]
    assert not missing
