package dev.jxl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/errors.md is generated from {@link ErrorCode}; this test makes it and notices when it is stale. */
class ErrorTableTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "errors.md");
    private static final String COMMAND = "mvn -o -pl config-schemas test -Dtest=ErrorTableTest -Djxl.write-docs=true";

    private static String document() {
        return """
                # Errors

                Every failure that jxl tells has a code. The HTTP API answers with `application/problem+json` and the code in `code`;
                the command line ends with the exit code. *Again* says whether the same request may succeed later; *who* says
                who has to do something about it.

                | code | meaning | HTTP status | exit code | again | who |
                |---|---|---|---|---|---|
                """
                + Arrays.stream(ErrorCode.values())
                        .sorted(Comparator.comparingInt(ErrorCode::exitCode).thenComparing(ErrorCode::code))
                        .map(ErrorTableTest::row)
                        .collect(Collectors.joining())
                + """

                Exit code 0 is success; 1 is anything that has no code; 18 is a broken image (`jxl image inspect`); 19 is a host with something wrong (`jxl doctor`); 130 is an interruption.

                Generated from `ErrorCode` by `%s`.
                """.formatted(COMMAND);
    }

    private static String row(ErrorCode code) {
        return String.format(
                Locale.ROOT,
                "| `%s` | %s | %d | %d | %s | %s |%n",
                code.code(),
                code.meaning(),
                code.httpStatus(),
                code.exitCode(),
                code.retryable() ? "yes" : "no",
                code.actor().name().toLowerCase(Locale.ROOT));
    }

    @Test
    void theDocument_isUpToDate() throws IOException {
        if (Boolean.getBoolean("jxl.write-docs")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, document());
        }
        String found = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "(no such file)";
        assertEquals(document(), found, "docs/errors.md is stale; make it anew with: " + COMMAND);
    }

    @Test
    void everyCode_fitsHttpAndTheShell() {
        for (ErrorCode code : ErrorCode.values()) {
            assertTrue(code.httpStatus() >= 400 && code.httpStatus() < 600, code.name());
            assertTrue(code.exitCode() > 1 && code.exitCode() < 100, code.name());
            assertTrue(code.meaning().endsWith("."), code.name());
        }
    }
}
