package dev.jxl.config.libxl;

import dev.jxl.config.XenVersion;
import dev.jxl.config.libxl.LibxlType.Kind;
import dev.jxl.config.libxl.LibxlType.Member;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of libxl's types. */
final class LibxlTypes {
    private static final Map<String, LibxlType> TYPES = new HashMap<>();

    static {
        List<String> block = new ArrayList<>();
        for (String line : lines("types.txt")) {
            if (line.isEmpty()) {
                addType(block);
                block.clear();
            } else {
                block.add(line);
            }
        }
        addType(block);
    }

    private LibxlTypes() {}

    /** A data file's lines without its comments. */
    static List<String> lines(String resource) {
        try (InputStream in = LibxlTypes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(resource + " cannot be read from the jar", unreadable);
        }
    }

    static Optional<LibxlType> find(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }

    static LibxlType require(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("libxl has no type " + name));
    }

    private static void addType(List<String> block) {
        if (block.isEmpty()) {
            return;
        }
        List<String> head = List.of(block.getFirst().split(" "));
        List<Member> members = new ArrayList<>();
        for (String line : block.subList(1, block.size())) {
            List<String> words = List.of(line.strip().split(" "));
            members.add(new Member(words.get(0), words.get(1), option(words, "init"), since(words), until(words)));
        }
        TYPES.put(
                head.get(1),
                new LibxlType(
                        Kind.valueOf(head.get(0).toUpperCase(java.util.Locale.ROOT)),
                        head.get(1),
                        Long.parseLong(option(head, "init").orElse("0")),
                        option(head, "by").orElse(""),
                        members));
    }

    /** The first version that has what a line of data tells. */
    static XenVersion since(List<String> words) {
        return option(words, "since").flatMap(XenVersion::find).orElse(XenVersion.V4_17);
    }

    /** The last version that has what a line of data tells. */
    static XenVersion until(List<String> words) {
        return option(words, "until").flatMap(XenVersion::find).orElse(XenVersion.V4_22);
    }

    private static Optional<String> option(List<String> words, String name) {
        return words.stream()
                .filter(w -> w.startsWith(name + "="))
                .map(w -> w.substring(name.length() + 1))
                .findFirst();
    }
}
