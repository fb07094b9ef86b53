package dev.jxl.config.xl;

import dev.jxl.config.DomainUuid;
import dev.jxl.config.XenVersion;
import dev.jxl.config.xl.Tokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Paravirtual devices and USB: lists of texts with key=value, separated by commas.
 *
 * @source tools/xl/xl_parse.c: parse_config_data, parse_vkb_config, parse_usbctrl_config, parse_usbdev_config,
 *     parse_vdispl_config, parse_virtio_config
 */
final class XlDevices {
    private static final Map<String, String> VKB_NUMBERS = Map.ofEntries(
            Map.entry("feature-disable-keyboard", "feature_disable_keyboard"),
            Map.entry("feature-disable-pointer", "feature_disable_pointer"),
            Map.entry("feature-abs-pointer", "feature_abs_pointer"),
            Map.entry("feature-raw-pointer", "feature_raw_pointer"),
            Map.entry("feature-multi-touch", "feature_multi_touch"),
            Map.entry("multi-touch-width", "multi_touch_width"),
            Map.entry("multi-touch-height", "multi_touch_height"),
            Map.entry("multi-touch-num-contacts", "multi_touch_num_contacts"),
            Map.entry("width", "width"),
            Map.entry("height", "height"));

    private final XlSource in;

    XlDevices(XlSource in) {
        this.in = in;
    }

    void read() {
        vtpms();
        vdispls();
        pvcalls();
        usbControllers();
        usbDevices();
    }

    private void wrong(String key, XlPlace place, String text, String why) {
        in.problems.error(place, key, "'" + Quoting.cut(text) + "' " + why);
    }

    private String add(String list, String key, XlValue.Text entry, int devid) {
        String path = in.tree.add(list);
        in.mark(path, key, entry.place());
        if (devid >= 0) {
            in.tree.put(path + "/devid", devid);
        }
        return path + "/";
    }

    private void vtpms() {
        int index = 0;
        for (XlValue.Text entry : in.texts("vtpm")) {
            String path = add("vtpms", "vtpm", entry, index++);
            for (Token token : upToFirstWithoutEquals(entry)) {
                String key = token.text().substring(0, token.text().indexOf('='));
                String value = token.text().substring(key.length() + 1);
                switch (key) {
                    case "backend" -> in.tree.put(path + "backend_domname", value);
                    case "uuid" -> uuid(path, value, token);
                    default -> wrong("vtpm", token.place(), token.text(), "is neither backend= nor uuid=");
                }
            }
            if (!in.tree.has(path + "backend_domname")) {
                wrong("vtpm", entry.place(), entry.text(), "needs backend=, the domain that serves it");
            }
        }
    }

    private void uuid(String path, String value, Token token) {
        try {
            DomainUuid uuid = DomainUuid.parse(value);
            if (uuid.value().getMostSignificantBits() != 0 || uuid.value().getLeastSignificantBits() != 0) {
                in.tree.put(path + "uuid", uuid.toString());
            } else {
                in.tree.remove(path + "uuid");
            }
        } catch (IllegalArgumentException notOne) {
            wrong("vtpm", token.place(), value, "is not a UUID");
        }
    }

    /** Where xl meets a part without '=' it reads no further. */
    private static List<Token> upToFirstWithoutEquals(XlValue.Text entry) {
        return Tokens.split(entry, ',').stream()
                .takeWhile(token -> token.text().indexOf('=') >= 0)
                .toList();
    }

    private void vdispls() {
        int index = 0;
        for (XlValue.Text entry : in.texts("vdispl")) {
            String path = add("vdispls", "vdispl", entry, index++);
            for (Token token : Tokens.split(entry, ',')) {
                if (token.value("backend").isPresent()) {
                    in.tree.put(path + "backend_domname", token.value("backend").get());
                } else if (token.value("be-alloc").isPresent()) {
                    in.tree.put(
                            path + "be_alloc", number(token.value("be-alloc").get()));
                } else if (token.value("connectors").isPresent()) {
                    connectors(path, token.value("connectors").get(), token);
                } else {
                    wrong("vdispl", token.place(), token.text(), "is not backend=, be-alloc= or connectors=");
                }
            }
            if (in.tree.get(path + "connectors").isEmpty()) {
                wrong("vdispl", entry.place(), entry.text(), "needs connectors=ID:WIDTHxHEIGHT");
            }
        }
    }

