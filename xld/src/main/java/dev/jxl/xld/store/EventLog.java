package dev.jxl.xld.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events: numbered, kept on disk, the newest in memory too. A subscriber asks for what follows the last that it saw, so that a
 * slow one costs no memory.
 */
public final class EventLog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final int IN_MEMORY = 1024;
    private static final int ON_DISK = 20_000;
    private static final int TRIM_EVERY = 500;
    /** What must outlive the trimming: the next jxld compares the domains that it finds with it. */
    private static final String LAST_OF_LIVING = "type <> 'domain.destroyed' AND id IN"
            + " (SELECT max(id) FROM event WHERE json_extract(data, '$.state') IS NOT NULL GROUP BY uuid, domid)";

    private final Database database;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final ArrayDeque<DomainEvent> newest = new ArrayDeque<>();
    /** The newest that subscribers may see: one that is on disk, so that no number is given out twice, whenever jxld dies. */
    private long told;

    private long lastId;

    /** On an open database; goes on with the number after the last one there. */
    public EventLog(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.lastId = database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT coalesce(max(id), 0) FROM event");
                    ResultSet rows = s.executeQuery()) {
                return rows.getLong(1);
            }
        });
        this.told = lastId;
    }

    /** Adds an event; subscribers see it as soon as it is written down. */
    public DomainEvent add(String type, String uuid, String name, int domid, Map<String, String> data) {
        DomainEvent event;
        lock.lock();
        try {
            event = new DomainEvent(++lastId, clock.instant(), type, uuid, name, domid, data);
            // Handed in under the lock, so that the order on disk is the order of the numbers.
            database.later(c -> insert(c, event), () -> tell(event));
        } finally {
            lock.unlock();
        }
        return event;
    }

    private void tell(DomainEvent event) {
        lock.lock();
        try {
            newest.addLast(event);
            if (newest.size() > IN_MEMORY) {
                newest.removeFirst();
            }
            told = event.id();
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What was last told of the state of each domain that had not gone by then, oldest first. */
    public List<DomainEvent> listLastOfLiving() {
        return database.run(false, c -> {
            try (PreparedStatement s =
                    c.prepareStatement("SELECT * FROM event WHERE " + LAST_OF_LIVING + " ORDER BY id")) {
                return read(s.executeQuery());
            }
        });
    }

    /** The newest event of a type about a domain. */
    public Optional<DomainEvent> findLast(String type, String uuid) {
        return database.run(false, c -> {
            try (PreparedStatement s =
                    c.prepareStatement("SELECT * FROM event WHERE type = ? AND uuid = ? ORDER BY id DESC LIMIT 1")) {
                s.setString(1, type);
                s.setString(2, uuid);
                return read(s.executeQuery()).stream().findFirst();
            }
        });
    }

    /** The newest number; 0 when there is none. */
    public long lastId() {
        lock.lock();
        try {
            return lastId;
        } finally {
            lock.unlock();
        }
    }

    /** See {@link dev.jxl.xld.api.Toolstack#events}. */
    public EventSubscription subscribe(long after) {
        return new Subscription(Math.min(after, lastId()));
    }

    private static Void insert(Connection c, DomainEvent e) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(
                "INSERT INTO event (id, at, type, uuid, name, domid, data) VALUES (?,?,?,?,?,?,?)")) {
            s.setLong(1, e.id());
            s.setLong(2, e.at().toEpochMilli());
            s.setString(3, e.type());
            s.setString(4, e.domainUuid());
            s.setString(5, e.domainName());
            s.setInt(6, e.domid());
            s.setString(7, JSON.valueToTree(e.data()).toString());
            s.executeUpdate();
        }
        if (e.id() % TRIM_EVERY == 0) {
            try (PreparedStatement s =
                    c.prepareStatement("DELETE FROM event WHERE id <= ? AND NOT (" + LAST_OF_LIVING + ")")) {
                s.setLong(1, e.id() - ON_DISK);
                s.executeUpdate();
            }
        }
        return null;
    }

    private List<DomainEvent> fromDisk(long after) {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT * FROM event WHERE id > ? ORDER BY id LIMIT 256")) {
                s.setLong(1, after);
                return read(s.executeQuery());
            }
        });
    }

    private static List<DomainEvent> read(ResultSet found) throws SQLException {
        List<DomainEvent> out = new ArrayList<>();
        try (ResultSet rows = found) {
            while (rows.next()) {
                out.add(new DomainEvent(
                        rows.getLong("id"),
                        Instant.ofEpochMilli(rows.getLong("at")),
                        rows.getString("type"),
                        rows.getString("uuid"),
                        rows.getString("name"),
                        rows.getInt("domid"),
                        JSON.readValue(rows.getString("data"), TEXTS)));
            }
        } catch (JsonProcessingException e) {
            throw new SQLException("an event's data cannot be read", e);
        }
        return out;
    }

    private final class Subscription implements EventSubscription {
        private final ArrayDeque<DomainEvent> fetched = new ArrayDeque<>();
        private long seen;
        private volatile boolean closed;

        Subscription(long after) {
            this.seen = after;
        }

        @Override
        public Optional<DomainEvent> next(Duration timeout) {
            long left = timeout.toNanos();
            while (true) {
                DomainEvent ready = fetched.pollFirst();
                if (ready != null) {
                    seen = ready.id();
                    return Optional.of(ready);
                }
                boolean older;
                lock.lock();
                try {
                    while (told <= seen && !closed) {
                        if (left <= 0) {
                            return Optional.empty();
                        }
                        left = grown.awaitNanos(left);
                    }
                    if (closed) {
                        return Optional.empty();
                    }
                    older = newest.isEmpty() || newest.getFirst().id() > seen + 1;
                    if (!older) {
                        newest.stream().filter(e -> e.id() > seen).forEach(fetched::addLast);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Optional.empty();
                } finally {
                    lock.unlock();
                }
                if (older) {
                    List<DomainEvent> more = fromDisk(seen);
                    if (more.isEmpty()) {
                        // Trimmed away: go on with what memory has.
                        skipToMemory();
                    }
                    fetched.addAll(more);
                }
            }
        }

        private void skipToMemory() {
            lock.lock();
            try {
                seen = newest.isEmpty() ? told : newest.getFirst().id() - 1;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            closed = true;
            lock.lock();
            try {
                grown.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
