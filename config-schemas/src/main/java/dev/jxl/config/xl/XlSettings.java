package dev.jxl.config.xl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a small file by key, with the kind of value that is wanted. A wrong kind is a problem, and then as if not
 * there. (A guest's file is read by {@link XlSource}, as xl reads it.)
 */
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

    Iterable<XlSetting> all() {
        return settings.values();
    }

    void error(String key, String message) {
        XlPlace place = find(key).map(s -> s.value().place()).orElse(XlPlace.NOWHERE);
        problems.error(place, key, message);
    }

    /** A single value that is not empty. */
    Optional<String> findName(String key) {
        Optional<XlSetting> setting = find(key);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        if (!(setting.get().value() instanceof XlValue.Text text)) {
            error(key, "is a list but must be a single value");
            return Optional.empty();
        }
        if (text.text().isEmpty()) {
            error(key, "is empty");
            return Optional.empty();
        }
        return Optional.of(text.text());
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
