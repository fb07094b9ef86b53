package dev.jxl.xld.store;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Files that are being written: noted before they are made, so that a jxld that starts again can remove the halves. */
public final class PartialFiles {
    private final Database database;

    /** On an open database. */
    public PartialFiles(Database database) {
        this.database = database;
    }

    /** A file is about to be made. Survives a power cut, as the file may. */
    public void add(Path file) {
        change(true, "INSERT OR IGNORE INTO partial_file (path) VALUES (?)", file);
    }

    /** The file is whole, or removed. Idempotent. */
    public void remove(Path file) {
        change(false, "DELETE FROM partial_file WHERE path = ?", file);
    }

    private void change(boolean durable, String sql, Path file) {
        database.run(durable, c -> {
            try (PreparedStatement s = c.prepareStatement(sql)) {
                s.setString(1, file.toString());
                s.executeUpdate();
            }
            return null;
        });
    }

    /** Those that an earlier jxld left. */
    public List<Path> list() {
        return database.run(false, c -> {
            try (PreparedStatement s = c.prepareStatement("SELECT path FROM partial_file");
                    ResultSet rows = s.executeQuery()) {
                List<Path> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(Path.of(rows.getString(1)));
                }
                return List.copyOf(all);
            }
        });
    }
}
