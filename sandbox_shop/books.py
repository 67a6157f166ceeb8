"""The shop's own books: visits, carts, accounts, wish lists, orders, and the event log.

A small database apart from the catalogue, in memory or in a file, so that forgetting everything takes
milliseconds. One connection under one lock: a page's whole work is one transaction, and other threads (a test
that reads the events, a reset) wait for it.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sandbox_shop.errors import BooksError
from sandbox_shop.events import Event, EventKind

APPLICATION_ID = 0x53484F50
"""Marks a file as books of this shop (SQLite's application_id): `SHOP` in ASCII."""
FORMAT = 1
TABLES = ("cart_line", "wish", "placed_order", "event", "visit", "account")

VisitField = Literal["pages", "cookies", "newsletter", "notice", "account", "coupon", "delivery", "card"]


@dataclass(frozen=True, slots=True)
class Visit:
    """What the shop knows of a visitor.

    Attributes:
        id: value of the visitor's cookie.
        pages: pages seen so far, those of the checkout not counted.
        cookies: the answer to the cookie banner; empty until it is given.
        newsletter: `shown` once the dialog came up; empty before.
        notice: a sentence that the next page shows once.
        account: id of the account that is logged in.
        coupon: code in use; empty for none.
        address: what was typed into the address form so far, by field name.
        delivery: code of the chosen way of delivery; empty before.
        card: what may be shown of the card, such as `Visa ending in 4242`; empty before payment.
    """

    id: str
    pages: int = 0
    cookies: str = ""
    newsletter: str = ""
    notice: str = ""
    account: int | None = None
    coupon: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    delivery: str = ""
    card: str = ""

    @property
    def owner(self) -> str:
        """Whose wish list is shown: the account's, or the visit's own."""
        return f"account:{self.account}" if self.account else self.id


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of a cart as it is kept: which product with which choices, how often."""

    id: int
    code: str
    choices: Mapping[str, str]
    quantity: int


class Books:
    """Everything that visitors change. See the module's text."""

    def __init__(self, path: Path | None = None, *, seed: int = 0) -> None:
        """Open the books in that file, made where there is none, or in memory.

        Raises:
            BooksError: the file cannot be opened, or holds something else.
        """
        self._seed = seed
        self._orders_before = 0
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None
            )
            self._prepare(path)
        except sqlite3.Error as error:
            raise BooksError(f"cannot keep the shop's books in {path}: {error}") from error

    def _prepare(self, path: Path | None) -> None:
        kept = self._connection.execute("PRAGMA application_id").fetchone()[0]
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        empty = not self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not empty and (kept, version) != (APPLICATION_ID, FORMAT):
            self._connection.close()
            raise BooksError(f"{path} holds no books of this shop: name another file, or remove it")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        if empty:
            schema = (resources.files("sandbox_shop") / "schema" / "books.sql").read_text("utf-8")
            self._connection.executescript(schema)
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version = {FORMAT}")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does; nobody else sees or changes the books meanwhile."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def reset(self) -> None:
        """Forget everything: visits, carts, accounts, wish lists, orders, events."""
        with self.transaction():
            for table in TABLES:
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  a constant's names

    # Visits

    def visit(self, visit_id: str) -> Visit | None:
        """The visit of that cookie, if it is known."""
        row = self._one("SELECT * FROM visit WHERE id = ?", visit_id)
        if row is None:
            return None
        known, pages, cookies, newsletter, notice, account, coupon, address, delivery, card = row
        return Visit(
            known, pages, cookies, newsletter, notice, account, coupon, json.loads(address), delivery, card
        )

    def begin_visit(self) -> Visit:
        """A new visitor, with a cookie that nobody can guess."""
        visit = Visit(secrets.token_urlsafe(12))
        self._change("INSERT INTO visit (id) VALUES (?)", visit.id)
        return visit

    def note_on_visit(self, visit: Visit, name: VisitField, value: str | int | None) -> None:
        """Change one thing that the shop knows of a visitor."""
        self._change(f"UPDATE visit SET {name} = ? WHERE id = ?", value, visit.id)  # noqa: S608  a literal type

    def keep_address(self, visit: Visit, address: Mapping[str, str]) -> None:
        """Keep what was typed into the address form, complete or not."""
        self._change("UPDATE visit SET address = ? WHERE id = ?", json.dumps(dict(address)), visit.id)

    # Carts

    def cart(self, visit: Visit) -> list[CartLine]:
        """The lines of a visitor's cart, oldest first."""
        rows = self._all(
            "SELECT id, code, choices, quantity FROM cart_line WHERE visit = ? ORDER BY id", visit.id
        )
        return [CartLine(line, code, json.loads(choices), quantity) for line, code, choices, quantity in rows]

    def put_in_cart(
        self, visit: Visit, code: str, choices: Mapping[str, str], quantity: int, *, most: int
    ) -> None:
        """Put something into the cart; the same thing again makes its line longer, up to `most`."""
        self._change(
            "INSERT INTO cart_line (visit, code, choices, quantity) VALUES (?, ?, ?, min(?, ?))"
            " ON CONFLICT (visit, code, choices) DO UPDATE SET quantity = min(quantity + ?, ?)",
            *(visit.id, code, json.dumps(dict(choices)), quantity, most, quantity, most),
        )

    def set_quantity(self, visit: Visit, line: int, quantity: int) -> None:
        """Change how often a line's product is wanted; 0 takes the line out."""
        if quantity:
            self._change(
                "UPDATE cart_line SET quantity = ? WHERE visit = ? AND id = ?", quantity, visit.id, line
            )
        else:
            self._change("DELETE FROM cart_line WHERE visit = ? AND id = ?", visit.id, line)

    # Wish lists

    def wishes(self, visit: Visit) -> list[str]:
        """Codes on the visitor's wish list, oldest first."""
        return [
            code for (code,) in self._all("SELECT code FROM wish WHERE owner = ? ORDER BY id", visit.owner)
        ]

    def wish(self, visit: Visit, code: str) -> None:
        """Put a product on the wish list."""
        self._change("INSERT OR IGNORE INTO wish (owner, code) VALUES (?, ?)", visit.owner, code)

    def unwish(self, visit: Visit, code: str) -> None:
        """Take a product off the wish list."""
        self._change("DELETE FROM wish WHERE owner = ? AND code = ?", visit.owner, code)

    # Accounts

    def account(self, account_id: int) -> tuple[str, str]:
        """Name and e-mail address of an account."""
        row = self._one("SELECT name, email FROM account WHERE id = ?", account_id)
        if row is None:
            raise KeyError(account_id)
        return row[0], row[1]

    def password_of(self, email: str) -> tuple[int, str] | None:
        """Id and hashed password of the account with that address."""
        row = self._one("SELECT id, password FROM account WHERE email = ?", email)
        return (row[0], row[1]) if row else None

    def open_account(self, name: str, email: str, password: str) -> int:
        """A new account with that hashed password; the address must be free."""
        self._change("INSERT INTO account (email, name, password) VALUES (?, ?, ?)", email, name, password)
        row = self._one("SELECT id FROM account WHERE email = ?", email)
        assert row is not None
        return int(row[0])

    def log_in(self, visit: Visit, account_id: int) -> None:
        """The visitor is that customer from now on; the visit's wishes go to the account's list."""
        owner = f"account:{account_id}"
        self._change("UPDATE OR IGNORE wish SET owner = ? WHERE owner = ?", owner, visit.id)
        self._change("DELETE FROM wish WHERE owner = ?", visit.id)
        self.note_on_visit(visit, "account", account_id)

    # Orders

    def begin_orders_at(self, number: str) -> None:
        """The next order gets that number, so that a visit can be repeated."""
        self._orders_before = _orders_before(number)

    def place_order(self, visit: Visit, body: Mapping[str, Any]) -> str:
        """Write the order down, empty the cart, and say the order's number."""
        placed = self._one("SELECT count(*) FROM placed_order")
        count = self._orders_before + (placed[0] if placed else 0) + 1
        number = _order_number(self._seed, count)
        self._change(
            "INSERT INTO placed_order (number, visit, account, body) VALUES (?, ?, ?, ?)",
            *(number, visit.id, visit.account, json.dumps(dict(body))),
        )
        self._change("DELETE FROM cart_line WHERE visit = ?", visit.id)
        self._change("UPDATE visit SET coupon = '', delivery = '', card = '' WHERE id = ?", visit.id)
        return number

    def order(self, visit: Visit, number: str) -> dict[str, Any] | None:
        """An order of this visitor or of the account that is logged in."""
        row = self._one(
            "SELECT body FROM placed_order WHERE number = ? AND (visit = ? OR account = ?)",
            *(number, visit.id, visit.account),
        )
        return {"number": number, **json.loads(row[0])} if row else None

    def orders(self, account_id: int) -> list[dict[str, Any]]:
        """All orders of an account, newest first."""
        rows = self._all(
            "SELECT number, body FROM placed_order WHERE account = ? ORDER BY id DESC", account_id
        )
        return [{"number": number, **json.loads(body)} for number, body in rows]

    # Events

    def record(self, visit: Visit, kind: EventKind, detail: Mapping[str, Any]) -> None:
        """Append to the event log."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._change(
            "INSERT INTO event (at, visit, kind, detail) VALUES (?, ?, ?, ?)",
            *(at, visit.id, kind.value, json.dumps(dict(detail), ensure_ascii=False)),
        )

    def events(self, *, visit: str | None = None) -> list[Event]:
        """The event log, oldest first; of one visitor, or of all."""
        rows = self._all(
            "SELECT id, at, visit, kind, detail FROM event WHERE :visit IS NULL OR visit = :visit"
            " ORDER BY id",
            visit=visit,
        )
        return [Event(each, at, who, EventKind(kind), json.loads(text)) for each, at, who, kind, text in rows]

    def _change(self, sql: str, *values: object) -> None:
        with self._lock:
            self._connection.execute(sql, values)

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        with self._lock:
            row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: object, **named: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, named or values).fetchall()


FIRST_ORDER = 10_001


def _orders_before(number: str) -> int:
    """How many orders a shop had taken before the one of this number; 0 for what is no number of ours."""
    count = number.rpartition("-")[2]
    return max(0, int(count) - FIRST_ORDER) if count.isdecimal() and len(count) < 10 else 0


def _order_number(seed: int, count: int) -> str:
    """The same for the same seed and count; not the plain count, as shops do not tell their sales."""
    digest = hashlib.sha256(f"order {seed} {count}".encode()).hexdigest()
    return f"{int(digest[:8], 16) % 9000 + 1000}-{count + FIRST_ORDER - 1}"
