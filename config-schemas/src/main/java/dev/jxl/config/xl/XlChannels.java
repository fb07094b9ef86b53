package dev.jxl.config.xl;

import dev.jxl.config.XenVersion;
import dev.jxl.config.xl.Tokens.Pair;
import dev.jxl.config.xl.Tokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Named consoles, shared folders, framebuffers.
 *
 * @source tools/xl/xl_parse.c: parse_config_data
 */
final class XlChannels {
    private static final Map<String, String> P9_TEXTS =
            Map.of("security_model", "security_model", "path", "path", "tag", "tag", "backend", "backend_domname");
    private static final Map<String, String> P9_NUMBERS =
            Map.of("max-files", "max_files", "max-open-files", "max_open_files", "max-space", "max_space");
    private static final Map<String, String> VFB_TEXTS = Map.of(
            "vnclisten", "vnc/listen",
            "vncpasswd", "vnc/passwd",
            "keymap", "keymap",
            "display", "sdl/display",
            "xauthority", "sdl/xauthority");
    private static final Map<String, String> VFB_FLAGS =
            Map.of("vnc", "vnc/enable", "vncunused", "vnc/findunused", "sdl", "sdl/enable", "opengl", "sdl/opengl");

    private final XlSource in;

    XlChannels(XlSource in) {
        this.in = in;
    }

    void p9s() {
        for (XlValue.Text entry : in.texts("p9")) {
            String path = in.tree.add("p9s") + "/";
            in.mark(path.substring(0, path.length() - 1), "p9", entry.place());
            if (in.since(XenVersion.V4_19)) {
                pairs(entry, "p9").forEach(pair -> p9(path, pair, entry));
                defaultPath(path);
            } else {
                oldP9(path, entry);
            }
        }
    }

    /** All parts as pairs; a part that is none, or no part at all, is refused. */
    private List<Pair> pairs(XlValue.Text entry, String key) {
        List<String> parts = Tokens.words(entry.text(), ",");
        List<Optional<Pair>> pairs = parts.stream()
                .map(part -> Tokens.pair(part, '=', true, in.version()))
                .toList();
        if (parts.isEmpty() || pairs.stream().anyMatch(Optional::isEmpty)) {
            in.problems.error(
                    entry.place(), key, "'" + Quoting.cut(entry.text()) + "' is not a list of KEY=VALUE with commas");
            return List.of();
        }
        return pairs.stream().flatMap(Optional::stream).toList();
    }

    private void p9(String path, Pair pair, XlValue.Text entry) {
        String key = pair.key();
        String value = pair.value();
        if (P9_TEXTS.containsKey(key)) {
            in.tree.put(path + P9_TEXTS.get(key), value);
        } else if (P9_NUMBERS.containsKey(key)) {
            CNumber number = CNumber.unsigned(value, 0, 10);
            if (!number.found(0) || number.value() == -1) {
                in.problems.error(entry.place(), "p9", key + " '" + Quoting.cut(value) + "' is not a number");
            }
            in.tree.put(path + P9_NUMBERS.get(key), number.value());
        } else if (key.equals("auto-delete")) {
            in.tree.put(path + "auto_delete", CNumber.unsigned(value, 0, 0).value());
        } else if (key.equals("type") && in.tree.findWord("p9_type", value).isPresent()) {
            in.tree.put(path + "type", in.tree.findWord("p9_type", value).get());
        } else {
            in.problems.error(entry.place(), "p9", "'" + Quoting.cut(key + "=" + value) + "' is not known");
        }
    }

    private void defaultPath(String path) {
        boolean own = in.tree.get(path + "type").asText("").equals("xen_9pfsd");
        if (own && !in.tree.has(path + "path")) {
            in.tree.put(
                    path + "path",
                    "/var/log/xen/guests/" + in.tree.get("c_info/name").asText(""));
        }
    }

