package dev.jxl.xld.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.store.RequestKeys.KeyedRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Operations on disk: written before their first effect, at each step, and at their end. */
public final class Journal {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEPT_OPERATIONS = 1000;

    private final Database database;

    /** On an open database. */
    public Journal(Database database) {
        this.database = database;
    }

    /** Writes an operation's intent, and returns when it is on disk for good. */
    public void accepted(OperationView operation) {
        accepted(operation, Optional.empty());
    }

    /** Writes an operation's intent together with the key of the request that it comes from. */
    public void accepted(OperationView operation, Optional<KeyedRequest> request) {
        database.run(true, c -> {
            try (PreparedStatement s = c.prepareStatement(
                    "INSERT INTO operation (id, kind, uuid, name, domid, status, step, steps_done, steps_total,"
                            + " started, ended, warnings, failure) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
                bind(s, operation);
                s.executeUpdate();
            }
            if (request.isPresent()) {
                RequestKeys.insert(c, request.get(), operation.id(), operation.started());
            }
            try (PreparedStatement s = c.prepareStatement("DELETE FROM operation WHERE status <> 'RUNNING' AND id NOT"
                    + " IN (SELECT operation FROM request_key) AND id NOT IN (SELECT id FROM operation ORDER BY started"
                    + " DESC, rowid DESC LIMIT "
                    + KEPT_OPERATIONS
                    + ")")) {
                s.executeUpdate();
            }
            return null;
        });
    }

    /** Writes where an operation stands, in order with what follows, without waiting: what a step did can be observed. */
    public void progressed(OperationView operation) {
        database.later(c -> {
            update(c, operation);
            return null;
        });
    }

    /** The same, and returns when it would survive the end of jxld: for what cannot be observed afterwards. */
    public void reached(OperationView operation) {
        database.run(false, c -> {
            update(c, operation);
            return null;
        });
    }

    /** Writes an operation's end. */
    public void ended(OperationView operation) {
        database.run(false, c -> {
            update(c, operation);
            return null;
        });
    }

    private static void update(Connection c, OperationView operation) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(
                "UPDATE operation SET domid=?, status=?, step=?, steps_done=?, steps_total=?, ended=?, warnings=?,"
                        + " failure=? WHERE id=?")) {
            if (operation.domid().isPresent()) {
                s.setInt(1, operation.domid().get());
            } else {
                s.setNull(1, Types.INTEGER);
            }
            s.setString(2, operation.status().name());
            s.setString(3, operation.step());
            s.setInt(4, operation.stepsDone());
            s.setInt(5, operation.stepsTotal());
            if (operation.ended().isPresent()) {
                s.setLong(6, operation.ended().get().toEpochMilli());
            } else {
                s.setNull(6, Types.INTEGER);
            }
            s.setString(7, problems(operation.warnings()));
            s.setString(8, failure(operation.failure()));
            s.setString(9, operation.id());
            s.executeUpdate();
        }
    }

    /** Operations that had not ended when jxld did, oldest first. */
    public List<OperationView> listOpen() {
        return database.run(false, c -> {
            try (PreparedStatement s =
                    c.prepareStatement("SELECT * FROM operation WHERE status = 'RUNNING' ORDER BY started, rowid")) {
                return read(s.executeQuery());
            }
        });
    }

    /** The newest operations, newest first. */
    public List<OperationView> listNewest(int limit) {
        return database.run(false, c -> {
            try (PreparedStatement s =
                    c.prepareStatement("SELECT * FROM operation ORDER BY started DESC, rowid DESC LIMIT ?")) {
                s.setInt(1, limit);
                return read(s.executeQuery());
            }
        });
    }

    /** One operation. */
    public Optional<OperationView> find(String id) {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT * FROM operation WHERE id = ?")) {
                s.setString(1, id);
                return read(s.executeQuery()).stream().findFirst();
            }
        });
    }

    private static void bind(PreparedStatement s, OperationView o) throws SQLException {
        s.setString(1, o.id());
        s.setString(2, o.kind());
        s.setString(3, o.domainUuid());
        s.setString(4, o.domainName());
        if (o.domid().isPresent()) {
            s.setInt(5, o.domid().get());
        } else {
            s.setNull(5, Types.INTEGER);
        }
        s.setString(6, o.status().name());
        s.setString(7, o.step());
        s.setInt(8, o.stepsDone());
        s.setInt(9, o.stepsTotal());
        s.setLong(10, o.started().toEpochMilli());
        s.setNull(11, Types.INTEGER);
        s.setString(12, problems(o.warnings()));
        s.setNull(13, Types.VARCHAR);
    }

    private static List<OperationView> read(ResultSet rows) throws SQLException {
        List<OperationView> out = new ArrayList<>();
        while (rows.next()) {
            int domid = rows.getInt("domid");
            Optional<Integer> id = rows.wasNull() ? Optional.empty() : Optional.of(domid);
            long ended = rows.getLong("ended");
            Optional<Instant> end = rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended));
            out.add(new OperationView(
                    rows.getString("id"),
                    rows.getString("kind"),
                    rows.getString("name"),
                    rows.getString("uuid"),
                    id,
                    OperationView.Status.valueOf(rows.getString("status")),
                    rows.getString("step"),
                    rows.getInt("steps_done"),
                    rows.getInt("steps_total"),
                    Instant.ofEpochMilli(rows.getLong("started")),
                    end,
                    readProblems(rows.getString("warnings")),
                    readFailure(rows.getString("failure"))));
        }
        return List.copyOf(out);
    }

    private static String problems(List<SpecProblem> problems) {
        ArrayNode array = JSON.createArrayNode();
        for (SpecProblem p : problems) {
            array.addObject()
                    .put("severity", p.severity().name())
                    .put("line", p.line())
                    .put("column", p.column())
                    .put("field", p.field())
                    .put("message", p.message());
        }
        return array.toString();
    }

    private static List<SpecProblem> readProblems(String json) {
        try {
            List<SpecProblem> out = new ArrayList<>();
            for (var n : JSON.readTree(json)) {
                out.add(new SpecProblem(
                        SpecProblem.Severity.valueOf(n.path("severity").asText()),
                        n.path("line").asInt(),
                        n.path("column").asInt(),
                        n.path("field").asText(),
                        n.path("message").asText()));
            }
            return List.copyOf(out);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jxld's own JSON cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static @Nullable String failure(Optional<OperationView.Failure> failure) {
        if (failure.isEmpty()) {
            return null;
        }
        ObjectNode node = JSON.createObjectNode();
        node.put("code", failure.get().code());
        node.put("step", failure.get().step());
        node.put("message", failure.get().message());
        return node.toString();
    }

    private static Optional<OperationView.Failure> readFailure(@Nullable String json) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            var n = JSON.readTree(json);
            return Optional.of(new OperationView.Failure(
                    n.path("code").asText(),
                    n.path("step").asText(),
                    n.path("message").asText()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jxld's own JSON cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
