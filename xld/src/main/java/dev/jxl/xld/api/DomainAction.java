package dev.jxl.xld.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be done to a domain. */
public sealed interface DomainAction {
    /** The word of the API: the last part of {@code …/actions/<word>}. */
    String word();

    /** Terminate at once. */
    record Destroy() implements DomainAction {
        @Override
        public String word() {
            return "destroy";
        }
    }

    /**
     * Ask the guest to power off.
     *
     * @param fallbackAcpi press the ACPI power button when the guest has no PV drivers
     * @param untilGone the operation ends when the domain is gone (or stopped and preserved), not when the guest was told
     */
    record Shutdown(boolean fallbackAcpi, boolean untilGone) implements DomainAction {
        @Override
        public String word() {
            return "shutdown";
        }
    }

    /**
     * Ask the guest to reboot.
     *
     * @param fallbackAcpi use ACPI's reset when the guest has no PV drivers
     * @param untilGone the operation ends when the new domain runs
     */
    record Reboot(boolean fallbackAcpi, boolean untilGone) implements DomainAction {
        @Override
        public String word() {
            return "reboot";
        }
    }

    /** Stop all vCPUs. */
    record Pause() implements DomainAction {
        @Override
        public String word() {
            return "pause";
        }
    }

    /** Let all vCPUs run. */
    record Unpause() implements DomainAction {
        @Override
        public String word() {
            return "unpause";
        }
    }

    /** Ask the guest to suspend itself; its memory stays. */
    record Suspend() implements DomainAction {
        @Override
        public String word() {
            return "suspend";
        }
    }

    /** Let a suspended guest go on. */
    record Resume() implements DomainAction {
        @Override
        public String word() {
            return "resume";
        }
    }

    /**
     * Give it another name.
     *
     * @param name unique on the host, 1 to 255 characters
     */
    record Rename(String name) implements DomainAction {
        @Override
        public String word() {
            return "rename";
        }
    }

    /**
     * Replace the configuration that it is made of when it is started again.
     *
     * @param request for the same name; what it leaves open (MAC addresses) stays as it was
     */
    record Reconfigure(CreateRequest request) implements DomainAction {
        @Override
        public String word() {
            return "config-update";
        }
    }

    /**
     * Write its registers and memory to a file, as they are; a running domain is not stopped for it.
     *
     * @param file absolute; replaced when it is there
     */
    record DumpCore(Path file) implements DomainAction {
        @Override
        public String word() {
            return "dump-core";
        }
    }

    /**
     * Write it to a file that it can be restored from, by xl too.
     *
     * @param file absolute; replaced when it is there
     * @param then what becomes of it afterwards
     */
    record Save(Path file, Afterwards then) implements DomainAction {
        /** What becomes of a saved guest. */
        public enum Afterwards {
            /** It is in the file only. */
            DESTROY,
            /** It runs on: the file is a copy of it as it was. */
            RUN,
            /** The same, but it is paused. */
            PAUSE
        }

        @Override
        public String word() {
            return "save";
        }
    }

    /**
     * Move it to another host.
     *
     * @param target what the other host is called, for messages
     * @param way how it is reached
     * @param live whether the guest runs on while its memory is sent; PV guests cannot
     * @param downtime how long it may stand still in the end, as far as its writing allows
     * @param autoConverge whether it is slowed, by its scheduler's cap, when it writes faster than its memory can be sent
     */
    record Migrate(String target, Way way, boolean live, Duration downtime, boolean autoConverge)
            implements DomainAction {
        /** How long a guest stands still where nobody says otherwise. */
        public static final Duration DOWNTIME = Duration.ofMillis(100);

        /** To whatever a command leads to. */
        public Migrate(String target, String command, boolean live) {
            this(target, new Command(command), live, DOWNTIME, false);
        }

        /** How another host is reached. */
        public sealed interface Way {}

        /**
         * By a command that leads to a {@code migrate-receive}, jxl's or xl's.
         *
         * @param line one line for a shell of dom0, run as root: its standard input and output lead to the receiver
         */
        public record Command(String line) implements Way {}

        /**
         * To this same host, without anything between: it becomes another domain here.
         *
         * @param paused whether it stays paused then
         */
        public record Here(boolean paused) implements Way {}

        /**
         * By TLS, to the jxld there; both write down who has the guest.
         *
         * @param host a name or an address, which its certificate must have
         * @param port of TCP
         * @param paused whether the guest stays paused there
         * @param bytesPerSecond how much is sent at most; 0: as much as the network takes
         */
        public record Peer(String host, int port, boolean paused, long bytesPerSecond) implements Way {
            /** Where a jxld listens if nothing else is said. */
            public static final int PORT = 8474;

            private static final Pattern ADDRESS =
                    Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?");

            /** Reached without limits, by what {@link #address} gives: {@code HOST}, {@code HOST:PORT}, {@code [ADDRESS]:PORT}. */
            public static Peer parse(String address) {
                Matcher matcher = ADDRESS.matcher(address);
                int port = matcher.matches() && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : PORT;
                if (!matcher.matches() || address.startsWith("-") || port < 1 || port > 65535) {
                    throw new ToolstackException.InvalidRequest(
                            "'" + address
                                    + "' is no host with a jxld: HOST, HOST:PORT or [IPv6 ADDRESS]:PORT are, with letters, digits and . _ -");
                }
                return new Peer(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port, false, 0);
            }

            /** Host and port, as {@link #parse} reads it. */
            public String address() {
                return (host.contains(":") ? "[" + host + "]" : host) + (port == PORT ? "" : ":" + port);
            }
        }

        @Override
        public String word() {
            return "migrate";
        }
    }

    /**
     * Press a magic SysRq key of a Linux guest.
     *
     * @param key one printable character of ASCII
     */
    record Sysrq(char key) implements DomainAction {
        /** Refuses what is no key. */
        public Sysrq {
            if (key <= ' ' || key > '~') {
                throw new IllegalArgumentException("a SysRq key is one printable character");
            }
        }

        @Override
        public String word() {
            return "sysrq";
        }
    }

    /**
     * Press a button of the machine, or interrupt it.
     *
     * @param kind which
     * @param vcpu which vCPU hears of it; only {@link Kind#NMI} and {@link Kind#INIT} are about one
     * @source tools/xl/xl_misc.c: main_trigger
     */
    record Trigger(Kind kind, int vcpu) implements DomainAction {
        /** What there is to trigger; the words are xl's. */
        public enum Kind {
            /** A non-maskable interrupt. */
            NMI,
            /** Stops it at once, for a reboot. */
            RESET,
            /** Processors' INIT. */
            INIT,
            /** The ACPI power button. */
            POWER,
            /** The ACPI sleep button. */
            SLEEP,
            /** Wakes an HVM guest that sleeps in ACPI's state S3. */
            S3RESUME
        }

        /** Refuses what is no vCPU. */
        public Trigger {
            if (vcpu < 0) {
                throw new IllegalArgumentException("vCPUs are counted from 0");
            }
        }

        @Override
        public String word() {
            return "trigger";
        }
    }

    /**
     * Change what lies in a CD drive of an HVM guest.
     *
     * @param vdev the drive: hdc
     * @param medium a file or block device of dom0, read as it is; empty: nothing
     */
    record ChangeCd(String vdev, Optional<Path> medium) implements DomainAction {
        @Override
        public String word() {
            return medium.isPresent() ? "cd-insert" : "cd-eject";
        }
    }
}
