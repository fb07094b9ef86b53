package dev.jxl.config.xl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings by key, with the kind of value that is wanted. A wrong kind is a problem, and then as if not there. */
final class XlSettings {
    private final Map<String, XlSetting> settings;
    private final XlProblems problems;

    XlSettings(Map<String, XlSetting> settings, XlProblems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    Optional<XlSetting> find(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    boolean has(String key) {
        return settings.containsKey(key);
    }

    /** Whether it is a single value. */
    boolean isText(String key) {
        return find(key).filter(s -> s.value() instanceof XlValue.Text).isPresent();
    }

    Iterable<XlSetting> all() {
        return settings.values();
    }

    /** Where a key's value stands; nowhere when the key is not set. */
    XlPlace placeOf(String key) {
        return find(key).map(s -> s.value().place()).orElse(XlPlace.NOWHERE);
    }

    void error(String key, String message) {
        problems.error(placeOf(key), key, message);
    }

    void warning(String key, String message) {
        problems.warning(placeOf(key), key, message);
    }

    /** A single value, as text. */
    Optional<XlValue.Text> findText(String key) {
        XlSetting setting = settings.get(key);
        if (setting == null) {
            return Optional.empty();
        }
        if (setting.value() instanceof XlValue.Text text) {
            return Optional.of(text);
        }
        error(key, "is a list but must be a single value");
        return Optional.empty();
    }

    /** A single value that is not empty. */
    Optional<String> findName(String key) {
        Optional<String> text = findText(key).map(XlValue.Text::text);
        if (text.isPresent() && text.get().isEmpty()) {
            error(key, "is empty");
            return Optional.empty();
        }
        return text;
    }

    /**
     * A number.
     *
     * @source libxlu_cfg.c: xlu_cfg_get_bounded_long; xl only warns of a bad number and goes on without it
     */
    OptionalLong findNumber(String key, long least, long most) {
        Optional<XlValue.Text> text = findText(key);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (find(key).filter(XlSetting::added).isPresent()) {
            error(key, "'+=' is not possible with numbers");
            return OptionalLong.empty();
        }
        OptionalLong number = XlNumber.parse(text.get().text());
        if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most) {
            error(key, "'" + Quoting.cut(text.get().text()) + "' is not a number from " + least + " to " + most);
            return OptionalLong.empty();
        }
        return number;
    }

    /** 0 or 1; any other number counts as 1, as with xl. */
    Optional<Boolean> findFlag(String key) {
        Optional<XlValue.Text> text = findText(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong number = XlNumber.parse(text.get().text());
        boolean added = find(key).filter(XlSetting::added).isPresent();
        if (number.isEmpty() || added) {
            error(key, "'" + Quoting.cut(text.get().text()) + "' is neither 0 (no) nor 1 (yes)");
            return Optional.empty();
        }
        return Optional.of(number.getAsLong() != 0);
    }

    /** A list of single values. */
    List<XlValue.Text> listTexts(String key) {
        XlSetting setting = settings.get(key);
        if (setting == null) {
            return List.of();
        }
        if (!(setting.value() instanceof XlValue.Items list)) {
            error(key, "is a single value but must be a list: " + key + " = [ '…' ]");
            return List.of();
        }
        List<XlValue.Text> texts = new ArrayList<>();
        for (XlValue item : list.items()) {
            if (item instanceof XlValue.Text text) {
                texts.add(text);
            } else {
                problems.error(item.place(), key, "is a list in the list; each entry must be a text in quotes");
            }
        }
        return texts;
    }
}
