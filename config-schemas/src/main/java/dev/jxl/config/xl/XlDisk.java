package dev.jxl.config.xl;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DiskSpec.BackendKind;
import dev.jxl.config.DiskSpec.Format;
import dev.jxl.config.SpecRules;
import dev.jxl.config.VbdNumber;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one entry of {@code disk = [ … ]}: positional (target, format, vdev, access), key=value, and the old prefixes
 * ({@code phy:…}).
 *
 * @source tools/libs/util/libxlu_disk_l.l; libxlu_disk.c: xlu_disk_parse
 */
final class XlDisk {
    private static final Set<String> OLD_FORMATS = Set.of("raw", "qcow", "qcow2", "vhd");
    private static final Set<String> OLD_SCRIPTS = Set.of("iscsi", "nbd", "enbd", "drbd");
    private static final Set<String> OLD_NOTHING = Set.of("tapdisk", "tap", "tap2", "aio", "ioemu", "file", "phy");

    private final XlValue.Text entry;
    private final String spec;
    private final String field;
    private final XlProblems problems;
    private int at;
    private boolean wrong;
    private boolean oldPrefix;
    private boolean accessSeen;

    private @Nullable String target;
    private @Nullable Format format;
    private @Nullable String vdev;
    private int vdevAt;
    private boolean readWrite = true;
    private boolean cdrom;
    private @Nullable BackendKind backendKind;
    private @Nullable String backendDomain;
    private @Nullable String script;
    private @Nullable Boolean discard;
    private boolean directIoSafe;
    private boolean trusted = true;

    private XlDisk(XlValue.Text entry, String field, XlProblems problems) {
        this.entry = entry;
        this.spec = entry.text();
        this.field = field;
        this.problems = problems;
    }

    /** The disk; empty when something is wrong with it, which has then been told. */
    static Optional<DiskSpec> read(XlValue.Text entry, String field, XlProblems problems) {
        XlDisk reader = new XlDisk(entry, field, problems);
        reader.readAll();
        return reader.wrong ? Optional.empty() : reader.disk();
    }

    private void readAll() {
        while (!wrong) {
            while (at < spec.length() && " \t\n".indexOf(spec.charAt(at)) >= 0) {
                at++;
            }
            if (at >= spec.length()) {
                return;
            }
            if (!takeOldPrefix()) {
                takeParameter();
            }
        }
    }

    /** {@code phy:}, {@code qcow2:}, {@code nbd:}… in front of a target. */
    private boolean takeOldPrefix() {
        int end = at;
        while (end < spec.length() && isLowerOrDigit(spec.charAt(end))) {
            end++;
        }
        boolean prefix =
                end > at && end < spec.length() && spec.charAt(end) == ':' && !Character.isDigit(spec.charAt(at));
        if (!prefix) {
            return false;
        }
        String word = spec.substring(at, end);
        if (OLD_FORMATS.contains(word)) {
            takeFormat(word, at);
        } else if (OLD_SCRIPTS.contains(word)) {
            script = "block-" + word;
        } else if (!OLD_NOTHING.contains(word)) {
            boolean deviceType = end + 1 < spec.length() && isLowerOrDigit(spec.charAt(end + 1));
            if (!deviceType) {
                error(at, "'" + word + ":' is not a known prefix of a target");
            }
            return !deviceType;
        }
        oldPrefix = true;
        at = end + 1;
        return true;
    }

    private static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private void takeParameter() {
        int start = at;
        if (spec.startsWith("target=", at)) {
            at = spec.length();
            String rest = spec.substring(start + "target=".length());
            target = once("target", target, rest.endsWith(",") ? rest.substring(0, rest.length() - 1) : rest, start);
            return;
        }
        int comma = spec.indexOf(',', at);
        int end = comma < 0 ? spec.length() : comma;
        at = comma < 0 ? end : end + 1;
        String parameter = spec.substring(start, end);
        int equals = parameter.indexOf('=');
        if (equals >= 0) {
            keyed(parameter.substring(0, equals), parameter.substring(equals + 1), start);
        } else if (!flag(parameter)) {
            positional(parameter, start);
        }
    }

    private boolean flag(String word) {
        switch (word) {
            case "cdrom" -> cdrom = true;
            case "direct-io-safe" -> directIoSafe = true;
            case "discard" -> discard = true;
            case "no-discard" -> discard = false;
            case "trusted" -> trusted = true;
            case "untrusted" -> trusted = false;
            case "no-colo" -> {
                // what holds anyway
            }
            case "colo" -> error(at, "COLO replication is not supported");
            default -> {
                return false;
            }
        }
        return true;
    }

    private void keyed(String key, String value, int start) {
        int valueAt = start + key.length() + 1;
        switch (key) {
            case "format" -> takeFormat(value, valueAt);
            case "vdev" -> takeVdev(value, valueAt);
            case "access" -> takeAccess(value, valueAt);
            case "devtype" -> takeDeviceType(value, valueAt);
            case "backend" -> backendDomain = once("backend", backendDomain, value, valueAt);
            case "backendtype" -> takeBackendKind(value, valueAt);
            case "script" -> script = once("script", script, value, valueAt);
            case "specification" -> {
                if (!value.equals("xen")) {
                    error(valueAt, "specification '" + Quoting.cut(value) + "' is not supported: only xen is");
                }
            }
            case "grant_usage" -> problems.warning(place(start), field, "grant_usage is for virtio disks; ignored");
            case "colo-host", "colo-port", "colo-export", "active-disk", "hidden-disk" ->
                error(start, key + ": COLO replication is not supported");
            default -> error(start, "'" + Quoting.cut(key) + "' is not a parameter of a disk");
        }
    }