    private void oldP9(String path, XlValue.Text entry) {
        for (Token token : Tokens.split(entry, ',')) {
            int equals = token.text().indexOf('=');
            if (equals < 0) {
                break;
            }
            String key = token.text().substring(0, equals);
            if (!P9_TEXTS.containsKey(key)) {
                in.problems.error(token.place(), "p9", "'" + Quoting.cut(key) + "' is not known");
            } else {
                in.tree.put(path + P9_TEXTS.get(key), token.text().substring(equals + 1));
            }
        }
        for (String needed : Set.of("path", "security_model", "tag")) {
            if (!in.tree.has(path + needed)) {
                in.problems.error(entry.place(), "p9", "needs " + needed + "=");
            }
        }
    }

    void channels() {
        int index = 0;
        for (XlValue.Text entry : in.texts("channel")) {
            String path = in.tree.add("channels");
            in.mark(path, "channel", entry.place());
            if (!in.since(XenVersion.V4_18)) {
                in.tree.put(path + "/devid", index++);
            }
            channel(path + "/", entry);
        }
    }

    private void channel(String path, XlValue.Text entry) {
        Optional<String> socket = Optional.empty();
        for (Pair pair : pairs(entry, "channel")) {
            switch (pair.key()) {
                case "backend" -> in.tree.put(path + "backend_domname", pair.value());
                case "name" -> in.tree.put(path + "name", pair.value());
                case "path" -> socket = Optional.of(pair.value());
                case "connection" -> in.tree.put(path + "connection", pair.value());
                default ->
                    in.problems.warning(
                            entry.place(),
                            "channel",
                            "'" + Quoting.cut(pair.key()) + "' is not known; ignored, as xl does");
            }
        }
        String connection = in.tree.get(path + "connection").asText("");
        if (connection.equals("socket") && socket.isPresent()) {
            in.tree.put(path + "connection.socket/path", socket.get());
        } else if (!connection.equals("pty")) {
            in.problems.error(
                    entry.place(), "channel", "needs connection=pty, or connection=socket with path=/the/socket");
        }
    }

    /** Framebuffers; each brings a keyboard. */
    void vfbs() {
        for (XlValue.Text entry : in.texts("vfb")) {
            String path = addVfb(entry.place(), "vfb");
            for (Token token : Tokens.split(entry, ',')) {
                int equals = token.text().indexOf('=');
                if (equals < 0) {
                    in.problems.ignored(
                            token.place(),
                            "vfb",
                            "'" + Quoting.cut(token.text()) + "' has no '=': xl reads no further");
                    break;
                }
                vfb(path, token, token.text().substring(0, equals), token.text().substring(equals + 1));
            }
        }
    }

    private String addVfb(XlPlace place, String key) {
        String path = in.tree.add("vfbs");
        in.mark(path, key, place);
        in.tree.put(path + "/devid", in.tree.get("vfbs").size() - 1);
        in.tree.put(in.tree.add("vkbs") + "/devid", in.tree.get("vkbs").size() - 1);
        return path + "/";
    }

    private void vfb(String path, Token token, String key, String value) {
        if (VFB_TEXTS.containsKey(key)) {
            in.tree.put(path + VFB_TEXTS.get(key), value);
        } else if (VFB_FLAGS.containsKey(key)) {
            in.tree.putFlag(path + VFB_FLAGS.get(key), CNumber.integer(value) != 0);
        } else if (key.equals("vncdisplay")) {
            in.tree.put(path + "vnc/display", CNumber.integer(value));
        } else {
            in.problems.warning(token.place(), "vfb", "'" + Quoting.cut(key) + "' is not known; ignored, as xl does");
        }
    }

    /** The screen's keys of HVM make a framebuffer for PV when there is none. */
    void vfbOfTopLevel() {
        if (in.tree.has("vfbs") || in.number("vnc").orElse(0) == 0) {
            return;
        }
        String path = addVfb(in.placeOf("vnc"), "vnc");
        for (XlSimple.Row row : XlSimple.all()) {
            for (String part : List.of("vnc/", "sdl/", "keymap")) {
                String prefix = "b_info/type.hvm/" + part;
                if (row.path().startsWith(prefix) && in.has(row.key())) {
                    XlSimple.apply(in, row, path + part + row.path().substring(prefix.length()));
                }
            }
        }
    }
}
