package dev.jxl.xld.store;

import dev.jxl.xld.model.RestartHistory;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How often domains have been started again, by UUID. */
public final class RestartRecords {
    private final Database database;

    /** On an open database. */
    public RestartRecords(Database database) {
        this.database = database;
    }

    /** Writes a history down, or over. */
    public void save(String uuid, RestartHistory h) {
        database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement(
                    "INSERT OR REPLACE INTO restart (uuid, started, quick_stops,"
                            + " stopped_domid, not_before, given_up, asked, dumped_domid, failed_starts, failure) VALUES (?,?,?,?,?,?,?,?,?,?)")) {
                s.setString(1, uuid);
                s.setLong(2, h.started().toEpochMilli());
                s.setInt(3, h.quickStops());
                s.setInt(4, h.stoppedDomid());
                s.setLong(5, h.notBefore().toEpochMilli());
                s.setString(6, h.givenUp());
                s.setInt(7, h.asked() ? 1 : 0);
                s.setInt(8, h.dumpedDomid());
                s.setInt(9, h.failedStarts());
                s.setString(10, h.failure());
                s.executeUpdate();
            }
            return null;
        });
    }

    /** Forgets a domain. Idempotent. */
    public void remove(String uuid) {
        database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("DELETE FROM restart WHERE uuid = ?")) {
                s.setString(1, uuid);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** All of them. */
    public Map<String, RestartHistory> list() {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT * FROM restart");
                    ResultSet rows = s.executeQuery()) {
                Map<String, RestartHistory> all = new HashMap<>();
                while (rows.next()) {
                    all.put(
                            rows.getString("uuid"),
                            new RestartHistory(
                                    Instant.ofEpochMilli(rows.getLong("started")),
                                    rows.getInt("quick_stops"),
                                    rows.getInt("stopped_domid"),
                                    Instant.ofEpochMilli(rows.getLong("not_before")),
                                    rows.getString("given_up"),
                                    rows.getInt("asked") != 0,
                                    rows.getInt("dumped_domid"),
                                    rows.getInt("failed_starts"),
                                    rows.getString("failure")));
                }
                return Map.copyOf(all);
            }
        });
    }
}
