package dev.jxl.xld.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The domains that jxl made and answers for. */
public final class DomainRecords {
    private final Database database;

    /** On an open database. */
    public DomainRecords(Database database) {
        this.database = database;
    }

    /**
     * One domain.
     *
     * @param uuid its UUID
     * @param name its name
     * @param domid its number, once there is one
     * @param spec jxl's JSON of its configuration, complete: UUID, MAC addresses and all
     * @param source the text that the user gave
     * @param startPaused whether it was asked to stay paused
     * @param survivable whether it is complete: false means destroy if found
     */
    public record DomainRecord(
            String uuid,
            String name,
            OptionalInt domid,
            String spec,
            Optional<String> source,
            boolean startPaused,
            boolean survivable) {}

    /** Writes a domain down, or over. */
    public void save(DomainRecord r) {
        database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement(
                    "INSERT INTO domain (uuid, name, domid, spec, source, start_paused, survivable) VALUES (?,?,?,?,?,?,?)"
                            + " ON CONFLICT (uuid) DO UPDATE SET name=excluded.name, domid=excluded.domid,"
                            + " spec=excluded.spec, source=excluded.source, start_paused=excluded.start_paused,"
                            + " survivable=excluded.survivable")) {
                s.setString(1, r.uuid());
                s.setString(2, r.name());
                if (r.domid().isPresent()) {
                    s.setInt(3, r.domid().getAsInt());
                } else {
                    s.setNull(3, Types.INTEGER);
                }
                s.setString(4, r.spec());
                s.setString(5, r.source().orElse(null));
                s.setInt(6, r.startPaused() ? 1 : 0);
                s.setInt(7, r.survivable() ? 1 : 0);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** Forgets a domain. Idempotent. */
    public void remove(String uuid) {
        database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("DELETE FROM domain WHERE uuid = ?")) {
                s.setString(1, uuid);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** All of them. */
    public List<DomainRecord> list() {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT * FROM domain ORDER BY rowid")) {
                return read(s.executeQuery());
            }
        });
    }

    private static List<DomainRecord> read(ResultSet rows) throws SQLException {
        List<DomainRecord> out = new ArrayList<>();
        while (rows.next()) {
            int domid = rows.getInt("domid");
            OptionalInt id = rows.wasNull() ? OptionalInt.empty() : OptionalInt.of(domid);
            out.add(new DomainRecord(
                    rows.getString("uuid"),
                    rows.getString("name"),
                    id,
                    rows.getString("spec"),
                    Optional.ofNullable(rows.getString("source")),
                    rows.getInt("start_paused") != 0,
                    rows.getInt("survivable") != 0));
        }
        return List.copyOf(out);
    }
}
