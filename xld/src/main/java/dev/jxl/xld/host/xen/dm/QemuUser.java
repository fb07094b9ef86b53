package dev.jxl.xld.host.xen.dm;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.libc.ProcessFd;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xenstore.StoreAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The users that restricted device models run as: one for each domain, counted from a base that the admin has set aside.
 *
 * @source docs/features/qemu-deprivilege.pandoc; tools/libs/light/libxl_internal.h: LIBXL_QEMU_USER_RANGE_BASE
 */
final class QemuUser {
    private static final String BASE = "xen-qemuuser-range-base";
    private static final Path USERS = Path.of("/etc/passwd");
    /** A device model that makes processes faster than they are ended would be given up after so many rounds. */
    private static final int ROUNDS = 50;

    /** The user of a domain's device model, if the host has users for them. */
    OptionalInt find(DomainId domain) {
        try {
            Optional<Integer> base = Files.readAllLines(USERS, StandardCharsets.UTF_8).stream()
                    .map(line -> line.split(":"))
                    .filter(fields ->
                            fields.length > 2 && fields[0].equals(BASE) && fields[2].matches("[1-9][0-9]{0,8}"))
                    .map(fields -> Integer.parseInt(fields[2]))
                    .findFirst();
            return base.map(b -> OptionalInt.of(b + domain.value())).orElseGet(OptionalInt::empty);
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Ends whatever runs as the user that xenstore names for a domain: a hostile device model may have made children. */
    void endAll(Path proc, DomainId domain, StoreAccess store) {
        Optional<String> uid = store.find("/local/domain/" + domain + "/image/device-model-kill-uid")
                .filter(text -> text.matches("[1-9][0-9]{0,9}"));
        if (uid.isEmpty() || find(domain).isEmpty() || find(domain).getAsInt() != Long.parseLong(uid.get())) {
            return;
        }
        for (int round = 0; round < ROUNDS && endOnce(proc, Integer.parseInt(uid.get())); round++) {
            Thread.onSpinWait();
        }
    }

    private static boolean endOnce(Path proc, int uid) {
        boolean any = false;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (runsAs(process, uid)) {
                    any = true;
                    try (ProcessFd held =
                            ProcessFd.open(Long.parseLong(process.getFileName().toString()))) {
                        if (runsAs(process, uid)) {
                            held.signal(ProcessFd.SIGKILL);
                            ProcessFd.awaitEnd(List.of(held), 1000);
                        }
                    } catch (SystemCallFailed gone) {
                        // It was faster.
                    }
                }
            }
        } catch (IOException e) {
            return false;
        }
        return any;
    }

    private static boolean runsAs(Path process, int uid) {
        try {
            return Files.getAttribute(process, "unix:uid").equals(uid);
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }
}
