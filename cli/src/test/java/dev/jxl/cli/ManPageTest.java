package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ManPageTest {
    @Test
    void manualPage_hasEveryCommandOptionAndExitCode() throws Exception {
        String page = ManPage.of(Files.readString(Path.of("../packaging/deb/files/jxl.1")));

        assertThat(page).doesNotContain("@COMMANDS@").doesNotContain("@EXIT_CODES@");
        for (String[] group : Commands.GROUPS) {
            for (int i = 1; i < group.length; i += 2) {
                assertThat(page).contains("jxl " + group[i].replace("-", "\\-") + "\n");
            }
        }
        assertThat(page)
                .contains("\\-\\-fallback\\-acpi: ")
                .contains("KEY=VALUE")
                .contains(".B 14\njxld is not running\n");
        assertThat(page.lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
                .allMatch(line -> line.matches("\\.(TH|SH|SS|B|BR|RB|RI|I|TP|PP|br)( .*)?"));
    }
}
