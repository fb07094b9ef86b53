CREATE TABLE operation (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    uuid        TEXT NOT NULL,
    name        TEXT NOT NULL,
    domid       INTEGER,
    status      TEXT NOT NULL,
    step        TEXT NOT NULL,
    steps_done  INTEGER NOT NULL,
    steps_total INTEGER NOT NULL,
    started     INTEGER NOT NULL,
    ended       INTEGER,
    warnings    TEXT NOT NULL,
    failure     TEXT
) STRICT;
CREATE INDEX operation_open ON operation (started) WHERE status = 'RUNNING';

CREATE TABLE domain (
    uuid        TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    domid       INTEGER,
    spec        TEXT NOT NULL,
    source      TEXT,
    start_paused INTEGER NOT NULL,
    survivable  INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
    id    INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    type  TEXT NOT NULL,
    uuid  TEXT NOT NULL,
    name  TEXT NOT NULL,
    domid INTEGER NOT NULL,
    data  TEXT NOT NULL
) STRICT;
