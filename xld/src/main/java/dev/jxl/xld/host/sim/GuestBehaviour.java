package dev.jxl.xld.host.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What a simulated guest does. A guest whose kernel command line has {@code sim=WORD} (several with commas) does as the
 * words of {@link #of} say.
 *
 * @param boot what happens when it boots
 * @param connectsDevices whether its frontends connect
 * @param obeysShutdown whether it acts on {@code control/shutdown}
 * @param pvDrivers whether it says that it listens, and tells Xen where to send its events
 * @param hostile whether it writes nonsense and traps into every node that it may write
 * @param late whether it takes a request to stop and does not follow it before its node {@code data/go} is there
 */
public record GuestBehaviour(
        Boot boot, boolean connectsDevices, boolean obeysShutdown, boolean pvDrivers, boolean hostile, boolean late) {
    /** Boots, connects, obeys. */
    public static final GuestBehaviour WELL_BEHAVED = new GuestBehaviour(Boot.READY, true, true, true, false, false);

    /** What happens when a guest boots. */
    public enum Boot {
        /** It comes up. */
        READY,
        /** It runs and never does anything. */
        HANGS,
        /** It crashes. */
        CRASHES,
        /** It powers itself off. */
        POWERS_OFF,
        /** It asks to be rebooted. */
        REBOOTS,
        /** Its watchdog bites. */
        WATCHDOG
    }

    /** The same with another end of booting. */
    public GuestBehaviour withBoot(Boot other) {
        return new GuestBehaviour(other, connectsDevices, obeysShutdown, pvDrivers, hostile, late);
    }

    /** The same, deaf to {@code control/shutdown}. */
    public GuestBehaviour ignoringShutdown() {
        return new GuestBehaviour(boot, connectsDevices, false, pvDrivers, hostile, late);
    }

    /** The same, with frontends that never connect. */
    public GuestBehaviour withoutDevices() {
        return new GuestBehaviour(boot, false, obeysShutdown, pvDrivers, hostile, late);
    }

    /** The same without PV drivers: it announces nothing and obeys nothing. */
    public GuestBehaviour withoutPvDrivers() {
        return new GuestBehaviour(boot, false, false, false, hostile, late);
    }

    /** The same, writing hostile values. */
    public GuestBehaviour withHostility() {
        return new GuestBehaviour(boot, connectsDevices, obeysShutdown, pvDrivers, true, late);
    }

    /** The same, late to do what it was asked to. */
    public GuestBehaviour withDelay() {
        return new GuestBehaviour(boot, connectsDevices, obeysShutdown, pvDrivers, hostile, true);
    }

    /**
     * By a kernel command line.
     *
     * @param commandLine with or without {@code sim=}: hang, crash, poweroff, reboot, watchdog, ignore-shutdown, no-devices,
     *     no-pv-drivers, hostile, late
     * @param otherwise what it does where the line says nothing
     */
    public static GuestBehaviour of(String commandLine, GuestBehaviour otherwise) {
        GuestBehaviour behaviour = otherwise;
        for (String word : words(commandLine)) {
            behaviour = switch (word) {
                case "hang" -> behaviour.withBoot(Boot.HANGS);
                case "crash" -> behaviour.withBoot(Boot.CRASHES);
                case "poweroff" -> behaviour.withBoot(Boot.POWERS_OFF);
                case "reboot" -> behaviour.withBoot(Boot.REBOOTS);
                case "watchdog" -> behaviour.withBoot(Boot.WATCHDOG);
                case "ignore-shutdown" -> behaviour.ignoringShutdown();
                case "no-devices" -> behaviour.withoutDevices();
                case "no-pv-drivers" -> behaviour.withoutPvDrivers();
                case "hostile" -> behaviour.withHostility();
                case "late" -> behaviour.withDelay();
                default -> behaviour;
            };
        }
        return behaviour;
    }

    /** Whether a guest of that kernel command line ({@code sim=busy}) writes too much to be sent while it has half its CPU time or more. */
    static boolean isBusy(String commandLine) {
        return words(commandLine).contains("busy");
    }

    private static List<String> words(String commandLine) {
        List<String> words = new ArrayList<>();
        for (String argument : commandLine.split(" ", -1)) {
            if (argument.startsWith("sim=")) {
                words.addAll(List.of(argument.substring(4).split(",", -1)));
            }
        }
        return words;
    }
}
