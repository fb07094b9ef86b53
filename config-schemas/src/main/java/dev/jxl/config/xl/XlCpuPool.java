package dev.jxl.config.xl;

import dev.jxl.config.SpecProblem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads xlcpupool.cfg, which describes a cpupool.
 *
 * @param name its name
 * @param scheduler its scheduler's word
 * @param cpus its CPUs in xl's words; nodes as {@code nodes:N}
 * @param problems what is wrong, and what is only strange
 * @source tools/xl/xl_cpupool.c: main_cpupoolcreate
 */
public record XlCpuPool(
        Optional<String> name, Optional<String> scheduler, Optional<String> cpus, List<SpecProblem> problems) {
    private static final Set<String> KEYS = Set.of("name", "sched", "cpus", "nodes");

    /** Makes the list immutable. */
    public XlCpuPool {
        problems = List.copyOf(problems);
    }

    /** Whether it can be used. */
    public boolean usable() {
        return problems.stream().noneMatch(p -> p.severity() == SpecProblem.Severity.ERROR);
    }

    /**
     * Reads a file's text and what was given on the command line beside it, as {@link XlCfg#read(String, List)} does.
     *
     * @param text at most {@value XlCfg#LONGEST_TEXT} characters
     */
    public static XlCpuPool read(String text, List<String> overrides) {
        XlProblems problems = new XlProblems();
        if (text.length() > XlCfg.LONGEST_TEXT || overrides.size() > XlCfg.MOST_OVERRIDES) {
            problems.error(
                    XlPlace.NOWHERE, "", "the configuration is longer than " + XlCfg.LONGEST_TEXT + " characters");
            return new XlCpuPool(Optional.empty(), Optional.empty(), Optional.empty(), problems.list());
        }
        XlParser parser = new XlParser(problems);
        parser.read(text, 1);
        overrides.forEach(override -> parser.read(override, 0));
        XlSettings settings = new XlSettings(parser.settings(), problems);
        for (XlSetting setting : settings.all()) {
            if (!KEYS.contains(setting.key())) {
                problems.warning(
                        setting.value().place(), setting.key(), "is not a setting of a cpupool: it is ignored");
            }
        }
        Optional<String> cpus = settings.has("nodes") ? nodes(settings) : cpus(settings);
        return new XlCpuPool(settings.findName("name"), settings.findName("sched"), cpus, problems.list());
    }

    private static Optional<String> nodes(XlSettings settings) {
        List<String> numbers = numbers(settings, "nodes");
        return numbers.isEmpty()
                ? Optional.empty()
                : Optional.of(numbers.stream().map(n -> "nodes:" + n).collect(Collectors.joining(",")));
    }

    private static Optional<String> cpus(XlSettings settings) {
        boolean list = settings.find("cpus")
                .filter(setting -> setting.value() instanceof XlValue.Items)
                .isPresent();
        if (!list) {
            return settings.findName("cpus");
        }
        List<String> numbers = numbers(settings, "cpus");
        return numbers.isEmpty() ? Optional.empty() : Optional.of(String.join(",", numbers));
    }

    private static List<String> numbers(XlSettings settings, String key) {
        List<String> texts =
                settings.listTexts(key).stream().map(XlValue.Text::text).toList();
        for (String text : texts) {
            if (!text.matches("[0-9]{1,4}")) {
                settings.error(key, "'" + Quoting.cut(text) + "' is not a number");
                return List.of();
            }
        }
        return texts;
    }
}
