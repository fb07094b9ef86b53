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

    static GuestType read(XlSource in) {
        Optional<GuestType> type = word(in, "type", TYPES);
        Optional<GuestType> builder = word(in, "builder", BUILDERS);
        if (type.isPresent() && builder.isPresent() && type.get() != builder.get()) {
            in.problems.error(in.placeOf("builder"), "builder", "contradicts type");
        }
        return type.or(() -> builder).orElse(GuestType.PV);
    }

    private static Optional<GuestType> word(XlSource in, String key, List<Word> words) {
        Optional<String> text = in.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (Word known : words) {
            if (known.word().startsWith(text.get())) {
                return Optional.of(known.type());
            }
        }
        List<String> all = words.stream().map(Word::word).toList();
        in.problems.error(
                in.placeOf(key), key, "'" + Quoting.cut(text.get()) + "' is not one of " + String.join(", ", all));
        return Optional.empty();
    }

    private record Word(String word, GuestType type) {}
}
