"""What a re-run found, for the terminal."""

from collections.abc import Iterator

from rich.text import Text

from agent.actions import in_words
from agent.recording import Recording
from replay.comparison import Comparison, StepCheck


def heading() -> Text:
    """Over the lines of the steps."""
    return Text("      page  target  outcome", "dim")


def step_line(recording: Recording, check: StepCheck) -> Text:
    """A step that was run again: three marks, and what was done."""
    line = Text(f"{check.index:>4}  ")
    for same, width in ((check.observation, 6), (check.target, 8), (check.outcome, 9)):
        line.append("same".ljust(width) if same else "no".ljust(width), "green" if same else "bold red")
    line.append(in_words(recording.steps[check.index - 1].decision.action))
    if check.moved is not None:
        line.append(f"  (found again as {check.moved})", "yellow")
    return line


def result_lines(comparison: Comparison) -> Iterator[Text]:
    """The first difference, what else there is to know, and the verdict."""
    first = comparison.first
    if first is not None:
        yield Text(f"\nThe first difference, at step {first.index}:", "bold")
        yield from map(_coloured, first.difference)
    if not comparison.ending:
        yield Text("\nThe session ended in another way:", "bold")
        yield from map(_coloured, comparison.ending_difference)
    for name in comparison.altered:
        yield Text(f"\nAltered since it was recorded: {name}", "red")
    for note in comparison.notes:
        yield Text(f"note: {note}", "dim")
    yield Text(f"\n{verdict(comparison)}", "bold green" if comparison.same else "bold red")


def verdict(comparison: Comparison) -> str:
    """The result in one sentence."""
    same = sum(step.same for step in comparison.steps)
    steps = f"{same} of {comparison.recorded} steps"
    if comparison.same:
        return f"The same: {steps}, and the ending."
    reached = len(comparison.steps)
    short = f", {comparison.recorded - reached} not reached" if reached < comparison.recorded else ""
    ending = "the same ending" if comparison.ending else "another ending"
    changed = ", and the recording was altered" if comparison.altered else ""
    return f"Not the same: {steps} are{short}, {ending}{changed}."


def _coloured(line: str) -> Text:
    style = {"-": "red", "+": "green", "@": "cyan"}.get(line[:1], "default")
    return Text(f"  {line}", style)