    private void connectors(String path, String value, Token token) {
        List<String> parts = Tokens.words(value, ";");
        in.tree.remove(path + "connectors");
        parts.forEach(part -> in.tree.add(path + "connectors"));
        if (parts.isEmpty()) {
            wrong("vdispl", token.place(), value, "is no list of connectors");
        }
        for (int i = 0; i < parts.size(); i++) {
            Optional<Tokens.Pair> pair = Tokens.pair(parts.get(i), ':', false, in.version());
            CNumber width = CNumber.unsigned(pair.map(Tokens.Pair::value).orElse(""), 0, 10);
            String size = pair.map(Tokens.Pair::value).orElse("");
            int cross = width.end();
            boolean more = width.found(0) && cross < size.length() && size.charAt(cross) == 'x';
            CNumber height = more ? CNumber.unsigned(size, cross + 1, 10) : width;
            boolean both = more && height.found(cross + 1);
            String at = path + "connectors/" + i + "/";
            pair.ifPresent(p -> in.tree.put(at + "unique_id", p.key()));
            if (width.found(0)) {
                in.tree.put(at + "width", width.value());
            }
            if (both) {
                in.tree.put(at + "height", height.value());
            } else {
                notAConnector(pair.isEmpty() || width.found(0) || size.isBlank(), parts.get(i), token);
                return;
            }
        }
    }

    /** xl takes a size without any number for right, and those after it are not read. */
    private void notAConnector(boolean refused, String part, Token token) {
        String message = "'" + Quoting.cut(part) + "' is not a connector: ID:WIDTHxHEIGHT";
        if (refused) {
            in.problems.error(token.place(), "vdispl", message);
        } else {
            in.problems.ignored(token.place(), "vdispl", message);
        }
    }

    private static long number(String text) {
        return CNumber.unsigned(text, 0, 0).value();
    }

    private void pvcalls() {
        int index = 0;
        for (XlValue.Text entry : in.texts("pvcalls")) {
            String path = add("pvcallsifs", "pvcalls", entry, index++);
            for (Token token : upToFirstWithoutEquals(entry)) {
                token.value("backend")
                        .ifPresentOrElse(
                                backend -> in.tree.put(path + "backend_domname", backend),
                                () -> wrong("pvcalls", token.place(), token.text(), "is not backend="));
            }
        }
    }

    private void usbControllers() {
        int index = 0;
        for (XlValue.Text entry : in.texts("usbctrl")) {
            String path = add("usbctrls", "usbctrl", entry, index++);
            for (Token token : Tokens.split(entry, ',')) {
                if (token.value("type").isPresent()) {
                    word("usbctrl", token, "usbctrl_type", path + "type");
                } else if (token.value("version").isPresent()) {
                    in.tree.put(
                            path + "version",
                            CNumber.integer(token.value("version").get()));
                } else if (token.value("ports").isPresent()) {
                    in.tree.put(
                            path + "ports", CNumber.integer(token.value("ports").get()));
                } else {
                    wrong("usbctrl", token.place(), token.text(), "is not type=, version= or ports=");
                }
            }
        }
    }

    private void word(String key, Token token, String type, String path) {
        String text = token.text().substring(token.text().indexOf('=') + 1);
        in.tree
                .findWord(type, text)
                .ifPresentOrElse(
                        word -> in.tree.put(path, word),
                        () -> wrong(
                                key,
                                token.place(),
                                text,
                                "is not one of " + String.join(", ", in.tree.listWords(type))));
    }

    private void usbDevices() {
        for (XlValue.Text entry : in.texts("usbdev")) {
            String path = add("usbdevs", "usbdev", entry, -1);
            for (Token token : Tokens.split(entry, ',')) {
                if (token.value("type").isPresent()) {
                    word("usbdev", token, "usbdev_type", path + "type");
                } else if (token.value("hostbus").isPresent()) {
                    in.tree.put(
                            path + "type.hostdev/hostbus",
                            number(token.value("hostbus").get()));
                } else if (token.value("hostaddr").isPresent()) {
                    in.tree.put(
                            path + "type.hostdev/hostaddr",
                            number(token.value("hostaddr").get()));
                } else if (token.value("controller").isPresent()) {
                    in.tree.put(
                            path + "ctrl",
                            CNumber.integer(token.value("controller").get()));
                } else if (token.value("port").isPresent()) {
                    in.tree.put(
                            path + "port", CNumber.integer(token.value("port").get()));
                } else {
                    wrong(
                            "usbdev",
                            token.place(),
                            token.text(),
                            "is not type=, hostbus=, hostaddr=, controller= or port=");
                }
            }
        }
    }

