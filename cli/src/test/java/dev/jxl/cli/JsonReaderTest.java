package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    @Test
    void everyKindOfValue_isRead() {
        JsonObject read = JsonReader.object(
                "{\"a\": \"x\\n\\u00e9\\\"\", \"n\":-12,\"f\":1.5e3, \"t\":true,\"z\":null,\"l\":[{\"k\":1},{}],\"w\":[\"a\",\"b\"],\"o\":{\"p\":9}}");
        assertThat(read.text("a")).isEqualTo("x\né\"");
        assertThat(read.number("n")).isEqualTo(-12);
        assertThat(read.text("f")).isEqualTo("1500.0");
        assertThat(read.flag("t")).isTrue();
        assertThat(read.has("z")).isFalse();
        assertThat(read.objects("l")).hasSize(2);
        assertThat(read.texts("w")).containsExactly("a", "b");
        assertThat(read.object("o").number("p")).isEqualTo(9);
        assertThat(read.object("missing").text("p")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}x",
                "[1]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":tru}",
                "{\"a\":\"\\q\"}",
                "{\"a\":\"x",
                "{\"a\":\"\\u12",
                "{\"a\":1-}"
            })
    void brokenText_isRefused(String text) {
        assertThatThrownBy(() -> JsonReader.object(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deepNesting_isRefused() {
        assertThatThrownBy(() -> JsonReader.object("{\"a\":" + "[".repeat(10_000)))
                .hasMessageContaining("nesting depth");
    }

    @Test
    void layout_keepsStringsAndBreaksLines() {
        assertThat(JsonLayout.lines("[{\"a\":\"x:{,}\\\"\",\"b\":{},\"c\":[]}]"))
                .isEqualTo("[\n    {\n        \"a\": \"x:{,}\\\"\",\n        \"b\": {},\n        \"c\": []\n    }\n]");
    }
}
