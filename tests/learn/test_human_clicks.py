import gzip
from pathlib import Path

import pytest

from agent.actions import Click, Terminate, name_in
from agent.errors import UserError
from agent.session import EndingKind
from learn.clothing2008 import listings
from learn.readers.human_clicks import country_of, read_human_clicks
from learn.session import Evidence
from learn.sources import bundled
from tests.learn.values import HEADER, clicks_file, visits


def test_each_click_is_a_decision_on_the_listing_that_it_was_made_on(tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A13", "A16", "B4", "P82"])
    told = [
        (turn.evidence.value, turn.observation.title.split()[0], turn.decision.action)
        for turn in session.turns
    ]
    assert told == [
        ("inferred", "Nine", Click(name="departments.trousers")),
        ("recorded", "Trousers", Click(name="beige_trousers_a13")),
        ("recorded", "Trousers", Click(name="beige_trousers_a16")),
        ("inferred", "Trousers", Click(name="skirts")),
        ("recorded", "Skirts", Click(name="olive_skirt_b4")),
        ("inferred", "Skirts", Click(name="sale")),
        ("inferred", "Sale", Click(name="pages.5")),
        ("recorded", "Sale", Click(name="gray_sale")),
        ("recorded", "Sale", Terminate()),
    ]
    assert session.ending is EndingKind.LEFT
    assert session.persona.location == "Poland"
    assert country_of(session) == 29
    assert [(moment.start, moment.stop) for moment in session.moments()] == [
        (0, 2),
        (2, 3),
        (3, 5),
        (5, 8),
        (8, 9),
    ]


def test_whoever_clicks_a_product_sees_its_page_and_comes_back(tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A20"])
    click = session.turns[-2]
    assert click.outcome.message == (
        'The page "Black Trousers A20 - Nine Months Maternity" opened. '
        'You went back to the page "Trousers - Nine Months Maternity".'
    )
    assert click.outcome.url == click.observation.url


def test_rows_that_cannot_be_read_are_counted_with_line_and_reason_and_their_session_is_left_out(
    tmp_path: Path,
) -> None:
    path = tmp_path / "clicks.csv"
    rows = [
        "2008;4;1;1;29;1;1;A13;1;5;1;28;2;1",
        "2008;4;1;2;29;1;1;Z99;1;6;1;33;2;1",
        "2008;4;1;1;29;2;1;A13;1;5;1;28;2;1",
        "2008;4;1;3;29;2;1;A16;1;5;1;28;2;1",
        "2008;4;1;1;29;3;1;A13;1;5;1;28;2;1",
        "2008;4;31;1;29;4;1;A13;1;5;1;28;2;1",
        "2008;4;1;x;29;5;1;A13;1;5;1;28;2;1",
        "2008;4;1;1;99;6;1;A13;1;5;1;28;2;1",
        "2008;4;1;1;29;;1;A13;1;5;1;28;2;1",
        "2008;4",
    ]
    path.write_text("\n".join([HEADER, *rows]))
    reading = read_human_clicks(path)
    assert [session.id for session in reading.sessions] == ["3"]
    assert {(each.line, each.reason) for each in reading.unreadable} == {
        (3, "there is no product 'Z99' in the shop"),
        (2, "session 1 is left out, since one of its rows is unreadable"),
        (4, "its clicks are numbered [1, 3], which is not 1, 2, 3, …"),
        (7, "2008-04-31 is no date"),
        (8, "order is 'x' and not a number"),
        (9, "there is no country 99"),
        (10, "it names no session"),
        (11, "it names no session"),
    }


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("code;price\nA1;28\n")
    with pytest.raises(UserError, match="no column 'year'"):
        read_human_clicks(tmp_path / "prices.csv")
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(b"year;month\n")[:-6])
    with pytest.raises(UserError, match="damaged gzip"):
        read_human_clicks(tmp_path / "broken.csv.gz")


def test_plain_and_gzipped_files_are_read_alike(tmp_path: Path) -> None:
    plain = clicks_file(tmp_path, {"1": ["A1", "C5"]})
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_human_clicks(packed).sessions == read_human_clicks(plain).sessions


def test_all_the_people_that_come_along_are_read_and_share_their_pages() -> None:
    reading = bundled("human_clicks")
    turns = [turn for session in reading.sessions for turn in session.turns]
    recorded = [turn for turn in turns if turn.evidence is Evidence.RECORDED]
    assert (len(reading.sessions), reading.unreadable) == (19_203, ())
    assert len(recorded) == 131_623 + 19_203
    assert {id(turn.observation) for turn in turns} == {id(page) for page in listings().observations}
    assert all(
        (name := name_in(turn.decision.action)) is None or name in turn.observation.targets for turn in turns
    )
