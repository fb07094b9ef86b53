CREATE TABLE lowered_cap (
    uuid  TEXT NOT NULL PRIMARY KEY,
    domid INTEGER NOT NULL,
    name  TEXT NOT NULL,
    cap   INTEGER NOT NULL
) STRICT;