    private void positional(String word, int start) {
        if (target == null) {
            target = word;
        } else if (!oldPrefix && format == null) {
            if (target.isEmpty() && vdevWithType(word, start)) {
                format = Format.EMPTY;
            } else {
                takeFormat(word, start);
            }
        } else if (vdev == null) {
            if (!vdevWithType(word, start)) {
                takeVdev(word, start);
            }
        } else if (!accessSeen) {
            accessSeen = true;
            takeAccess(word, start);
        } else {
            error(start, "'" + Quoting.cut(word) + "' is one too many: target, format, vdev and access were there");
        }
    }

    /** {@code hdc:cdrom}: the old way to say the type. */
    private boolean vdevWithType(String word, int start) {
        int colon = word.lastIndexOf(':');
        if (colon < 0) {
            return false;
        }
        takeVdev(word.substring(0, colon), start);
        takeDeviceType(word.substring(colon + 1), start + colon + 1);
        return true;
    }

    private void takeFormat(String word, int where) {
        Format wanted = switch (word) {
            case "", "raw" -> Format.RAW;
            case "qcow" -> Format.QCOW;
            case "qcow2" -> Format.QCOW2;
            case "vhd" -> Format.VHD;
            case "qed" -> Format.QED;
            case "empty" -> Format.EMPTY;
            default -> null;
        };
        if (wanted == null) {
            error(where, "'" + Quoting.cut(word) + "' is not a format: raw, qcow, qcow2, vhd, qed or empty");
        } else if (format != null && format != wanted) {
            error(where, "the format is given twice: " + word(format) + " and " + word(wanted));
        } else {
            format = wanted;
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void takeVdev(String word, int where) {
        vdevAt = where;
        vdev = once("vdev", vdev, word, where);
    }

    private void takeAccess(String word, int where) {
        switch (word) {
            case "r", "ro" -> readWrite = false;
            case "w", "rw", "" -> readWrite = true;
            default -> error(where, "'" + Quoting.cut(word) + "' is not an access: r, ro, w or rw");
        }
    }

    private void takeDeviceType(String word, int where) {
        switch (word) {
            case "cdrom" -> cdrom = true;
            case "disk" -> cdrom = false;
            default -> error(where, "'" + Quoting.cut(word) + "' is not a type of disk: disk or cdrom");
        }
    }

    private void takeBackendKind(String word, int where) {
        BackendKind wanted = switch (word) {
            case "phy" -> BackendKind.PHY;
            case "qdisk" -> BackendKind.QDISK;
            case "tap" -> BackendKind.TAP;
            case "standalone" -> BackendKind.STANDALONE;
            default -> null;
        };
        if (wanted == null) {
            error(where, "'" + Quoting.cut(word) + "' is not a backendtype: phy, qdisk, tap or standalone");
        } else if (backendKind != null && backendKind != wanted) {
            error(where, "the backendtype is given twice: " + word(backendKind) + " and " + word(wanted));
        } else {
            backendKind = wanted;
        }
    }

    private String once(String what, @Nullable String before, String value, int where) {
        if (before != null && !before.isEmpty()) {
            error(where, "the " + what + " is given twice");
        }
        return value;
    }

    private Optional<DiskSpec> disk() {
        Format readAs = format == null ? Format.RAW : format;
        if (cdrom) {
            readWrite = false;
            readAs = target == null || target.isEmpty() ? Format.EMPTY : readAs;
        }
        if (vdev == null || vdev.isEmpty()) {
            error(0, "no vdev (the disk's name in the guest, e.g. xvda)");
        } else if (VbdNumber.find(vdev).isEmpty()) {
            error(vdevAt, "'" + Quoting.cut(vdev) + "' is not a vdev: xvda to xvdz and on, hda to hdd, sda to sdp");
        }
        boolean noTarget = target == null || target.isEmpty();
        if (noTarget && readAs != Format.EMPTY) {
            error(0, "no target (the file or block device)");
        } else if (readAs == Format.EMPTY && !cdrom) {
            error(0, "only a CD-ROM drive can be empty");
        }
        if (!noTarget && script == null) {
            SpecRules.findFileProblem(Path.of(target)).ifPresent(why -> error(0, "the target " + why));
        }
        if (wrong) {
            return Optional.empty();
        }
        return Optional.of(new DiskSpec(
                readAs == Format.EMPTY
                        ? Optional.empty()
                        : Optional.ofNullable(target).map(Path::of),
                readAs,
                vdev == null ? "" : vdev,
                readWrite,
                cdrom,
                Optional.ofNullable(backendKind),
                present(backendDomain),
                present(script),
                Optional.ofNullable(discard),
                directIoSafe,
                trusted,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    private static Optional<String> present(@Nullable String text) {
        return Optional.ofNullable(text).filter(t -> !t.isEmpty());
    }

    private XlPlace place(int offset) {
        return entry.placeOf(Math.min(offset, spec.length()));
    }

    private void error(int offset, String message) {
        wrong = true;
        problems.error(place(offset), field, message);
    }
}
