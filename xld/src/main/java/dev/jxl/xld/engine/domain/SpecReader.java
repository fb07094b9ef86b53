package dev.jxl.xld.engine.domain;

import dev.jxl.config.DeviceSpecs;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.MacAddress;
import dev.jxl.config.NicSpec;
import dev.jxl.config.NotYet;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecReading;
import dev.jxl.config.UsbControllerSpec;
import dev.jxl.config.VkbSpec;
import dev.jxl.config.VtpmSpec;
import dev.jxl.config.json.DomainSpecJson;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.config.xl.HostCpus;
import dev.jxl.config.xl.XlCfg;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.ToolstackException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a user gave, and decides what he left open and what must not change later: UUID, MAC addresses and numbers of devices.
 */
public final class SpecReader {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SpecReader() {}

    /**
     * A configuration that can be worked with.
     *
     * @param spec complete
     * @param warnings what the user should know
     */
    public record Reading(DomainSpec spec, List<SpecProblem> warnings) {}

    /**
     * Reads a request.
     *
     * @throws ToolstackException.InvalidSpec with all that is wrong
     */
    public static Reading read(CreateRequest request) {
        return read(request, Optional.empty());
    }

    /**
     * Reads a request that replaces a configuration: what it leaves open stays as it was.
     *
     * @param basis whose UUID it gets, and whose MAC addresses where it names none
     * @throws ToolstackException.InvalidSpec with all that is wrong
     * @throws ToolstackException.WrongState when it names another UUID
     */
    public static Reading read(CreateRequest request, Optional<DomainSpec> basis) {
        SpecReading reading = switch (request.format()) {
            case XL_CFG -> XlCfg.read(request.configuration(), request.overrides(), HostCpus.UNKNOWN, request.folder());
            case JSON -> NotYet.refuse(DomainSpecJson.read(request.configuration(), request.folder()));
        };
        DomainSpec spec = reading.spec()
                .orElseThrow(() -> new ToolstackException.InvalidSpec(request.sourceName(), reading.problems()));
        if (spec.uuid().isPresent()
                && basis.isPresent()
                && !spec.uuid().equals(basis.get().uuid())) {
            throw new ToolstackException.WrongState(
                    "the configuration has the UUID " + spec.uuid().get() + ", '"
                            + basis.get().name() + "' has " + basis.get().uuid().orElseThrow()
                            + ": leave 'uuid' out, it cannot be changed");
        }
        return new Reading(complete(spec, 0, Optional.of(request.configuration()), basis), reading.problems());
    }

    /**
     * Reads the configuration in a saved guest's file.
     *
     * @param source the file, for messages
     * @throws ToolstackException.InvalidSpec with all that is wrong
     */
    public static Reading readSaved(String libxlJson, String source) {
        return usable(LibxlJson.readSaved(libxlJson), source);
    }

    /**
     * Reads the configuration that another toolstack has left beside a domain, to make it again.
     *
     * @param source the file, for messages
     * @throws ToolstackException.InvalidSpec with all that is wrong
     */
    public static Reading readLeft(String libxlJson, String source) {
        return usable(LibxlJson.readLeft(libxlJson), source);
    }

    private static Reading usable(SpecReading libxl, String source) {
        SpecReading reading = NotYet.refuse(libxl);
        DomainSpec spec =
                reading.spec().orElseThrow(() -> new ToolstackException.InvalidSpec(source, reading.problems()));
        return new Reading(complete(spec, 0), reading.problems());
    }

    /** The form in which a specification is kept. */
    public static String write(DomainSpec spec) {
        return DomainSpecJson.write(spec);
    }

    /** Reads what {@link #write} wrote. */
    public static Optional<DomainSpec> reread(String json, Optional<String> source) {
        SpecReading reading = DomainSpecJson.read(json);
        if (reading.spec().isEmpty()) {
            System.getLogger(SpecReader.class.getName())
                    .log(System.Logger.Level.ERROR, "a stored configuration cannot be read: " + reading.problems());
        }
        return reading.spec().map(s -> complete(s, 0, source, Optional.empty()));
    }

    /**
     * Decides what must not change later.
     *
     * @param first the number of the first device of each kind, when it has none
     */
    public static DomainSpec complete(DomainSpec spec, int first) {
        return complete(spec, first, spec.sourceText(), Optional.empty());
    }

    private static DomainSpec complete(DomainSpec s, int first, Optional<String> source, Optional<DomainSpec> basis) {
        List<NicSpec> before = basis.map(DomainSpec::nics).orElse(List.of());
        List<NicSpec> nics = new ArrayList<>();
        int next = first;
        for (NicSpec nic : s.nics()) {
            Optional<MacAddress> known =
                    nics.size() < before.size() ? before.get(nics.size()).mac() : Optional.empty();
            int devid = nic.devid().orElse(next);
            MacAddress mac = nic.mac().or(() -> known).orElseGet(() -> MacAddress.random(RANDOM));
            nics.add(decided(nic, mac, devid));
            next = devid + 1;
        }
        return s.toBuilder()
                .uuid(Optional.of(
                        s.uuid().or(() -> basis.flatMap(DomainSpec::uuid)).orElseGet(DomainUuid::random)))
                .nics(nics)
                .devices(decided(s, first, basis))
                .sourceText(source)
                .build();
    }

    private static DeviceSpecs decided(DomainSpec spec, int first, Optional<DomainSpec> basis) {
        DeviceSpecs devices = spec.devices();
        List<VkbSpec> vkbs = new ArrayList<>();
        int next = first;
        for (VkbSpec vkb : devices.vkbs()) {
            int devid = vkb.devid().orElse(next);
            vkbs.add(vkb.withDevid(devid));
            next = devid + 1;
        }
        next = first;
        List<VtpmSpec> before = basis.map(b -> b.devices().vtpms()).orElse(List.of());
        List<VtpmSpec> vtpms = new ArrayList<>();
        for (VtpmSpec vtpm : devices.vtpms()) {
            Optional<DomainUuid> known =
                    vtpms.size() < before.size() ? before.get(vtpms.size()).uuid() : Optional.empty();
            int devid = vtpm.devid().orElse(next);
            vtpms.add(new VtpmSpec(
                    vtpm.backendDomain(),
                    vtpm.uuid().or(() -> known).or(() -> Optional.of(DomainUuid.random())),
                    Optional.of(devid)));
            next = devid + 1;
        }
        List<UsbControllerSpec> controllers = new ArrayList<>();
        next = first;
        for (UsbControllerSpec controller : devices.usbControllers()) {
            int devid = controller.devid().orElse(next);
            controllers.add(controller.decidedFor(spec.type()).withDevid(devid));
            next = devid + 1;
        }
        return devices.withVkbs(vkbs).withVtpms(vtpms).withUsb(controllers, devices.usbDevices());
    }

    private static NicSpec decided(NicSpec n, MacAddress mac, int devid) {
        return new NicSpec(
                Optional.of(mac),
                n.bridge(),
                n.model(),
                n.ioemu(),
                n.vifname(),
                n.script(),
                n.ip(),
                n.backendDomain(),
                n.gatewaydev(),
                n.rateLimit(),
                Optional.of(devid),
                n.mtu(),
                n.vlan(),
                n.trusted());
    }
}
