package dev.jxl.xld.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has the guests that go from one jxld to another. Each line is on disk for good before anything is done or said that follows
 * from it, and the two of one migration, one on each host, never say that both may run the guest.
 *
 * <p>The receiver alone decides, and once: {@link State#RUNS} or {@link State#REFUSED}. The sender that has given a guest away
 * asks it until it knows.
 */
public final class HandOverRecords {
    /** How long a host remembers what became of a guest, for a sender that asks late. */
    private static final Duration REMEMBERED = Duration.ofDays(90);

    private final Database database;
    private final Clock clock;
    /** Asked for again and again, and hardly ever another; set and forgotten on the database's thread only. */
    private volatile @Nullable List<HandOver> unsettled;

    /** On an open database. */
    public HandOverRecords(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Which of the two hosts this one is. */
    public enum Direction {
        /** The sender. */
        OUT,
        /** The receiver. */
        IN
    }

    /** Who has the guest. */
    public enum State {
        /** The sender's: it was given away. Whether it runs there is the receiver's to say; here it does not any more. */
        GIVEN,
        /** The sender's: it runs there; what is left here goes. */
        GONE,
        /** The sender's: it does not run there and never will; it goes on here. */
        KEPT,
        /** The receiver's: it is here as a whole and has not run. */
        READY,
        /** The receiver's: it is being let run, and may have done so by now. */
        STARTING,
        /** The receiver's: it is this host's. For ever. */
        RUNS,
        /** The receiver's: it has not run here and never will. For ever. */
        REFUSED
    }

    /**
     * One line.
     *
     * @param id of the migration, the same on both hosts
     * @param uuid of the guest
     * @param name of the guest
     * @param peer the other host: as it is called, or as its certificate says
     * @param settled whether nothing is left to be done for it
     */
    public record HandOver(
            String id, Direction direction, String uuid, String name, String peer, State state, boolean settled) {}

    /** Writes a new line, and forgets those that nobody asks for any more. */
    public void add(HandOver h) {
        database.run(true, c -> {
            unsettled = null;
            try (PreparedStatement s = c.prepareStatement(
                    "INSERT INTO hand_over (id, direction, uuid, name, peer, state, settled, changed) VALUES (?,?,?,?,?,?,?,?)")) {
                s.setString(1, h.id());
                s.setString(2, h.direction().name());
                s.setString(3, h.uuid());
                s.setString(4, h.name());
                s.setString(5, h.peer());
                s.setString(6, h.state().name());
                s.setInt(7, h.settled() ? 1 : 0);
                s.setLong(8, clock.millis());
                s.executeUpdate();
            }
            try (PreparedStatement s = c.prepareStatement("DELETE FROM hand_over WHERE settled = 1 AND changed < ?")) {
                s.setLong(1, clock.millis() - REMEMBERED.toMillis());
                s.executeUpdate();
            }
            return null;
        });
    }

    /**
     * Changes a line that stands where it is believed to stand.
     *
     * @return false when it does not, and nothing was changed
     */
    public boolean change(String id, Direction direction, State from, State to) {
        return database.run(true, c -> {
            unsettled = null;
            try (PreparedStatement s = c.prepareStatement(
                    "UPDATE hand_over SET state = ?, settled = ?, changed = ? WHERE id = ? AND direction = ? AND state = ?")) {
                s.setString(1, to.name());
                s.setInt(2, to == State.RUNS || to == State.REFUSED ? 1 : 0);
                s.setLong(3, clock.millis());
                s.setString(4, id);
                s.setString(5, direction.name());
                s.setString(6, from.name());
                return s.executeUpdate() > 0;
            }
        });
    }

    /** What followed from a line is done. Idempotent. */
    public void settle(String id, Direction direction) {
        database.run(false, c -> {
            unsettled = null;
            try (PreparedStatement s =
                    c.prepareStatement("UPDATE hand_over SET settled = 1 WHERE id = ? AND direction = ?")) {
                s.setString(1, id);
                s.setString(2, direction.name());
                s.executeUpdate();
            }
            return null;
        });
    }

    /** One line. */
    public Optional<HandOver> find(String id, Direction direction) {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT * FROM hand_over WHERE id = ? AND direction = ?")) {
                s.setString(1, id);
                s.setString(2, direction.name());
                return read(s).stream().findFirst();
            }
        });
    }

    /** The lines for which something is left to be done. */
    public List<HandOver> listUnsettled() {
        List<HandOver> known = unsettled;
        return known != null
                ? known
                : database.run(false, c -> {
                    List<HandOver> all = all(c, "WHERE settled = 0 ORDER BY changed");
                    unsettled = all;
                    return all;
                });
    }

    /** The newest lines, newest first. */
    public List<HandOver> listNewest(int limit) {
        return database.run(false, c -> all(c, "ORDER BY changed DESC, rowid DESC LIMIT " + limit));
    }

    private static List<HandOver> all(Connection c, String which) throws SQLException {
        try (PreparedStatement s = c.prepareStatement("SELECT * FROM hand_over " + which)) {
            return read(s);
        }
    }

    private static List<HandOver> read(PreparedStatement s) throws SQLException {
        List<HandOver> all = new ArrayList<>();
        try (ResultSet rows = s.executeQuery()) {
            while (rows.next()) {
                all.add(new HandOver(
                        rows.getString("id"),
                        Direction.valueOf(rows.getString("direction")),
                        rows.getString("uuid"),
                        rows.getString("name"),
                        rows.getString("peer"),
                        State.valueOf(rows.getString("state")),
                        rows.getInt("settled") != 0));
            }
        }
        return List.copyOf(all);
    }
}
