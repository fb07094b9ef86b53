package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Tells systemd how jxld is: only where systemd asked for it (NOTIFY_SOCKET). */
public final class ServiceNotify {
    private static final System.Logger LOG = System.getLogger(ServiceNotify.class.getName());

    private final Optional<String> socket;
    private final Optional<Duration> interval;

    private ServiceNotify(Optional<String> socket, Optional<Duration> interval) {
        this.socket = socket;
        this.interval = interval;
    }

    /** By NOTIFY_SOCKET and WATCHDOG_USEC. */
    public static ServiceNotify fromEnvironment() {
        Optional<Duration> watchdog = Optional.ofNullable(System.getenv("WATCHDOG_USEC"))
                .filter(t -> t.matches("[0-9]{1,15}"))
                .map(t -> Duration.ofNanos(Long.parseLong(t) * 1000 / 3));
        return new ServiceNotify(Optional.ofNullable(System.getenv("NOTIFY_SOCKET")), watchdog);
    }

    /** jxld serves. */
    public void ready() {
        send("READY=1");
    }

    /** jxld stops. */
    public void stopping() {
        send("STOPPING=1");
    }

    /** From now on says that jxld is well, as often as systemd asked for, while {@code alive} says so. */
    public void watchdog(BooleanSupplier alive) {
        if (socket.isEmpty() || interval.isEmpty()) {
            return;
        }
        long nanos = interval.get().toNanos();
        Thread.ofPlatform().daemon().name("watchdog").start(() -> {
            while (true) {
                if (alive.getAsBoolean()) {
                    send("WATCHDOG=1");
                }
                LockSupport.parkNanos(nanos);
            }
        });
    }

    private void send(String state) {
        socket.ifPresent(address -> {
            try {
                LibC.sendDatagram(address, state.getBytes(StandardCharsets.UTF_8));
            } catch (SystemCallFailed | IllegalArgumentException e) {
                // systemd's own timeout is the consequence; jxld's work does not depend on it.
                LOG.log(System.Logger.Level.WARNING, "systemd could not be told " + state + ": " + e.getMessage());
            }
        });
    }
}
