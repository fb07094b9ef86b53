package dev.jxl.xld.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Domains whose cap is lower for a while than it is to be: noted before it is lowered. Xen's memory of it ends with a power cut, too. */
public final class LoweredCaps {
    private final Database database;

    /** On an open database. */
    public LoweredCaps(Database database) {
        this.database = database;
    }

    /**
     * One of them.
     *
     * @param cap what it was, and will be: percent of one CPU; 0: no limit
     */
    public record Lowered(String uuid, int domid, String name, int cap) {}

    /** Writes down what a cap is; what is there of the same domain stays, which is older. */
    public void add(Lowered l) {
        database.run(false, c -> {
            try (PreparedStatement s =
                    c.prepareStatement("INSERT INTO lowered_cap (uuid, domid, name, cap) VALUES (?,?,?,?)"
                            + " ON CONFLICT(uuid) DO UPDATE SET domid = excluded.domid, name = excluded.name, cap = excluded.cap"
                            + " WHERE domid <> excluded.domid")) {
                s.setString(1, l.uuid());
                s.setInt(2, l.domid());
                s.setString(3, l.name());
                s.setInt(4, l.cap());
                s.executeUpdate();
            }
            return null;
        });
    }

    /** It is what it was, or its domain is gone. Idempotent. */
    public void remove(String uuid) {
        database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("DELETE FROM lowered_cap WHERE uuid = ?")) {
                s.setString(1, uuid);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** All of them. */
    public List<Lowered> list() {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT uuid, domid, name, cap FROM lowered_cap");
                    ResultSet rows = s.executeQuery()) {
                List<Lowered> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(new Lowered(rows.getString(1), rows.getInt(2), rows.getString(3), rows.getInt(4)));
                }
                return List.copyOf(all);
            }
        });
    }
}
