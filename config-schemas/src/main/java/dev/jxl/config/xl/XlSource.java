package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import dev.jxl.config.XenVersion;
import dev.jxl.config.libxl.LibxlTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The settings of a file as xl sees them, and the tree that is made of them. Where xl says something and goes on without
 * the value, that is {@link XlProblems#ignored}; where it ends, an error.
 *
 * @source tools/libs/util/libxlu_cfg.c: xlu_cfg_get_string, xlu_cfg_get_bounded_long, xlu_cfg_get_list
 */
final class XlSource {
    final LibxlTree tree;
    final XlProblems problems;
    final HostCpus host;
    private final Map<String, XlSetting> settings;
    private final Map<String, Origin> origins = new HashMap<>();
    private GuestType type = GuestType.PV;

    XlSource(Map<String, XlSetting> settings, XenVersion version, HostCpus host, XlProblems problems) {
        this.settings = settings;
        this.tree = new LibxlTree(version);
        this.host = host;
        this.problems = problems;
    }

    GuestType type() {
        return type;
    }

    void type(GuestType found) {
        type = found;
    }

    boolean hvm() {
        return type == GuestType.HVM;
    }

    XenVersion version() {
        return tree.version();
    }

    boolean since(XenVersion first) {
        return version().atLeast(first);
    }

    boolean has(String key) {
        return settings.containsKey(key);
    }

    Iterable<XlSetting> all() {
        return settings.values();
    }

    XlPlace placeOf(String key) {
        XlSetting setting = settings.get(key);
        return setting == null ? XlPlace.NOWHERE : setting.value().place();
    }

    boolean isList(String key) {
        XlSetting setting = settings.get(key);
        return setting != null && setting.value() instanceof XlValue.Items;
    }

    /** A single value; of a list xl says that it is one. */
    Optional<XlValue.Text> find(String key) {
        if (isList(key)) {
            problems.ignored(placeOf(key), key, "is a list but must be a single value");
        }
        return findQuietly(key);
    }

    /** A single value; a list is as if not there. */
    Optional<XlValue.Text> findQuietly(String key) {
        XlSetting setting = settings.get(key);
        return setting != null && setting.value() instanceof XlValue.Text text ? Optional.of(text) : Optional.empty();
    }

    Optional<String> text(String key) {
        return find(key).map(XlValue.Text::text);
    }

    /** A number; xl says of anything else that it is none. */
    OptionalLong number(String key) {
        Optional<XlValue.Text> text = find(key);
        OptionalLong number = numberQuietly(key);
        if (text.isPresent() && number.isEmpty()) {
            boolean added = isAdded(key);
            problems.ignored(
                    text.get().place(),
                    key,
                    added
                            ? "'+=' is not possible with numbers"
                            : "'" + Quoting.cut(text.get().text()) + "' is not a number");
        }
        return number;
    }

    /** A number; anything else is as if not there. */
    OptionalLong numberQuietly(String key) {
        Optional<XlValue.Text> text = findQuietly(key);
        if (text.isEmpty() || isAdded(key)) {
            return OptionalLong.empty();
        }
        String digits = text.get().text();
        CNumber number = CNumber.signed(digits, 0, 0);
        return number.fits() && number.found(0) && number.end() == digits.length()
                ? OptionalLong.of(number.value())
                : OptionalLong.empty();
    }

    private boolean isAdded(String key) {
        XlSetting setting = settings.get(key);
        return setting != null && setting.added();
    }

    /** A list; xl says of a single value that it is none. */
    Optional<XlValue.Items> list(String key) {
        if (has(key) && !isList(key)) {
            problems.ignored(placeOf(key), key, "is a single value but must be a list: " + key + " = [ '…' ]");
        }
        return listQuietly(key);
    }

    Optional<XlValue.Items> listQuietly(String key) {
        XlSetting setting = settings.get(key);
        return setting != null && setting.value() instanceof XlValue.Items items
                ? Optional.of(items)
                : Optional.empty();
    }

    /** The texts of a list up to the first entry that is a list: there xl stops reading. */
    List<XlValue.Text> texts(String key) {
        List<XlValue.Text> texts = new ArrayList<>();
        for (XlValue item : list(key).map(XlValue.Items::items).orElse(List.of())) {
            if (!(item instanceof XlValue.Text text)) {
                problems.ignored(
                        item.place(), key, "is a list in the list; each entry must be a text in quotes: xl stops here");
                break;
            }
            texts.add(text);
        }
        return texts;
    }

    /** The texts of a list in which xl takes nothing else; empty when there was something else, which has been told. */
    Optional<List<XlValue.Text>> allTexts(String key, boolean quietly) {
        Optional<XlValue.Items> list = quietly ? listQuietly(key) : list(key);
        List<XlValue.Text> texts = new ArrayList<>();
        for (XlValue item : list.map(XlValue.Items::items).orElse(List.of())) {
            if (item instanceof XlValue.Text text) {
                texts.add(text);
            } else {
                problems.error(item.place(), key, "is a list in the list; each entry must be a text in quotes");
                return Optional.empty();
            }
        }
        return list.map(l -> texts);
    }

    /** Notes where the value at a path of the tree comes from. */
    void mark(String path, String key, XlPlace place) {
        origins.put(path, new Origin(key, place));
    }

    /** The place of a path, or of what it is in. */
    Optional<Origin> origin(String path) {
        for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
            Origin origin = origins.get(at);
            if (origin != null) {
                return Optional.of(origin);
            }
        }
        return Optional.empty();
    }

    /** Where a value comes from. */
    record Origin(String key, XlPlace place) {}
}
