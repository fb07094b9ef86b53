CREATE TABLE hand_over (
    id        TEXT NOT NULL,
    direction TEXT NOT NULL,
    uuid      TEXT NOT NULL,
    name      TEXT NOT NULL,
    peer      TEXT NOT NULL,
    state     TEXT NOT NULL,
    settled   INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    PRIMARY KEY (id, direction)
) STRICT;
