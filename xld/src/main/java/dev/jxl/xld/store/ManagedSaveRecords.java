package dev.jxl.xld.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;

/** Which domains are in files since their host has stopped. Written so that it survives a power cut. */
public final class ManagedSaveRecords {
    private final Database database;

    /** On an open database. */
    public ManagedSaveRecords(Database database) {
        this.database = database;
    }

    /**
     * A domain is in its file.
     *
     * @param spent whether it has been let run since, so that the file must never be used again
     */
    public void save(String uuid, boolean spent) {
        database.run(true, c -> {
            try (PreparedStatement s = c.prepareStatement("INSERT INTO managed_save (uuid, spent) VALUES (?,?)"
                    + " ON CONFLICT (uuid) DO UPDATE SET spent=excluded.spent")) {
                s.setString(1, uuid);
                s.setInt(2, spent ? 1 : 0);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** Forgets it. Idempotent. */
    public void remove(String uuid) {
        database.run(true, c -> {
            try (PreparedStatement s = c.prepareStatement("DELETE FROM managed_save WHERE uuid = ?")) {
                s.setString(1, uuid);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** All UUIDs, and whether their files are spent. */
    public Map<String, Boolean> list() {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT uuid, spent FROM managed_save");
                    ResultSet rows = s.executeQuery()) {
                Map<String, Boolean> all = new HashMap<>();
                while (rows.next()) {
                    all.put(rows.getString(1), rows.getInt(2) != 0);
                }
                return Map.copyOf(all);
            }
        });
    }
}