    /** Keyboards; those that came with framebuffers are before them. */
    void vkbs() {
        for (XlValue.Text entry : in.texts("vkb")) {
            String path = add("vkbs", "vkb", entry, in.tree.get("vkbs").size());
            Tokens.split(entry, ',').forEach(token -> vkb(path, token));
            if (!in.tree.has(path + "backend_type")) {
                wrong("vkb", entry.place(), entry.text(), "needs backend-type=qemu or backend-type=linux");
            }
            boolean touch = isSet(path + "multi_touch_height")
                    || isSet(path + "multi_touch_width")
                    || isSet(path + "multi_touch_num_contacts");
            if (touch) {
                in.tree.put(path + "feature_multi_touch", 1);
            } else if (isSet(path + "feature_multi_touch")) {
                wrong(
                        "vkb",
                        entry.place(),
                        entry.text(),
                        "is a touch screen without multi-touch-width, -height, -num-contacts");
            }
        }
    }

    private boolean isSet(String path) {
        return in.tree.get(path).longValue() != 0;
    }

    private void vkb(String path, Token token) {
        int equals = token.text().indexOf('=');
        String key = equals < 0 ? "" : token.text().substring(0, equals);
        String value = token.text().substring(equals + 1);
        if (key.equals("backend")) {
            in.tree.put(path + "backend_domname", value);
        } else if (key.equals("unique-id")) {
            in.tree.put(path + "unique_id", value);
        } else if (key.equals("backend-type")) {
            word("vkb", token, "vkb_backend", path + "backend_type");
            if (in.tree.get(path + "backend_type").asText("").equals("unknown")) {
                in.tree.remove(path + "backend_type");
            }
        } else if (VKB_NUMBERS.containsKey(key)) {
            long number = number(value);
            boolean flag = key.startsWith("feature-");
            in.tree.put(path + VKB_NUMBERS.get(key), flag ? (number != 0 ? 1 : 0) : number & 0xFFFF_FFFFL);
        } else {
            wrong("vkb", token.place(), token.text(), "is not a parameter of a keyboard");
        }
    }

    /** Virtio devices that are no disks. */
    void virtios() {
        if (!in.since(XenVersion.V4_18)) {
            return;
        }
        int index = 0;
        for (XlValue.Text entry : in.texts("virtio")) {
            String path = add("virtios", "virtio", entry, index++);
            List<Token> tokens = Tokens.split(entry, ',', true);
            for (int i = 0; i < tokens.size(); i++) {
                Token token = tokens.get(i);
                // the type itself has a comma: virtio,device22
                if (token.text().startsWith("type=virtio")) {
                    i++;
                    if (i == tokens.size()) {
                        wrong("virtio", token.place(), token.text(), "must have a comma in it: type=virtio,device22");
                        break;
                    }
                    String rest = unskipped(entry, tokens.get(i));
                    token = new Token(token.text() + "," + rest, token.place(), token.at());
                }
                virtio(path, token);
            }
        }
    }

    /** A token with the spaces before it. */
    private static String unskipped(XlValue.Text entry, Token token) {
        int from = token.at();
        while (from > 0 && entry.text().charAt(from - 1) == ' ') {
            from--;
        }
        return entry.text().substring(from, token.at()) + token.text();
    }

    private void virtio(String path, Token token) {
        if (token.value("backend").isPresent()) {
            in.tree.put(path + "backend_domname", token.value("backend").get());
        } else if (token.value("type").isPresent()) {
            in.tree.put(path + "type", token.value("type").get());
        } else if (token.value("transport").isPresent()) {
            word("virtio", token, "virtio_transport", path + "transport");
        } else if (token.value("grant_usage").isPresent()) {
            in.tree.putFlag(
                    path + "grant_usage", number(token.value("grant_usage").get()) != 0);
        } else {
            wrong("virtio", token.place(), token.text(), "is not backend=, type=, transport= or grant_usage=");
        }
    }
}
