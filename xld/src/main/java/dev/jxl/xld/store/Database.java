package dev.jxl.xld.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The SQLite file and the one platform thread that touches it (JDBC's native calls would hold a virtual thread's carrier).
 * Work runs in the order it was handed in; each piece is done as a whole or not at all.
 */
public final class Database implements AutoCloseable {
    private static final int NEWEST_SCHEMA = 6;
    private static final int MOST_TOGETHER = 64;
    private static final System.Logger LOG = System.getLogger(Database.class.getName());

    private final ExecutorService thread;
    private final Connection connection;
    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();

    private Database(ExecutorService thread, Connection connection) {
        this.thread = thread;
        this.connection = connection;
    }

    /**
     * Opens the file, makes it when missing, and brings its tables up to date.
     *
     * @throws StoreFailure when it cannot be opened, is damaged, or was made by a newer jxld
     */
    public static Database open(Path file) {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("jxld-db").factory());
        try {
            Connection connection =
                    CompletableFuture.supplyAsync(() -> connect(file), thread).join();
            return new Database(thread, connection);
        } catch (CompletionException e) {
            thread.shutdownNow();
            throw e.getCause() instanceof StoreFailure failure ? failure : new StoreFailure("opening " + file, e);
        }
    }

    private static Connection connect(Path file) {
        try {
            Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement s = c.createStatement()) {
                s.execute("PRAGMA journal_mode=WAL");
                s.execute("PRAGMA synchronous=NORMAL");
                s.execute("PRAGMA busy_timeout=5000");
                s.execute("PRAGMA foreign_keys=ON");
            }
            c.setAutoCommit(false);
            migrate(c, file);
            return c;
        } catch (SQLException | IOException e) {
            throw new StoreFailure("opening the database " + file, e);
        }
    }

    private static void migrate(Connection c, Path file) throws SQLException, IOException {
        int version;
        try (Statement s = c.createStatement();
                var rows = s.executeQuery("PRAGMA user_version")) {
            version = rows.getInt(1);
        }
        if (version > NEWEST_SCHEMA) {
            throw new StoreFailure(
                    "the database " + file + " was made by a newer jxld (schema " + version + ", this one knows "
                            + NEWEST_SCHEMA + "): install that version again, or move the file away",
                    null);
        }
        for (int next = version + 1; next <= NEWEST_SCHEMA; next++) {
            try (Statement s = c.createStatement()) {
                for (String sql : migration(next).split(";\\s*\\n", -1)) {
                    if (!sql.isBlank()) {
                        s.executeUpdate(sql);
                    }
                }
                s.executeUpdate("PRAGMA user_version=" + next);
            }
            c.commit();
        }
        c.commit();
    }

    private static String migration(int number) throws IOException {
        String name = String.format(Locale.ROOT, "%03d.sql", number);
        try (InputStream in = Database.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("jxld's jar has no migration " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A piece of work with the connection. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        /** Does it; a commit follows, or a rollback when it throws. */
        T run(Connection connection) throws SQLException;
    }

    /**
     * Work that was handed in.
     *
     * @param awaited whether somebody waits for it
     * @param done completed on the database's thread, when it is committed or has failed
     */
    private record Piece(boolean durable, boolean awaited, Work<?> work, CompletableFuture<@Nullable Object> done) {}

    /**
     * Runs work and waits until it is committed.
     *
     * @param durable whether it must survive a power cut (an fsync); a killed jxld loses nothing either way
     * @throws StoreFailure when SQLite refuses (disk full, read-only file system)
     */
    @SuppressWarnings("unchecked") // what a piece gives is what its work gives
    public <T extends @Nullable Object> T run(boolean durable, Work<T> work) {
        CompletableFuture<@Nullable Object> done = new CompletableFuture<>();
        try {
            handIn(new Piece(durable, true, work, done));
            return (T) done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreFailure failure ? failure : new StoreFailure("writing the database", e);
        } catch (RejectedExecutionException e) {
            throw new StoreFailure("the database is closed", e);
        }
    }

    /**
     * Writes something that changes nothing.
     *
     * @throws StoreFailure when SQLite refuses (disk full, read-only file system)
     */
    public void requireWritable() {
        run(false, c -> {
            try (Statement s = c.createStatement()) {
                return s.executeUpdate("PRAGMA user_version=" + NEWEST_SCHEMA);
            }
        });
    }

    /** Hands work in and does not wait: it is done before anything that is handed in later; a failure is logged. */
    public void later(Work<?> work) {
        later(work, () -> {});
    }

    /** As {@link #later(Work)}; {@code then} runs on the database's thread when it is committed, or has failed. */
    void later(Work<?> work, Runnable then) {
        CompletableFuture<@Nullable Object> done = new CompletableFuture<>();
        CompletableFuture<@Nullable Object> _ = done.whenComplete((given, failure) -> {
            if (failure != null) {
                LOG.log(System.Logger.Level.ERROR, "jxld's database: " + failure.getMessage());
            }
            then.run();
        });
        try {
            handIn(new Piece(false, false, work, done));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "written after the database was closed, dropped");
        }
    }

    private void handIn(Piece piece) {
        synchronized (waiting) {
            thread.execute(this::performNext);
            waiting.add(piece);
        }
    }

    /** What nobody waits for is committed together, and with what somebody waits for behind it: a commit costs more than the work. */
    private void performNext() {
        List<Piece> together = new ArrayList<>();
        synchronized (waiting) {
            boolean awaited = false;
            while (!awaited && !waiting.isEmpty() && together.size() < MOST_TOGETHER) {
                Piece next = waiting.removeFirst();
                together.add(next);
                awaited = next.awaited();
            }
        }
        if (!together.isEmpty() && !perform(together)) {
            // One of them fails, or all do: each has its own answer.
            together.forEach(piece -> {
                boolean _ = perform(List.of(piece));
            });
        }
    }

    /** In one transaction; false, and nothing done, when that fails and there are several. */
    private boolean perform(List<Piece> together) {
        try {
            List<@Nullable Object> given = transact(together.stream().anyMatch(Piece::durable), c -> {
                List<@Nullable Object> all = new ArrayList<>();
                for (Piece piece : together) {
                    all.add(piece.work().run(c));
                }
                return all;
            });
            for (int i = 0; i < given.size(); i++) {
                boolean _ = together.get(i).done().complete(given.get(i));
            }
        } catch (RuntimeException | Error e) {
            // An Error too: somebody waits.
            if (together.size() > 1) {
                return false;
            }
            boolean _ = together.getFirst().done().completeExceptionally(e);
        }
        return true;
    }

    private <T extends @Nullable Object> T transact(boolean durable, Work<T> work) {
        try {
            if (durable) {
                pragma("PRAGMA synchronous=FULL");
            }
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            startAfresh(e);
            throw new StoreFailure("SQLite: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            startAfresh(e);
            throw e;
        } finally {
            if (durable) {
                relax();
            }
        }
    }

    /**
     * Takes back what was begun and begins anew. On a full disk SQLite ends a transaction by itself, of which the driver knows
     * nothing: whatever of this fails then, in the end a transaction is open and both know it.
     */
    private void startAfresh(Exception why) {
        attempt(connection::rollback, why);
        attempt(() -> connection.setAutoCommit(true), why);
        attempt(() -> connection.setAutoCommit(false), why);
    }

    private static void attempt(Attempt step, Exception why) {
        try {
            step.run();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /** A step that may fail. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws SQLException;
    }

    /** What was done is done: a failure costs later work an fsync, and nothing else. */
    private void relax() {
        try {
            pragma("PRAGMA synchronous=NORMAL");
        } catch (SQLException e) {
            startAfresh(e);
            LOG.log(System.Logger.Level.DEBUG, "SQLite goes on with synchronous=FULL", e);
        }
    }

    private void pragma(String sql) throws SQLException {
        // A pragma of this kind has no effect inside a transaction, and JDBC opens one for each statement otherwise.
        connection.setAutoCommit(true);
        try (Statement s = connection.createStatement()) {
            s.execute(sql);
        }
        connection.setAutoCommit(false);
    }

    /** Finishes what was handed in, then closes the file. */
    @Override
    public void close() {
        thread.execute(() -> {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "closing the database: " + e.getMessage());
            }
        });
        thread.close();
    }

    /** The database cannot be used. */
    public static final class StoreFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoreFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
