package dev.jxl.cli;

import dev.jxl.config.stream.Finding;
import dev.jxl.config.stream.ImageReport;
import dev.jxl.config.stream.ImageReport.Domain;
import dev.jxl.config.stream.ImageReport.Emulator;
import dev.jxl.config.stream.ImageReport.Hvm;
import dev.jxl.config.stream.ImageReport.Libxc;
import dev.jxl.config.stream.ImageReport.Libxl;
import dev.jxl.config.stream.ImageReport.PageType;
import dev.jxl.config.stream.ImageReport.Pages;
import dev.jxl.config.stream.ImageReport.Pv;
import dev.jxl.config.stream.ImageReport.RecordRow;
import dev.jxl.config.stream.ImageReport.Tsc;
import dev.jxl.config.stream.ImageReport.Xl;
import java.util.List;
import java.util.stream.Collectors;

/** A report about an image, for people. What comes out of the image is kept from steering the terminal. */
final class ImageText {
    private static final int TITLE = 16;
    private static final int NAME = 28;
    private static final int NUMBER = 16;
    private static final int SHORT = 8;
    private static final int JSON = 1;
    private static final int STREAM_V2 = 2;

    private final StringBuilder out = new StringBuilder();

    private ImageText() {}

    static String of(String file, ImageReport report) {
        ImageText text = new ImageText();
        text.line(
                file,
                what(report) + ", " + report.bytes() + " bytes, " + (report.sound() ? "sound" : "broken")
                        + (report.verified() ? ", contents read" : ""));
        report.xl().ifPresent(text::xl);
        report.libxl().ifPresent(text::libxl);
        report.libxc().ifPresent(text::libxc);
        text.records(report.records(), report.recordsUntold());
        text.findings("Warnings:", report.warnings());
        text.findings("Errors:", report.errors());
        return text.out.toString().stripTrailing();
    }

