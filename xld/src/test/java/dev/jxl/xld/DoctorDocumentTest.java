package dev.jxl.xld;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/doctor.md has every code that jxld's checks give. */
class DoctorDocumentTest {
    private static final Pattern CODE = Pattern.compile("\"([a-z]+(?:-[a-z]+)+)\"");

    @Test
    void codesOfTheChecks_areExplained() throws IOException {
        Set<String> codes = new TreeSet<>();
        List<Path> sources;
        try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/jxl/xld/doctor"))) {
            sources = files.toList();
        }
        for (Path source : sources) {
            Matcher code = CODE.matcher(Files.readString(source));
            while (code.find()) {
                codes.add(code.group(1));
            }
        }
        assertThat(codes).hasSizeGreaterThan(15);
        String document = Files.readString(Path.of("../docs/doctor.md"));
        assertThat(codes).allSatisfy(code -> assertThat(document).contains("| `" + code + "` |"));
    }
}
