"""The summary in the terminal."""

import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from study.report import Results, figures_of, print_results, read_results
from study.report.terminal import printable
from tests.study.report.demo_study import TWO_ARMS, Demo, write_study
from tests.study.report.hostile import ATTACKS


def printed(results: Results, width: int = 100) -> str:
    out = io.StringIO()
    print_results(results, figures_of(results), Console(file=out, width=width, highlight=False))
    return out.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


def test_it_tells_the_same_numbers_as_the_tables(realistic: Path) -> None:
    results = read_results(realistic)
    text = printed(results)
    assert results.findings is not None
    for finding in results.findings.comparisons:
        if finding.measure == results.findings.primary:
            assert finding.verdict in words(text)
    funnel = text.partition("\nFunnel")[2].partition("\nComparisons")[0].splitlines()
    for arm in TWO_ARMS:
        visits = [visit for visit in results.visits if visit.arm == arm]
        counts = [
            sum(getattr(visit, stage) for visit in visits)
            for stage in ("landed", "searched", "viewed", "added", "checkout", "bought")
        ]
        lines = [line for line in funnel if f" {arm} " in line]
        assert [f"{count} of {len(visits)}" for count in counts] == [
            words(line)[-len(f"{count} of {len(visits)}") :]
            for line, count in zip(lines, counts, strict=True)
        ]
        endings = Counter(visit.ending for visit in visits)
        assert f"{endings['left']} of {len(visits)}" in words(text.partition("\nEndings")[2])
    assert f"{sum(visit.steps for visit in results.visits):,}" in text.partition("\nCost")[2]


@pytest.mark.parametrize("width", [40, 60, 200])
def test_it_fits_any_terminal_and_has_no_colours_in_a_log(realistic: Path, width: int) -> None:
    text = printed(read_results(realistic), width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    assert "simulated shoppers" in words(text)


def test_a_study_of_which_nothing_is_done_says_so_and_no_more(tmp_path: Path) -> None:
    folder = write_study(tmp_path, Demo(arms=TWO_ARMS, repetitions=1, faults=1.0, files=False))
    text = printed(read_results(folder))
    assert "Nothing can be said" in text
    assert "56 sessions failed" in words(text)
    assert "Funnel" not in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_others_wrote_steers_no_terminal(realistic: Path, attack: str) -> None:
    results = read_results(realistic)
    styled = f"[bold red]{attack}[/]"
    changed = replace(
        results,
        visits=tuple(replace(visit, last_url=styled, ending=styled) for visit in results.visits),
        steps=tuple(replace(step, text=styled, outcome=styled, accepted=False) for step in results.steps),
    )
    text = printed(changed)
    assert "[bold red]" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)


def test_line_ends_become_spaces() -> None:
    assert printable("one\r\n\ttwo\u2028three") == "one   two three"
