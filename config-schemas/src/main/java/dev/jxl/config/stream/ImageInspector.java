package dev.jxl.config.stream;

import dev.jxl.config.GuestType;
import dev.jxl.config.stream.ImageReport.Domain;
import dev.jxl.config.stream.ImageReport.Format;
import dev.jxl.config.stream.ImageReport.Hvm;
import dev.jxl.config.stream.ImageReport.ImageType;
import dev.jxl.config.stream.ImageReport.Libxc;
import dev.jxl.config.stream.ImageReport.Pv;
import dev.jxl.config.stream.ImageReport.Xl;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads an image and tells what is in it and what is wrong with it.
 *
 * <p>All rules are held at all times; to verify means that also the contents of pages, of device models and of vCPUs are read, so
 * that what cannot be read or was cut off is noticed where nothing says the size.
 */
public final class ImageInspector {
    private final StreamInput in;
    private final Findings findings;
    private final RecordLog log = new RecordLog();
    private Format format = Format.UNKNOWN;
    private Optional<Xl> xl = Optional.empty();
    private Optional<Domain> domain = Optional.empty();
    private Optional<LibxlStream> libxl = Optional.empty();
    private Optional<LibxcImage> libxc = Optional.empty();

    private ImageInspector(StreamInput in) {
        this.in = in;
        findings = new Findings(in);
    }

    /**
     * Reads an image to its end, or to what keeps it from being read further.
     *
     * @param verify whether also what needs no look is read: the contents of pages
     * @return always, whatever is in the image
     * @throws IOException when the source cannot be read
     */
    public static ImageReport inspect(ImageSource source, boolean verify) throws IOException {
        StreamInput in = new StreamInput(source, verify);
        ImageInspector inspector = new ImageInspector(in);
        try {
            inspector.read();
        } catch (Unreadable stop) {
            if (stop.isEnd()) {
                inspector.findings.ended();
            }
        }
        return inspector.report(verify);
    }

    private void read() throws IOException {
        byte[] first = in.peek(8);
        if (XlHeader.begins(first)) {
            format = Format.XL;
            XlHeader header = new XlHeader(in, findings);
            xl = Optional.of(header.read());
            domain = header.domain();
            libxl();
        } else if (LibxlStream.begins(first)) {
            format = Format.LIBXL;
            libxl();
        } else if (first.length == 8 && allOnes(first)) {
            format = Format.LIBXC;
            LibxcImage image = new LibxcImage(in, findings, log);
            libxc = Optional.of(image);
            image.headers();
            while (!image.records()) {
                // on to the next checkpoint
            }
        } else {
            throw findings.fatal(0, "it begins neither as an xl save file nor as a libxl or libxc stream");
        }
        if (!in.atEnd()) {
            findings.error(in.offset(), "something follows it");
        }
        agree();
    }

    private static boolean allOnes(byte[] bytes) {
        boolean ones = true;
        for (byte b : bytes) {
            ones &= b == -1;
        }
        return ones;
    }

    private void libxl() throws IOException {
        LibxlStream stream = new LibxlStream(in, findings, log, domain);
        libxl = Optional.of(stream);
        stream.read();
    }

    /** Whether the configuration and the image are of one guest. */
    private void agree() {
        Optional<Libxc> image = image();
        if (domain.isEmpty() || image.isEmpty()) {
            return;
        }
        long at = image.get().offset() + LibxcImage.HEADER_BYTES;
        findings.returnTo("libxc domain header", at);
        boolean pv = domain.get().type() == GuestType.PV;
        if (pv != (image.get().type() == ImageType.X86_PV)) {
            findings.error(
                    at,
                    "the image is of type " + image.get().type().word() + ", but the configuration is of a "
                            + domain.get().type() + " guest");
        }
        int vcpus = image.get()
                .pv()
                .map(Pv::vcpus)
                .or(() -> image.get().hvm().map(Hvm::vcpus))
                .orElse(0);
        if (vcpus > domain.get().maxVcpus()) {
            findings.error(
                    at,
                    "the image has " + vcpus + " vCPUs, but the configuration's maximum is "
                            + domain.get().maxVcpus());
        }
        long most = LibxcImage.usualPfns(domain.get());
        long highest = image.get().pages().highestPfn().orElse(0L);
        if (highest > most) {
            findings.warning(
                    at,
                    "the image has pfn " + PageData.hex(highest) + ", but the configuration's maximum is "
                            + domain.get().maxMemory());
        }
    }

    private Optional<Libxc> image() {
        return libxl.isPresent() ? libxl.get().image() : libxc.flatMap(LibxcImage::report);
    }

    private ImageReport report(boolean verify) {
        return new ImageReport(
                format,
                findings.errors().isEmpty(),
                verify,
                in.offset(),
                xl,
                libxl.map(LibxlStream::report),
                image(),
                log.rows(),
                log.untold(),
                findings.errors(),
                findings.warnings());
    }
}
