"""What changed on a page since it was last looked at."""

from dataclasses import replace
from difflib import SequenceMatcher
from urllib.parse import urldefrag

from simplify.observation import Observation

MAX_ALIGNED_LINES = 3_000
"""Above this the lines are compared as sets: aligning them would take too long."""
MIN_FOLDED_CHARS = 28
"""A shorter run of unchanged text is shown again: to say that it is unchanged would take no less."""
MIN_KEPT = 0.3
"""The share of a page's lines that has to have stayed for it to count as the same page."""


def since(before: Observation, after: Observation) -> Observation:
    """The later of two observations of one page, told as what changed since the earlier one.

    Runs of lines that stood in the earlier text are folded to one line that counts them; new and changed
    lines are shown whole; the names of things that can be acted on no longer are listed at the end. Whoever
    has read the earlier text knows all of the later one.

    Args:
        before: the earlier observation, as it was shown.
        after: the later one. Both with the same settings (spelling, budget, window).

    Returns:
        The later observation with the shorter text and a note; its targets are all of the page's, those in
        the folded lines too. The later observation as it is where the pages are not the same, or where the
        shorter text would not be shorter.
    """
    if urldefrag(before.url).url != urldefrag(after.url).url or before.html == "" or after.html == "":
        return after
    old, new = before.html.split("\n"), after.html.split("\n")
    kept = _kept(old, new)
    if sum(kept) < MIN_KEPT * len(new):
        return after
    lines = _told(new, kept)
    gone = [name for name in before.targets if name not in after.targets]
    if gone:
        lines.append(f"No longer here: {', '.join(gone)}")
    text = "\n".join(lines)
    if len(text) >= len(after.html):
        return after
    note = "Only what changed since the last look at this page is shown."
    return replace(after, html=text, notes=(*after.notes, note))


def changes(before: str, after: str) -> str:
    """The text of an observation, told as what differs from an earlier one: of the same page, or of another.

    Pages of one site mostly share their navigation: of a page that was never shown before, this still leaves
    out what a reader of the other knows.

    Args:
        before: text of an observation that was shown before.
        after: text of the later one.

    Returns:
        The later text with runs of lines that stood in the earlier one folded to one line that counts them;
        as it is where that would not be shorter.
    """
    new = after.split("\n")
    text = "\n".join(_told(new, _kept(before.split("\n"), new)))
    return text if len(text) < len(after) else after


def _kept(old: list[str], new: list[str]) -> list[bool]:
    """For each new line, whether it stood in the old text, in the same order."""
    if len(old) + len(new) > MAX_ALIGNED_LINES:
        known = set(old)
        return [line in known for line in new]
    kept = [False] * len(new)
    for _, start, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        kept[start : start + length] = [True] * length
    return kept


def _told(new: list[str], kept: list[bool]) -> list[str]:
    lines: list[str] = []
    at = 0
    while at < len(new):
        end = at
        while end < len(new) and kept[end]:
            end += 1
        if end == at:
            lines.append(new[at])
            at += 1
            continue
        if sum(map(len, new[at:end])) < MIN_FOLDED_CHARS:
            lines += new[at:end]
        else:
            lines.append(f"… {end - at} {'line' if end - at == 1 else 'lines'} as before")
        at = end
    return lines
