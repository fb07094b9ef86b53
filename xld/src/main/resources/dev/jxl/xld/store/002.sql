CREATE TABLE request_key (
    key       TEXT PRIMARY KEY,
    request   TEXT NOT NULL,
    operation TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

CREATE TABLE restart (
    uuid          TEXT PRIMARY KEY,
    started       INTEGER NOT NULL,
    quick_stops   INTEGER NOT NULL,
    stopped_domid INTEGER NOT NULL,
    not_before    INTEGER NOT NULL,
    given_up      TEXT NOT NULL,
    asked         INTEGER NOT NULL,
    dumped_domid  INTEGER NOT NULL
) STRICT;

CREATE TABLE partial_file (
    path TEXT PRIMARY KEY
) STRICT;

CREATE TABLE definition (
    uuid          TEXT PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    version       INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    spec          TEXT NOT NULL,
    source        TEXT,
    autostart     INTEGER NOT NULL,
    start_order   INTEGER NOT NULL,
    delay_seconds INTEGER NOT NULL,
    ready         TEXT NOT NULL,
    ready_seconds INTEGER NOT NULL
) STRICT;
