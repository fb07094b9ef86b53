package dev.jxl.config.stream;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.config.stream.ImageReport.Domain;
import dev.jxl.config.stream.ImageReport.Endian;
import dev.jxl.config.stream.ImageReport.Xl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads xl's header and the configuration behind it.
 *
 * @source tools/xl/xl.h: save_file_header; tools/xl/xl_vmcontrol.c: create_domain; tools/xl/xl_saverestore.c:
 *     save_domain_core_writeconfig
 */
final class XlHeader {
    private static final byte[] MAGIC = "Xen saved domain, xl format\n \0 \r".getBytes(StandardCharsets.US_ASCII);
    private static final long ORDER = 0x0102_0304L;
    private static final int JSON = 1;
    private static final int STREAM_V2 = 2;
    /** The longest configuration that is read. */
    private static final int LONGEST = JsonText.LONGEST;

    private static final int MOST_PROBLEMS = 5;

    private final StreamInput in;
    private final Findings findings;
    private Optional<Domain> domain = Optional.empty();
    private List<String> unmodelled = List.of();
    private long configurationOffset;
    private long configurationBytes;

    XlHeader(StreamInput in, Findings findings) {
        this.in = in;
        this.findings = findings;
    }

    /** Whether an image begins as xl's do. */
    static boolean begins(byte[] image) {
        return image.length >= 8 && Arrays.equals(image, 0, 8, MAGIC, 0, 8);
    }

    Optional<Domain> domain() {
        return domain;
    }

    Xl read() throws IOException {
        findings.enterHeader("xl header");
        long at = in.offset();
        if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
            throw findings.fatal(at, "it does not begin with the 32 bytes of an xl save file");
        }
        Endian endian = endian();
        long mandatory = in.u32();
        long optional = in.u32();
        long optionalBytes = in.u32();
        if ((mandatory & ~(JSON | STREAM_V2)) != 0) {
            findings.error(at + 36, "mandatory flags " + PageData.hex(mandatory) + ": only 1 and 2 are known");
        }
        if ((mandatory & STREAM_V2) == 0) {
            throw findings.fatal(at + 36, "it is in the format of Xen 4.5 and older, which is not read");
        }
        if (optional != 0) {
            findings.error(at + 40, "optional flags " + PageData.hex(optional) + ": none are known");
        }
        optionalData(optionalBytes, (mandatory & JSON) != 0);
        return new Xl(
                endian,
                mandatory,
                optional,
                optionalBytes,
                configurationOffset,
                configurationBytes,
                domain,
                unmodelled);
    }

    private Endian endian() throws IOException {
        long at = in.offset();
        in.order(ByteOrder.LITTLE_ENDIAN);
        long order = in.u32();
        if (order == ORDER) {
            return Endian.LITTLE;
        }
        if (Integer.reverseBytes((int) order) != ORDER) {
            throw findings.fatal(at, "its byte order mark is " + PageData.hex(order) + ", not " + PageData.hex(ORDER));
        }
        in.order(ByteOrder.BIG_ENDIAN);
        findings.error(at, "its numbers are big-endian: xl on x86 restores only little-endian ones");
        return Endian.BIG;
    }

    private void optionalData(long bytes, boolean json) throws IOException {
        long at = in.offset();
        long end = at + bytes;
        if (bytes == 0) {
            findings.error(at - 4, "it has no configuration");
            return;
        }
        if (bytes < 4) {
            findings.error(at - 4, "its optional data has " + bytes + " bytes, too few for a configuration's length");
            in.skip(bytes);
            return;
        }
        long length = in.u32();
        configurationOffset = in.offset();
        configurationBytes = length;
        if (length > bytes - 4) {
            findings.error(
                    at,
                    "its configuration is to have " + length + " bytes, but its optional data has only " + (bytes - 4)
                            + " for it");
        } else if (length > LONGEST) {
            findings.error(at, "its configuration has " + length + " bytes: more than " + LONGEST + " are not read");
        } else if (length == 0) {
            findings.error(at, "its configuration is empty");
        } else if (!json) {
            findings.warning(at, "its configuration is not JSON, as Xen 4.4 and older wrote it: it is not read");
        } else {
            configuration(in.bytes((int) length));
        }
        if (length < bytes - 4) {
            findings.warning(at + 4 + length, (bytes - 4 - length) + " bytes follow its configuration");
        }
        in.skip(end - in.offset());
    }

    private void configuration(byte[] bytes) {
        long at = configurationOffset;
        int nul = 0;
        while (nul < bytes.length && bytes[nul] != 0) {
            nul++;
        }
        if (nul != bytes.length - 1) {
            findings.error(
                    at + nul,
                    nul == bytes.length
                            ? "its configuration has no NUL at its end"
                            : "its configuration has a NUL before its end");
        }
        try {
            ByteBuffer text = ByteBuffer.wrap(bytes, 0, nul);
            read(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
        } catch (CharacterCodingException e) {
            findings.error(at, "its configuration is not UTF-8");
        }
    }

    private void read(String text) {
        SpecReading reading = LibxlJson.readSaved(text);
        List<SpecProblem> errors = reading.problems().stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .limit(MOST_PROBLEMS)
                .toList();
        for (SpecProblem problem : errors) {
            findings.error(
                    configurationOffset,
                    "its configuration" + (problem.field().isEmpty() ? "" : ", " + problem.field() + ",") + " "
                            + problem.message());
        }
        unmodelled = reading.problems().stream()
                .filter(problem -> problem.severity() == Severity.WARNING)
                .map(SpecProblem::field)
                .toList();
        domain = reading.spec().map(XlHeader::domain);
    }

    private static Domain domain(DomainSpec spec) {
        return new Domain(
                spec.name(),
                spec.uuid(),
                spec.type(),
                spec.memory(),
                spec.maxMemory(),
                spec.maxVcpus(),
                spec.disks().size(),
                spec.nics().size());
    }
}
