import io

from rich.console import Console

from study.interview.progress import progress


def shown(total: int, *, terminal: bool) -> str:
    """What is told while all of them are done, the last one of which fails."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with progress(total, console) as tell:
        for done in range(1, total + 1):
            tell(done, int(done == total))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_log_gets_a_line_now_and_then() -> None:
    lines = shown(200, terminal=False).splitlines()
    assert len(lines) == 10
    assert lines[0] == "20 of 200 interviews"
    assert lines[-1] == "200 of 200 interviews, 1 failed"


def test_of_few_each_is_told() -> None:
    assert shown(2, terminal=False).splitlines() == ["1 of 2 interviews", "2 of 2 interviews, 1 failed"]


def test_a_terminal_gets_a_bar() -> None:
    assert "interviews" in shown(30, terminal=True)
    assert "30/30" in shown(30, terminal=True)


def test_a_single_interview_is_not_told() -> None:
    assert shown(1, terminal=False) == shown(1, terminal=True) == ""
