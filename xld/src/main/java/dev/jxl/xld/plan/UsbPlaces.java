package dev.jxl.xld.plan;

import dev.jxl.config.DeviceSpecs;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.UsbControllerSpec;
import dev.jxl.config.UsbDeviceSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which port of which controller each USB device of a new guest gets.
 *
 * @source tools/libs/light/libxl_usb.c: libxl__device_usbdev_setdefault, is_usbdev_assignable
 */
public final class UsbPlaces {
    private final DomainSpec spec;
    private final List<UsbFact> host;
    private final List<SpecProblem> problems;
    private final List<UsbControllerSpec> controllers = new ArrayList<>();
    private final List<UsbDeviceSpec> placed = new ArrayList<>();
    private final Set<List<Integer>> taken = new HashSet<>();

    private UsbPlaces(DomainSpec spec, List<UsbFact> host, List<SpecProblem> problems) {
        this.spec = spec;
        this.host = host;
        this.problems = problems;
    }

    /** The specification with all places decided; problems are told for devices that cannot be given. */
    static DomainSpec decide(DomainSpec spec, List<UsbFact> host, List<SpecProblem> problems) {
        if (spec.devices().usbDevices().isEmpty()) {
            return spec;
        }
        UsbPlaces places = new UsbPlaces(spec, host, problems);
        DeviceSpecs devices = places.decide();
        return spec.toBuilder().devices(devices).build();
    }

    /**
     * A USB device of the host that a guest can have.
     *
     * @return what is wrong with it; empty when nothing is
     */
    public static Optional<String> problem(UsbDeviceSpec device, List<UsbFact> host) {
        Optional<UsbFact> fact = find(device, host);
        if (fact.isEmpty()) {
            return Optional.of("this host has no USB device " + words(device) + ": 'lsusb' lists those it has");
        }
        if (fact.get().hub()) {
            return Optional.of("USB device " + words(device) + " is a hub, which only the host can use");
        }
        return fact.get()
                .holder()
                .map(d -> "USB device " + words(device) + " belongs to domain " + d
                        + ": take it from there first (jxl usb-list " + d + ", jxl usbdev-detach)");
    }

    /** A device's fact, if the host has the device. */
    public static Optional<UsbFact> find(UsbDeviceSpec device, List<UsbFact> host) {
        return host.stream()
                .filter(fact -> fact.bus() == device.hostBus() && fact.address() == device.hostAddress())
                .findFirst();
    }

    /** As messages name it. */
    public static String words(UsbDeviceSpec device) {
        return device.hostBus() + ":" + device.hostAddress();
    }

    private DeviceSpecs decide() {
        int next = 0;
        for (UsbControllerSpec controller : spec.devices().usbControllers()) {
            int devid = controller.devid().orElse(next);
            controllers.add(controller.decidedFor(spec.type()).withDevid(devid));
            next = devid + 1;
        }
        Set<String> seen = new HashSet<>();
        for (UsbDeviceSpec device : spec.devices().usbDevices()) {
            Optional<String> problem = problem(device, host)
                    .or(() -> seen.add(words(device))
                            ? Optional.empty()
                            : Optional.of("USB device " + words(device) + " is named twice"))
                    .or(() -> place(device));
            problem.ifPresent(m -> problems.add(Planner.error("usbdev", m)));
        }
        return spec.devices().withUsb(controllers, placed);
    }

    /** Gives it a place, or tells why there is none. */
    private Optional<String> place(UsbDeviceSpec device) {
        if (device.controller().isEmpty() && device.port().isPresent()) {
            return Optional.of("USB device " + words(device) + ": port= needs controller=");
        }
        if (take(device)) {
            return Optional.empty();
        }
        if (device.controller().isPresent()) {
            return Optional.of("USB device " + words(device) + ": controller "
                    + device.controller().get()
                    + device.port().map(p -> " has no free port " + p).orElse(" has no free port, or is not there"));
        }
        int devid = controllers.isEmpty() ? 0 : controllers.getLast().devid().orElse(0) + 1;
        controllers.add(new UsbControllerSpec(Optional.empty(), 0, 0, Optional.empty(), Optional.of(devid))
                .decidedFor(spec.type()));
        boolean _ = take(device);
        return Optional.empty();
    }

    private boolean take(UsbDeviceSpec device) {
        for (UsbControllerSpec controller : controllers) {
            int devid = controller.devid().orElseThrow();
            if (device.controller().filter(c -> c != devid).isPresent()) {
                continue;
            }
            int first = device.port().orElse(1);
            int last = Math.min(device.port().orElse(controller.ports()), controller.ports());
            for (int port = first; port <= last; port++) {
                if (taken.add(List.of(devid, port))) {
                    placed.add(device.at(devid, port));
                    return true;
                }
            }
        }
        return false;
    }
}
