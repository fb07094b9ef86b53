package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import java.util.List;
import java.util.Optional;

/**
 * The guest's type, from {@code type} or the older {@code builder}; pv when there is neither.
 *
 * @source tools/xl/xl_parse.c: parse_config_data; both take any beginning of a word, in this order
 */
final class XlType {
    private static final List<Word> TYPES =
            List.of(new Word("hvm", GuestType.HVM), new Word("pv", GuestType.PV), new Word("pvh", GuestType.PVH));
    private static final List<Word> BUILDERS =
            List.of(new Word("hvm", GuestType.HVM), new Word("generic", GuestType.PV));

    private XlType() {}

    static GuestType read(XlSettings settings) {
        Optional<GuestType> type = word(settings, "type", TYPES);
        Optional<GuestType> builder = word(settings, "builder", BUILDERS);
        if (type.isPresent() && builder.isPresent() && type.get() != builder.get()) {
            settings.error("builder", "contradicts type");
        }
        return type.or(() -> builder).orElse(GuestType.PV);
    }

    private static Optional<GuestType> word(XlSettings settings, String key, List<Word> words) {
        Optional<String> text = settings.findName(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (Word known : words) {
            if (known.word().startsWith(text.get())) {
                return Optional.of(known.type());
            }
        }
        List<String> all = words.stream().map(Word::word).toList();
        settings.error(key, "'" + Quoting.cut(text.get()) + "' is not one of " + String.join(", ", all));
        return Optional.empty();
    }

    private record Word(String word, GuestType type) {}
}
