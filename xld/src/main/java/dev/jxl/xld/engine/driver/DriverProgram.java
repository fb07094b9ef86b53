package dev.jxl.xld.engine.driver;

import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.HostFiles.PathKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A jxl-backend in a file of dom0, to be sent to a driver domain. */
final class DriverProgram {
    /** The one that came with this jxld. */
    static final Path PACKAGED = Path.of("/usr/lib/jxl/driver-domain/jxl-backend");

    /** What programs and this jxld have to agree upon. */
    static final int PROTOCOL = 2;

    /** How many bytes a driver domain takes at once: in base64 no more than xenstored takes as one value. */
    static final int PART = 1500;

    private static final int MOST_BYTES = 8 << 20;
    private static final byte[] ELF64 = {0x7f, 'E', 'L', 'F', 2};

    /** What each says of itself, somewhere in its file. */
    private static final Pattern IDENTITY =
            Pattern.compile("jxl-backend protocol=([0-9]{1,4}) version=([A-Za-z0-9.+~_-]{1,64})\n");

    private final byte[] bytes;
    private final String version;

    private DriverProgram(byte[] bytes, String version) {
        this.bytes = bytes;
        this.version = version;
    }

    /**
     * Reads one.
     *
     * @throws InvalidRequest when the file is none, or one of another protocol
     */
    static DriverProgram read(HostFiles files, Path file) {
        if (!file.isAbsolute()) {
            throw refused(file, "it is not a whole path that starts with '/'");
        }
        PathKind kind = files.inspect(file);
        if (kind != PathKind.FILE) {
            throw refused(file, kind == PathKind.MISSING ? "there is no such file" : "it is not a file");
        }
        byte[] bytes = files.read(file, MOST_BYTES + 1);
        Matcher identity = IDENTITY.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        boolean program = bytes.length > ELF64.length && Arrays.equals(Arrays.copyOf(bytes, ELF64.length), ELF64);
        if (bytes.length > MOST_BYTES || !program || !identity.find()) {
            throw refused(file, "it is not a jxl-backend that can be sent (" + PACKAGED + " is one)");
        }
        if (Integer.parseInt(identity.group(1)) != PROTOCOL) {
            throw refused(
                    file,
                    "version " + identity.group(2) + " speaks protocol " + identity.group(1) + ", this jxld " + PROTOCOL
                            + ": take the one of this jxld's package");
        }
        return new DriverProgram(bytes, identity.group(2));
    }

    private static InvalidRequest refused(Path file, String why) {
        return new InvalidRequest("'" + file + "' is no program for a driver domain: " + why);
    }

    String version() {
        return version;
    }

    int length() {
        return bytes.length;
    }

    /** The part that begins there, as text. */
    String part(int offset) {
        return Base64.getEncoder()
                .encodeToString(Arrays.copyOfRange(bytes, offset, Math.min(offset + PART, bytes.length)));
    }

    /** Its SHA-256, in hexadecimal digits. */
    String sum() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
