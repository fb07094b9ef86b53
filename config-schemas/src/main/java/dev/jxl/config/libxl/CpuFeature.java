package dev.jxl.config.libxl;

import dev.jxl.config.XenVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A CPU feature that xl.cfg has a name for.
 *
 * @param name in xl.cfg
 * @param leaf CPUID's EAX, or the MSR's index
 * @param subleaf CPUID's ECX; empty: whatever it is
 * @param register eax, ebx, ecx, edx or msr
 * @param bit the lowest bit
 * @param length how many bits
 * @param since the first version that has it
 * @param until the last version that has it
 */
public record CpuFeature(
        String name,
        long leaf,
        Optional<Long> subleaf,
        String register,
        int bit,
        int length,
        XenVersion since,
        XenVersion until) {
    private static final Map<String, List<CpuFeature>> FEATURES = new HashMap<>();

    static {
        for (String line : LibxlTypes.lines("cpuid.txt")) {
            List<String> words = List.of(line.split(" "));
            CpuFeature feature = new CpuFeature(
                    words.get(0),
                    Long.decode(words.get(1)),
                    words.get(2).matches("[0-9]+") ? Optional.of(Long.valueOf(words.get(2))) : Optional.empty(),
                    words.get(3),
                    Integer.parseInt(words.get(4)),
                    Integer.parseInt(words.get(5)),
                    LibxlTypes.since(words),
                    LibxlTypes.until(words));
            FEATURES.computeIfAbsent(feature.name(), n -> new ArrayList<>()).add(feature);
        }
    }

    /** A version's feature of that name. */
    public static Optional<CpuFeature> find(String name, XenVersion version) {
        return FEATURES.getOrDefault(name, List.of()).stream()
                .filter(f -> version.atLeast(f.since()) && f.until().atLeast(version))
                .findFirst();
    }

    /** The names of one bit, in xl.cfg of any version. */
    public static Stream<String> names(long leaf, Optional<Long> subleaf, String register, int bit) {
        return FEATURES.values().stream()
                .flatMap(List::stream)
                .filter(f -> f.leaf == leaf
                        && f.subleaf.equals(subleaf)
                        && f.register.equals(register)
                        && f.bit == bit
                        && f.length == 1)
                .map(CpuFeature::name)
                .distinct()
                .sorted();
    }

    /** Whether it is a bit of an MSR. */
    public boolean isMsr() {
        return register.equals("msr");
    }
}
