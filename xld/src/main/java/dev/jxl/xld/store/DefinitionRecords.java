package dev.jxl.xld.store;

import dev.jxl.xld.api.StartPolicy;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Domains that stay known while they do not run. Written so that they survive a power cut. */
public final class DefinitionRecords {
    private final Database database;

    /** On an open database. */
    public DefinitionRecords(Database database) {
        this.database = database;
    }

    /**
     * One definition.
     *
     * @param uuid its UUID
     * @param name its name
     * @param version grows with each change
     * @param changed when it was changed last
     * @param spec jxl's JSON of its configuration, complete
     * @param source the text that the user gave
     * @param policy when and how it is started
     */
    public record DefinitionRecord(
            String uuid,
            String name,
            long version,
            Instant changed,
            String spec,
            Optional<String> source,
            StartPolicy policy) {}

    /** Writes a definition down, or over. */
    public void save(DefinitionRecord r) {
        database.run(true, c -> {
            try (PreparedStatement s = c.prepareStatement("INSERT INTO definition (uuid, name, version, changed, spec,"
                    + " source, autostart, start_order, delay_seconds, ready, ready_seconds)"
                    + " VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (uuid) DO UPDATE SET name=excluded.name,"
                    + " version=excluded.version, changed=excluded.changed, spec=excluded.spec, source=excluded.source,"
                    + " autostart=excluded.autostart, start_order=excluded.start_order,"
                    + " delay_seconds=excluded.delay_seconds, ready=excluded.ready,"
                    + " ready_seconds=excluded.ready_seconds")) {
                s.setString(1, r.uuid());
                s.setString(2, r.name());
                s.setLong(3, r.version());
                s.setLong(4, r.changed().toEpochMilli());
                s.setString(5, r.spec());
                s.setString(6, r.source().orElse(null));
                s.setInt(7, r.policy().autostart() ? 1 : 0);
                s.setInt(8, r.policy().order());
                s.setLong(9, r.policy().delay().toSeconds());
                s.setString(10, r.policy().ready().name());
                s.setLong(11, r.policy().readyTimeout().toSeconds());
                s.executeUpdate();
            }
            return null;
        });
    }

    /** Forgets a definition. Idempotent. */
    public void remove(String uuid) {
        database.run(true, c -> {
            try (PreparedStatement s = c.prepareStatement("DELETE FROM definition WHERE uuid = ?")) {
                s.setString(1, uuid);
                s.executeUpdate();
            }
            return null;
        });
    }

    /** All of them. */
    public List<DefinitionRecord> list() {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT * FROM definition ORDER BY name");
                    ResultSet rows = s.executeQuery()) {
                List<DefinitionRecord> out = new ArrayList<>();
                while (rows.next()) {
                    out.add(read(rows));
                }
                return List.copyOf(out);
            }
        });
    }

    private static DefinitionRecord read(ResultSet rows) throws SQLException {
        return new DefinitionRecord(
                rows.getString("uuid"),
                rows.getString("name"),
                rows.getLong("version"),
                Instant.ofEpochMilli(rows.getLong("changed")),
                rows.getString("spec"),
                Optional.ofNullable(rows.getString("source")),
                new StartPolicy(
                        rows.getInt("autostart") != 0,
                        rows.getInt("start_order"),
                        Duration.ofSeconds(rows.getLong("delay_seconds")),
                        StartPolicy.Ready.valueOf(rows.getString("ready")),
                        Duration.ofSeconds(rows.getLong("ready_seconds"))));
    }
}
