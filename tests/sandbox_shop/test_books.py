import json
import sqlite3
from pathlib import Path

import pytest

from sandbox_shop import BooksError, EventKind, ShopError, json_lines, open_shop
from sandbox_shop.books import Books
from tests.sandbox_shop.small_catalogue import small_catalogue
from tests.sandbox_shop.visitor import Visitor


def test_books_in_a_file_outlive_the_shop(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite"
    with open_shop(books=path, catalogue=small_catalogue()) as shop:
        visitor = Visitor(shop)
        visitor.post("/cart/add", code="K1")
        cookie = visitor.client.cookies["visit"]
    with open_shop(books=path, catalogue=small_catalogue()) as shop:
        again = Visitor(shop)
        again.client.cookies.set("visit", cookie)
        assert "Kettle No 1" in again.get("/cart").text
        assert [event.kind for event in shop.books.events(visit=cookie)][:3] == ["visit", "page", "add"]


def test_events_are_exported_as_json_lines(tmp_path: Path) -> None:
    with open_shop(catalogue=small_catalogue()) as shop:
        Visitor(shop).get("/search?q=teekännchen")
        events = shop.books.events()
    lines = [json.loads(line) for line in json_lines(events).splitlines()]
    assert [line["kind"] for line in lines] == ["visit", "page", "search"]
    assert lines[2]["detail"]["text"] == "teekännchen"
    assert all(set(line) == {"id", "at", "visit", "kind", "detail"} for line in lines)
    assert [line["id"] for line in lines] == [1, 2, 3]


def test_what_fails_halfway_leaves_no_trace() -> None:
    books = Books()
    visit = books.begin_visit()

    def fail() -> None:
        with books.transaction():
            books.record(visit, EventKind.ADD, {})
            raise KeyError("broken")

    with pytest.raises(KeyError):
        fail()
    assert books.events() == []
    books.close()


def test_a_file_that_holds_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE visit (id TEXT)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(BooksError, match="holds no books of this shop"):
        Books(other)
    assert other.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database, but long enough to be taken for one" * 20])
def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(ShopError) as error:
        Books(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BooksError, match="cannot keep the shop's books"):
        Books(tmp_path / "nowhere" / "books.sqlite")
