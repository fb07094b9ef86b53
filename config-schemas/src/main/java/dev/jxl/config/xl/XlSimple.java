package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import dev.jxl.config.XenVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The keys that are one field of libxl's configuration: a table, {@code keys.txt}. */
final class XlSimple {
    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    static {
        try (InputStream in = XlSimple.class.getResourceAsStream("keys.txt")) {
            if (in == null) {
                throw new IllegalStateException("keys.txt is not in the jar");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(XlSimple::row)
                    .forEach(row -> ROWS.put(row.key(), row));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("keys.txt cannot be read from the jar", unreadable);
        }
    }

    private XlSimple() {}

    /**
     * A key.
     *
     * @param kind as the table's head says
     * @param least what jxl takes; Long.MIN_VALUE: anything
     * @param most what jxl takes; Long.MAX_VALUE: anything
     */
    record Row(
            String key,
            String kind,
            String path,
            Set<GuestType> types,
            XenVersion since,
            XenVersion until,
            long least,
            long most) {
        Row {
            types = Set.copyOf(types);
        }

        boolean applies(GuestType type, XenVersion version) {
            return types.contains(type) && version.atLeast(since) && until.atLeast(version);
        }
    }

    static Iterable<Row> all() {
        return ROWS.values();
    }

    static Optional<Row> find(String key) {
        return Optional.ofNullable(ROWS.get(key));
    }

    private static Row row(String line) {
        List<String> words = List.of(line.split(" "));
        Set<GuestType> types = EnumSet.allOf(GuestType.class);
        String only = option(words, "types").orElse("");
        if (!only.isEmpty()) {
            types = EnumSet.noneOf(GuestType.class);
            for (String type : only.split(",", -1)) {
                types.add(GuestType.valueOf(type.toUpperCase(Locale.ROOT)));
            }
        }
        return new Row(
                words.get(0),
                words.get(1),
                words.get(2),
                types,
                option(words, "since").flatMap(XenVersion::find).orElse(XenVersion.V4_17),
                option(words, "until").flatMap(XenVersion::find).orElse(XenVersion.V4_22),
                option(words, "least").map(Long::valueOf).orElse(Long.MIN_VALUE),
                option(words, "most").map(Long::valueOf).orElse(Long.MAX_VALUE));
    }

    private static Optional<String> option(List<String> words, String name) {
        return words.stream()
                .filter(w -> w.startsWith(name + "="))
                .map(w -> w.substring(name.length() + 1))
                .findFirst();
    }

    /** Puts all simple keys of a file into its tree. */
    static void apply(XlSource in) {
        for (Row row : ROWS.values()) {
            if (in.has(row.key()) && row.applies(in.type(), in.version())) {
                in.mark(row.path(), row.key(), in.placeOf(row.key()));
                apply(in, row, row.path());
            }
        }
    }

    /** Puts one key at a path. */
    static void apply(XlSource in, Row row, String path) {
        switch (row.kind()) {
            case "text" -> in.text(row.key()).ifPresent(text -> in.tree.put(path, text));
            case "flag" -> {
                OptionalLong number = in.number(row.key());
                number.ifPresent(n -> in.tree.putFlag(path, n != 0));
            }
            case "number" -> number(in, row).ifPresent(n -> in.tree.put(path, n));
            case "mib" -> number(in, row).ifPresent(n -> in.tree.put(path, n * 1024));
            case "texts" -> texts(in, row, path);
            default -> word(in, row, path);
        }
    }

    private static OptionalLong number(XlSource in, Row row) {
        OptionalLong number = in.number(row.key());
        if (number.isPresent() && (number.getAsLong() < row.least() || number.getAsLong() > row.most())) {
            in.problems.ignored(
                    in.placeOf(row.key()),
                    row.key(),
                    "'" + number.getAsLong() + "' is not a number from " + row.least() + " to " + row.most());
        }
        return number;
    }

    private static void texts(XlSource in, Row row, String path) {
        if (!in.isList(row.key())) {
            in.problems.error(in.placeOf(row.key()), row.key(), "must be a list: " + row.key() + " = [ '…' ]");
            return;
        }
        in.tree.putTexts(
                path, in.texts(row.key()).stream().map(XlValue.Text::text).toList());
    }

    private static void word(XlSource in, Row row, String path) {
        // xl takes a list here for nothing
        boolean quiet = Set.of("gic_version", "tee", "sve").contains(row.key());
        Optional<String> text = quiet ? in.findQuietly(row.key()).map(XlValue.Text::text) : in.text(row.key());
        String type = row.kind().substring("enum:".length());
        text.ifPresent(t -> in.tree
                .findWord(type, t)
                .ifPresentOrElse(word -> in.tree.put(path, word), () -> wrongWord(in, row.key(), t, type)));
    }

    static void wrongWord(XlSource in, String key, String text, String type) {
        in.problems.error(
                in.placeOf(key),
                key,
                "'" + Quoting.cut(text) + "' is not one of " + String.join(", ", in.tree.listWords(type)));
    }
}
