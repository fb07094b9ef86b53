package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommandsTest {
    @Test
    void unambiguousPrefix_isTheCommand() {
        assertThat(Commands.require("cr")).isEqualTo("create");
        assertThat(Commands.require("domi")).isEqualTo("domid");
        assertThat(Commands.require("list")).isEqualTo("list");
    }

    @Test
    void ambiguousPrefix_namesThoseItMayBe() {
        assertThatThrownBy(() -> Commands.require("dom"))
                .hasMessageContaining("domid")
                .hasMessageContaining("domname")
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.exitCode()).isEqualTo(2));
    }

    @Test
    void everyCommand_canBeMadeAndHasItsHelp() {
        for (String[] group : Commands.GROUPS) {
            for (int i = 1; i < group.length; i += 2) {
                Command command = Commands.create(group[i]);
                assertThat(command.getClass().getSimpleName().equals("HelpCommand"))
                        .isEqualTo(group[i].equals("help"));
                assertThat(Help.of(group[i], command))
                        .startsWith("Usage: jxl " + group[i])
                        .contains(command.operands());
                assertThat(Help.overview()).contains(group[i] + " ");
            }
        }
    }
}
