package dev.jxl.config.xl;

import dev.jxl.config.xl.Tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Paravirtual sound cards: a list of lists; each text starts with card, pcm or stream.
 *
 * @source tools/xl/xl_parse.c: parse_vsnd_config, parse_vsnd_item
 */
final class XlSnd {
    private static final Map<String, String> CARD =
            Map.of("backend", "backend_domname", "short-name", "short_name", "long-name", "long_name");
    private static final Map<String, String> NUMBERS =
            Map.of("channels-min", "channels_min", "channels-max", "channels_max", "buffer-size", "buffer_size");

    private final XlSource in;

    XlSnd(XlSource in) {
        this.in = in;
    }

    void read() {
        for (XlValue item : in.list("vsnd").map(XlValue.Items::items).orElse(List.of())) {
            if (!(item instanceof XlValue.Items card)) {
                in.problems.error(item.place(), "vsnd", "each card must be a list of texts: [ 'card', 'pcm', … ]");
                return;
            }
            String path = in.tree.add("vsnds");
            in.mark(path, "vsnd", item.place());
            in.tree.put(path + "/devid", in.tree.get("vsnds").size() - 1);
            for (XlValue part : card.items()) {
                if (!(part instanceof XlValue.Text text)) {
                    in.problems.ignored(part.place(), "vsnd", "is a list in the card: xl stops here");
                    break;
                }
                part(path, text);
            }
        }
    }

    private void part(String card, XlValue.Text text) {
        String kind = "";
        for (Token token : Tokens.split(text, ',')) {
            if (kind.isEmpty()) {
                kind = token.text().toLowerCase(Locale.ROOT);
                start(card, kind, token);
                continue;
            }
            String pcm = last(card + "/pcms");
            String stream = last(pcm + "/streams");
            switch (kind) {
                case "card" -> card(card, token);
                case "pcm" -> pcm(pcm, token);
                case "stream" -> stream(stream, token);
                default -> {
                    return;
                }
            }
        }
    }

    private String last(String list) {
        return list + "/" + (in.tree.get(list).size() - 1);
    }

    private void start(String card, String kind, Token token) {
        switch (kind) {
            case "card" -> {
                // there already
            }
            case "pcm" -> in.tree.add(card + "/pcms");
            case "stream" -> {
                if (!in.tree.has(card + "/pcms")) {
                    in.tree.add(card + "/pcms");
                }
                in.tree.add(last(card + "/pcms") + "/streams");
            }
            default -> wrong(token, "must start with card, pcm or stream");
        }
    }

    private void wrong(Token token, String why) {
        in.problems.error(token.place(), "vsnd", "'" + Quoting.cut(token.text()) + "' " + why);
    }

    private void card(String path, Token token) {
        int equals = token.text().indexOf('=');
        String key = equals < 0 ? "" : token.text().substring(0, equals);
        if (CARD.containsKey(key)) {
            in.tree.put(path + "/" + CARD.get(key), token.text().substring(equals + 1));
        } else {
            params(path + "/params", token);
        }
    }

    private void pcm(String path, Token token) {
        if (token.value("name").isPresent()) {
            in.tree.put(path + "/name", token.value("name").get());
        } else {
            params(path + "/params", token);
        }
    }

    private void stream(String path, Token token) {
        if (token.value("unique-id").isPresent()) {
            in.tree.put(path + "/unique_id", token.value("unique-id").get());
        } else if (token.value("type").isPresent()) {
            in.tree
                    .findWord("vsnd_stream_type", token.value("type").get())
                    .ifPresentOrElse(
                            word -> in.tree.put(path + "/type", word), () -> wrong(token, "is not type=p or type=c"));
        } else {
            params(path + "/params", token);
        }
    }

    private void params(String path, Token token) {
        int equals = token.text().indexOf('=');
        String key = equals < 0 ? "" : token.text().substring(0, equals);
        String value = token.text().substring(equals + 1);
        if (NUMBERS.containsKey(key)) {
            in.tree.put(
                    path + "/" + NUMBERS.get(key), CNumber.unsigned(value, 0, 0).value() & 0xFFFF_FFFFL);
        } else if (key.equals("sample-rates") && !Tokens.words(value, ";").isEmpty()) {
            in.tree.putNumbers(
                    path + "/sample_rates",
                    Tokens.words(value, ";").stream()
                            .map(rate -> CNumber.unsigned(rate, 0, 0).value() & 0xFFFF_FFFFL)
                            .toList());
        } else if (key.equals("sample-formats") && !Tokens.words(value, ";").isEmpty()) {
            formats(path, value, token);
        } else {
            wrong(token, "is not a parameter of sound");
        }
    }

    private void formats(String path, String value, Token token) {
        List<String> formats = new ArrayList<>();
        for (String format : Tokens.words(value, ";")) {
            in.tree
                    .findWord("vsnd_pcm_format", format)
                    .ifPresentOrElse(formats::add, () -> wrong(token, "has a format that ALSA does not know"));
        }
        in.tree.putTexts(path + "/sample_formats", formats);
    }
}
