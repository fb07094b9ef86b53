package dev.jxl.xld.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which requests have been accepted under which key: written together with the operation that each started, so that whoever
 * asks again finds that operation, also after a restart of jxld. Kept for a day, the newest thousand.
 */
public final class RequestKeys {
    private static final Duration KEPT = Duration.ofDays(1);
    private static final int MOST = 1000;
    private final Database database;

    /** On an open database. */
    public RequestKeys(Database database) {
        this.database = database;
    }

    /**
     * A request that carries a key.
     *
     * @param key chosen by whoever asks
     * @param fingerprint of the request
     */
    public record KeyedRequest(String key, String fingerprint) {
        /** By the request's whole text. */
        public static KeyedRequest of(String key, String request) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
                return new KeyedRequest(key, HexFormat.of().formatHex(hash));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has SHA-256", e);
            }
        }
    }

    /**
     * A request that was accepted.
     *
     * @param fingerprint of the request
     * @param operation the id of the operation that it started
     */
    public record Seen(String fingerprint, String operation) {}

    /** What the key stands for. */
    public Optional<Seen> find(String key, Instant now) {
        return database.run(false, c -> {
            try (PreparedStatement s =
                    c.prepareStatement("SELECT request, operation FROM request_key WHERE key = ? AND at > ?")) {
                s.setString(1, key);
                s.setLong(2, now.minus(KEPT).toEpochMilli());
                try (ResultSet rows = s.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new Seen(rows.getString("request"), rows.getString("operation")))
                            : Optional.empty();
                }
            }
        });
    }

    /** Writes a key down, in the transaction in which its operation is accepted. */
    static void insert(Connection c, KeyedRequest keyed, String operation, Instant now) throws SQLException {
        try (PreparedStatement s = c.prepareStatement("DELETE FROM request_key WHERE at <= ? OR key NOT IN"
                + " (SELECT key FROM request_key ORDER BY at DESC LIMIT " + (MOST - 1) + ")")) {
            s.setLong(1, now.minus(KEPT).toEpochMilli());
            s.executeUpdate();
        }
        try (PreparedStatement s = c.prepareStatement(
                "INSERT OR REPLACE INTO request_key (key, request, operation, at) VALUES (?,?,?,?)")) {
            s.setString(1, keyed.key());
            s.setString(2, keyed.fingerprint());
            s.setString(3, operation);
            s.setLong(4, now.toEpochMilli());
            s.executeUpdate();
        }
    }
}
