package dev.jxl.xld.engine.move;

import static dev.jxl.xld.host.CpuPolicy.NO_SUBLEAF;
import static dev.jxl.xld.host.CpuPolicy.Register.EAX;
import static dev.jxl.xld.host.CpuPolicy.Register.EBX;
import static dev.jxl.xld.host.CpuPolicy.Register.ECX;
import static dev.jxl.xld.host.CpuPolicy.Register.EDX;

import dev.jxl.config.xl.XlCpuFeatures;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.CpuPolicy.Register;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a guest's CPU can be had on a host. Xen itself refuses little (another vendor, more leaves), and takes features that a host
 * has not from the guest that arrives there, without a word: a guest that uses them by then does not live long.
 *
 * @source xen/lib/x86/policy.c: x86_cpu_policies_are_compatible; xen/arch/x86/cpu-policy.c: recalculate_cpuid_policy
 */
final class CpuFit {
    private static final int BASIC = 0;
    private static final int FEATURES = 7;
    private static final int EXTENDED = 0x80000000;

    /**
     * Where features are, and which bits there do not count: those that Xen makes up for each guest, that say what is not the CPU's
     * (topology, what a kernel has switched on), or that promise nothing a guest would use.
     *
     * @source xen/include/public/arch-x86/cpufeatureset.h: '!' and '|'; xen/lib/x86/cpu-policy.h: FEATURESET_*
     */
    private static final List<Word> WORDS = List.of(
            // htt
            new Word(1, NO_SUBLEAF, EDX, 1 << 28),
            // osxsave
            new Word(1, NO_SUBLEAF, ECX, 1 << 27),
            // What AMD repeats from leaf 1.
            new Word(0x80000001, NO_SUBLEAF, EDX, 0x0183f3ff),
            // cmp-legacy
            new Word(0x80000001, NO_SUBLEAF, ECX, 1 << 1),
            new Word(0xd, 1, EAX, 0),
            // fdp-excp-only, no-fpu-sel: always the host's
            new Word(FEATURES, 0, EBX, 1 << 6 | 1 << 13),
            // ospke
            new Word(FEATURES, 0, ECX, 1 << 4),
            // md-clear
            new Word(FEATURES, 0, EDX, 1 << 10),
            new Word(FEATURES, 1, EAX, 0),
            new Word(FEATURES, 1, EBX, 0),
            new Word(FEATURES, 1, ECX, 0),
            new Word(FEATURES, 1, EDX, 0),
            new Word(FEATURES, 2, EDX, 0),
            new Word(0x80000007, NO_SUBLEAF, EDX, 0),
            // no-lmsl
            new Word(0x80000008, NO_SUBLEAF, EBX, 1 << 20),
            // fs-gs-ns, verw-clear
            new Word(0x80000021, NO_SUBLEAF, EAX, 1 << 1 | 1 << 5),
            new Word(0x80000021, NO_SUBLEAF, ECX, 0));

    private static final int PLATFORM_INFO = 0xce;
    private static final int ARCH_CAPABILITIES = 0x10a;
    /** rsba, fb-clear, rrsba, rfds-clear. */
    private static final long WEAKNESSES = 1L << 2 | 1L << 17 | 1L << 19 | 1L << 28;

    private final CpuPolicy guest;
    private final CpuPolicy host;
    private final List<String> lacks = new ArrayList<>();
    private final List<String> named = new ArrayList<>();

    private record Word(int leaf, int subleaf, Register register, int uncounted) {}

    private CpuFit(CpuPolicy guest, CpuPolicy host) {
        this.guest = guest;
        this.host = host;
    }

    /**
     * Why a guest cannot go on on a host, in sentences; empty when it can.
     *
     * @param guest its CPU, as anybody may have sent it
     * @param host all that a guest's CPU can have there
     */
    static List<String> problems(CpuPolicy guest, CpuPolicy host) {
        return new CpuFit(guest, host).problems();
    }

    private List<String> problems() {
        if (!vendor(guest).equals(vendor(host))) {
            return List.of("the guest's CPU is " + vendor(guest) + ", this host's " + vendor(host));
        }
        List<String> problems = new ArrayList<>();
        addIfMore(problems, "leaves", BASIC, NO_SUBLEAF);
        addIfMore(problems, "subleaves of leaf 7", FEATURES, 0);
        addIfMore(problems, "leaves", EXTENDED, NO_SUBLEAF);
        WORDS.forEach(this::compare);
        compare(PLATFORM_INFO, 0);
        compare(ARCH_CAPABILITIES, WEAKNESSES);
        if (!lacks.isEmpty()) {
            problems.add("the guest's CPU has " + String.join(", ", lacks) + ", which this host's has not"
                    + (named.isEmpty()
                            ? ""
                            : "; a guest that is to run on both is started with cpuid=\"host,"
                                    + String.join("=0,", named) + "=0\""));
        }
        return problems;
    }

    private static String vendor(CpuPolicy cpu) {
        byte[] name = ByteBuffer.allocate(3 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(cpu.cpuid(BASIC, NO_SUBLEAF, EBX))
                .putInt(cpu.cpuid(BASIC, NO_SUBLEAF, EDX))
                .putInt(cpu.cpuid(BASIC, NO_SUBLEAF, ECX))
                .array();
        return new String(name, StandardCharsets.US_ASCII).replaceAll("[^A-Za-z0-9 !]", "?");
    }

    private void addIfMore(List<String> problems, String what, int leaf, int subleaf) {
        int ours = host.cpuid(leaf, subleaf, EAX);
        int most = guest.cpuid(leaf, subleaf, EAX);
        if (Integer.compareUnsigned(most, ours) > 0) {
            problems.add(
                    "the guest's CPU has CPUID " + what + " up to " + hex(most) + ", this host's up to " + hex(ours));
        }
    }

    private void compare(Word word) {
        int missing = guest.cpuid(word.leaf, word.subleaf, word.register)
                & ~host.cpuid(word.leaf, word.subleaf, word.register)
                & ~word.uncounted;
        Optional<Long> subleaf = word.subleaf == NO_SUBLEAF ? Optional.empty() : Optional.of((long) word.subleaf);
        String register = word.register.name().toLowerCase(Locale.ROOT);
        String where =
                "CPUID leaf " + hex(word.leaf) + subleaf.map(s -> ":" + s).orElse("") + " " + register;
        name(Integer.toUnsignedLong(missing), Integer.toUnsignedLong(word.leaf), subleaf, register, where);
    }

    private void compare(int msr, long uncounted) {
        name(guest.msr(msr) & ~host.msr(msr) & ~uncounted, msr, Optional.empty(), "msr", "MSR " + hex(msr));
    }

    private void name(long missing, long leaf, Optional<Long> subleaf, String register, String where) {
        for (long rest = missing; rest != 0; rest &= rest - 1) {
            int bit = Long.numberOfTrailingZeros(rest);
            Optional<String> name = XlCpuFeatures.findName(leaf, subleaf, register, bit);
            name.ifPresent(named::add);
            lacks.add(name.orElse("bit " + bit + " of " + where));
        }
    }

    private static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }
}
