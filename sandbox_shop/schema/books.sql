-- What happens in the shop: everything that a reset forgets.

CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    pages INTEGER NOT NULL DEFAULT 0,
    cookies TEXT NOT NULL DEFAULT '',
    newsletter TEXT NOT NULL DEFAULT '',
    notice TEXT NOT NULL DEFAULT '',
    account INTEGER REFERENCES account (id),
    coupon TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '{}',
    delivery TEXT NOT NULL DEFAULT '',
    card TEXT NOT NULL DEFAULT ''
);

CREATE TABLE cart_line (
    id INTEGER PRIMARY KEY,
    visit TEXT NOT NULL REFERENCES visit (id),
    code TEXT NOT NULL,
    choices TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    UNIQUE (visit, code, choices)
);

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL
);

-- `owner` is the visit, or `account:` and the account's id.
CREATE TABLE wish (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    code TEXT NOT NULL,
    UNIQUE (owner, code)
);

CREATE TABLE placed_order (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    visit TEXT NOT NULL,
    account INTEGER,
    body TEXT NOT NULL
);

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    visit TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE INDEX event_visit ON event (visit);
