CREATE TABLE recording (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    mtime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL,
    study TEXT NOT NULL,
    pair TEXT NOT NULL,
    arm TEXT NOT NULL,
    persona TEXT NOT NULL,
    intent TEXT NOT NULL,
    site TEXT NOT NULL,
    policy TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT NOT NULL,
    message TEXT NOT NULL,
    steps INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    seconds REAL NOT NULL,
    damage TEXT NOT NULL,
    picture TEXT NOT NULL,
    answers INTEGER NOT NULL
);
CREATE INDEX recording_started ON recording (started DESC, address);
CREATE INDEX recording_study ON recording (study, pair);
CREATE TABLE page (recording INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, path TEXT NOT NULL);
CREATE INDEX page_recording ON page (recording);
CREATE INDEX page_kind ON page (kind, recording);
CREATE VIRTUAL TABLE said USING fts5 (rationales, tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE study (
    address TEXT PRIMARY KEY, stamp TEXT NOT NULL, name TEXT NOT NULL, question TEXT NOT NULL, arms TEXT NOT NULL
);
CREATE TABLE journey (
    recording INTEGER PRIMARY KEY, landed INTEGER NOT NULL, searched INTEGER NOT NULL, viewed INTEGER NOT NULL,
    added INTEGER NOT NULL, checkout INTEGER NOT NULL, bought INTEGER NOT NULL
);