    /** The same without characters that are not for reading. */
    static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> safe.append(unreadable(c) ? '?' : (char) c));
        return safe.toString();
    }

    private static boolean unreadable(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static String what(ImageReport report) {
        return switch (report.format()) {
            case XL -> "xl save file";
            case LIBXL -> "libxl stream";
            case LIBXC -> "libxc image";
            case UNKNOWN -> "no image of a guest";
        };
    }

    private void line(String title, String value) {
        String start = safe(title) + ":";
        out.append(new Columns()
                        .left(start, Math.max(TITLE, start.length() + 1))
                        .then(safe(value)))
                .append('\n');
    }

    private void xl(Xl xl) {
        xl.domain().ifPresent(this::domain);
        String flags = ((xl.mandatoryFlags() & JSON) != 0 ? " JSON" : "")
                + ((xl.mandatoryFlags() & STREAM_V2) != 0 ? " STREAMv2" : "");
        line(
                "xl header",
                xl.endian().word() + "-endian, flags" + flags + ", configuration of " + xl.configurationBytes()
                        + " bytes at " + xl.configurationOffset());
        if (!xl.unmodelled().isEmpty()) {
            line("unknown to jxl", String.join(", ", xl.unmodelled()));
        }
    }

    private void domain(Domain domain) {
        line(
                "domain",
                domain.name() + ", " + domain.type() + ", " + domain.memory()
                        + (domain.memory().equals(domain.maxMemory()) ? "" : " of at most " + domain.maxMemory()) + ", "
                        + domain.maxVcpus() + " vCPUs, " + domain.disks() + " disks, " + domain.nics() + " nics");
        domain.uuid().ifPresent(uuid -> line("UUID", uuid.toString()));
    }

    private void libxl(Libxl libxl) {
        line(
                "libxl stream",
                "version " + libxl.version() + ", " + libxl.endian().word() + "-endian, at " + libxl.offset()
                        + (libxl.converted() ? ", converted from an older format" : ""));
        for (Emulator emulator : libxl.emulators()) {
            line(
                    "device model",
                    emulator.name() + " " + emulator.index() + ", state of " + emulator.stateBytes() + " bytes, "
                            + emulator.xenstorePairs() + " keys of xenstore");
        }
    }

    private void libxc(Libxc libxc) {
        line(
                "libxc image",
                "version " + libxc.version() + ", " + libxc.endian().word() + "-endian, "
                        + libxc.type().word() + ", pages of " + libxc.pageBytes() + " bytes, "
                        + (libxc.xenMajor() == 0
                                ? "converted from an older format"
                                : "by Xen " + libxc.xenMajor() + "." + libxc.xenMinor())
                        + ", at " + libxc.offset());
        pages(libxc.pages());
        libxc.pv().ifPresent(this::pv);
        libxc.hvm().ifPresent(this::hvm);
        line("CPU policy", libxc.cpuidLeaves() + " CPUID leaves, " + libxc.msrs() + " MSRs");
        libxc.tsc().ifPresent(this::tsc);
        if (libxc.checkpoints() > 0) {
            line("checkpoints", Long.toString(libxc.checkpoints()));
        }
        if (libxc.verifying()) {
            line("verify", "memory is repeated for debugging");
        }
    }

    private void pages(Pages pages) {
        String types = pages.types().stream()
                .map((PageType type) -> type.type() + " " + type.count())
                .collect(Collectors.joining(", "));
        line(
                "memory",
                pages.entries() + " pages, " + pages.withContents() + " with contents"
                        + pages.different().map(n -> ", " + n + " different").orElse("")
                        + pages.highestPfn()
                                .map(pfn -> ", highest pfn 0x" + Long.toHexString(pfn))
                                .orElse(""));
        if (!types.isEmpty()) {
            line("page types", types);
        }
    }

    private void pv(Pv pv) {
        line(
                "PV guest",
                pv.guestBits() + " bits, " + pv.pageTableLevels() + " levels of page tables, "
                        + pv.p2mEndPfn()
                                .map(pfn -> "pfns to 0x" + Long.toHexString(pfn) + ", ")
                                .orElse("")
                        + pv.p2mFrames() + " pages of p2m, registers of " + pv.vcpus() + " vCPUs");
    }

    private void hvm(Hvm hvm) {
        line(
                "machine",
                "state of " + hvm.contextBytes() + " bytes in " + hvm.contextEntries() + " parts, registers of "
                        + hvm.vcpus() + " vCPUs, " + hvm.params() + " parameters");
    }

    private void tsc(Tsc tsc) {
        line(
                "TSC",
                "mode " + tsc.mode() + ", " + tsc.khz() + " kHz, " + tsc.nanoseconds() + " ns, incarnation "
                        + tsc.incarnation());
    }

    private void records(List<RecordRow> rows, long untold) {
        if (rows.isEmpty()) {
            return;
        }
        out.append('\n').append(row("stream", "first", "count", "type", "offset", "bytes"));
        for (RecordRow row : rows) {
            out.append(row(
                    row.stream(),
                    Long.toString(row.number()),
                    Long.toString(row.count()),
                    row.type(),
                    Long.toString(row.offset()),
                    Long.toString(row.bytes())));
        }
        if (untold > 0) {
            out.append("and ").append(untold).append(" more records\n");
        }
    }

    private static String row(String stream, String number, String count, String type, String offset, String bytes) {
        return new Columns()
                .left(stream, SHORT)
                .right(number, SHORT)
                .right(count, SHORT)
                .then("  ")
                .left(type, NAME)
                .right(offset, NUMBER)
                .right(bytes, NUMBER)
                .then("\n")
                .toString();
    }

    private void findings(String title, List<Finding> findings) {
        if (!findings.isEmpty()) {
            out.append('\n').append(title).append('\n');
        }
        for (Finding finding : findings) {
            out.append("  ").append(safe(finding.toString())).append('\n');
        }
    }
}
