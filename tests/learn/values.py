"""Small sessions that many tests of learning need."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.actions import Action, Click, Decision, Terminate
from agent.session import EndingKind, Outcome
from learn.readers.human_clicks import read_human_clicks
from learn.session import Author, Evidence, Session, Turn
from tests.agent.values import maya, page

HEADER = (
    "year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);colour;location;"
    "model photography;price;price 2;page"
)


def clicks_file(folder: Path, visits: Mapping[str, Sequence[str]], *, country: int = 29) -> Path:
    """A file of clicks: product codes by session."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    for session, codes in visits.items():
        for order, code in enumerate(codes, start=1):
            table.writerow([2008, 4, 1, order, country, session, 1, code, 1, 1, 1, 28, 2, 1])
    path = folder / "clicks.csv"
    path.write_text(f"{HEADER}\n{out.getvalue()}")
    return path


def visits(folder: Path, *each: Sequence[str]) -> tuple[Session, ...]:
    """Sessions on the clothing listings, by the products that were clicked."""
    path = clicks_file(folder, {str(number): codes for number, codes in enumerate(each, start=1)})
    return read_human_clicks(path).sessions


def turn(action: Action, *, evidence: Evidence = Evidence.RECORDED, rationale: str = "") -> Turn:
    observation = page(links=("tea_kettle", "mug", "pot"))
    outcome = Outcome(accepted=True, message='The page "Shop" opened.', url=observation.url)
    return Turn(observation, Decision(rationale=rationale, action=action), outcome, evidence)


def session(*actions: Action, identity: str = "s1", user: str | None = None) -> Session:
    """A session elsewhere than on the listings."""
    turns = tuple(turn(action) for action in actions or (Click(name="mug"), Terminate()))
    return Session(identity, "test", Author.HUMAN, user, maya(), "a mug", turns, EndingKind.LEFT)
