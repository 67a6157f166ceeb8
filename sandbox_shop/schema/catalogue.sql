-- What the shop sells. Written once, then only read.

CREATE TABLE about (
    name TEXT NOT NULL,
    shop_title TEXT NOT NULL,
    page_size INTEGER NOT NULL,
    source TEXT NOT NULL
);

-- Numbered depth first, so that a category and all below it are the ids from `id` to `last`.
CREATE TABLE category (
    id INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    parent INTEGER REFERENCES category (id),
    products INTEGER NOT NULL,
    placed_pages INTEGER
);

-- `standing` is the product's rank by popularity, from 0 (last) to 1 (first).
CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    brand TEXT NOT NULL,
    category INTEGER NOT NULL REFERENCES category (id),
    price_cents INTEGER NOT NULL,
    list_price_cents INTEGER,
    rating REAL,
    rating_count INTEGER NOT NULL,
    stock INTEGER NOT NULL,
    free_delivery INTEGER NOT NULL,
    delivery_days INTEGER NOT NULL,
    standing REAL NOT NULL,
    has_options INTEGER NOT NULL,
    placed_page INTEGER,
    placed_place INTEGER
);

-- What only the product's own page says, as JSON: kept apart so that listings read narrow rows.
CREATE TABLE product_detail (
    product INTEGER PRIMARY KEY REFERENCES product (id),
    detail TEXT NOT NULL
);

-- Answers every facet's count without touching the product's own, wider, row.
CREATE INDEX product_facets ON product (category, brand, price_cents, rating, free_delivery, standing);
CREATE INDEX product_standing ON product (standing DESC);
CREATE INDEX product_brand ON product (brand);

CREATE TABLE review (
    product INTEGER NOT NULL REFERENCES product (id),
    place INTEGER NOT NULL,
    author TEXT NOT NULL,
    date TEXT NOT NULL,
    rating INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    helpful INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    PRIMARY KEY (product, place)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE product_text USING fts5 (
    title, brand, category, attributes, description,
    content = '', tokenize = 'porter unicode61 remove_diacritics 2'
);

-- The words that a misspelt one may be corrected to.
CREATE TABLE word (word TEXT PRIMARY KEY, products INTEGER NOT NULL) WITHOUT ROWID;
