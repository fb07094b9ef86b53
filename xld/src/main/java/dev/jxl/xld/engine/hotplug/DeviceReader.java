package dev.jxl.xld.engine.hotplug;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.NicSpec;
import dev.jxl.config.NotYet;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
import dev.jxl.config.json.DomainSpecJson;
import dev.jxl.config.xl.HostCpus;
import dev.jxl.config.xl.XlCfg;
import dev.jxl.xld.api.CreateRequest.Format;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.ToolstackException;
import java.util.List;

/**
 * Reads the description of one device, by the readers of whole configurations: it is put into the smallest one there can be, so
 * that a device means the same wherever it is written.
 */
final class DeviceReader {
    private static final int LINE = 5;
    private static final String NESTED = "/devices/";

    private DeviceReader() {}

    /**
     * Reads it.
     *
     * @param type of the guest that it is for
     * @return a configuration that has this device and no other
     * @throws ToolstackException.InvalidSpec with places in the description
     */
    static DomainSpec read(DeviceRequest request, GuestType type) {
        SpecReading reading = request.format() == Format.XL_CFG ? readXl(request, type) : readJson(request, type);
        DomainSpec spec = reading.spec().orElseThrow(() -> refused(request, reading.problems()));
        // A card that comes later has nothing emulated beside it. Source: libxl_nic.c: libxl__device_nic_setdefault
        return spec.toBuilder()
                .nics(spec.nics().stream().map(NicSpec::paravirtualOnly).toList())
                .build();
    }

    private static ToolstackException.InvalidSpec refused(DeviceRequest request, List<SpecProblem> problems) {
        return new ToolstackException.InvalidSpec("the " + request.kind().word(), problems);
    }

    private static SpecReading readXl(DeviceRequest request, GuestType type) {
        String text = request.description();
        char quote = text.indexOf('"') < 0 ? '"' : '\'';
        if (text.indexOf(quote) >= 0 || text.indexOf('\n') >= 0) {
            throw refused(
                    request,
                    List.of(new SpecProblem(
                            Severity.ERROR, 1, 1, request.kind().xlKey(), "has a line end, or both kinds of quotes")));
        }
        String before = request.kind().xlKey() + " = [ " + quote;
        String configuration = "name = \"device\"\ntype = \"" + type.word() + "\"\nkernel = \"/device\"\nmemory = 64\n"
                + before + text.replace("\\", "\\\\") + quote + " ]\n";
        SpecReading reading = XlCfg.read(configuration, List.of(), HostCpus.UNKNOWN, request.folder());
        return new SpecReading(
                reading.spec(),
                reading.problems().stream().map(p -> placed(p, before.length())).toList());
    }

    private static SpecProblem placed(SpecProblem p, int before) {
        boolean inside = p.line() == LINE && p.column() > before;
        return new SpecProblem(p.severity(), inside ? 1 : 0, inside ? p.column() - before : 0, p.field(), p.message());
    }

    private static SpecReading readJson(DeviceRequest request, GuestType type) {
        String list = request.kind().pointer();
        boolean nested = list.startsWith(NESTED);
        String devices = "\"" + list.substring(list.lastIndexOf('/') + 1) + "\":[" + request.description() + "]";
        SpecReading reading = NotYet.refuse(DomainSpecJson.read(
                "{\"name\":\"device\",\"type\":\"" + type.word()
                        + "\",\"memoryKib\":65536,\"boot\":{\"kernel\":\"/device\"},"
                        + (nested ? "\"devices\":{" + devices + "}" : devices) + "}",
                request.folder()));
        if (reading.spec().isPresent() && count(reading.spec().get(), request.kind()) != 1) {
            throw refused(
                    request,
                    List.of(new SpecProblem(Severity.ERROR, 0, 0, "", "is not one JSON object that describes one")));
        }
        String pointer = list + "/0";
        return new SpecReading(
                reading.spec(),
                reading.problems().stream()
                        .map(p -> p.field().startsWith(pointer)
                                ? new SpecProblem(
                                        p.severity(),
                                        p.line(),
                                        p.column(),
                                        p.field().substring(pointer.length()),
                                        p.message())
                                : p)
                        .toList());
    }

    private static int count(DomainSpec spec, DeviceKind kind) {
        return switch (kind) {
            case DISK -> spec.disks().size();
            case NIC -> spec.nics().size();
            case PCI -> spec.devices().pci().size();
            case VKB -> spec.devices().vkbs().size();
            case USB_CONTROLLER -> spec.devices().usbControllers().size();
            case USB_DEVICE -> spec.devices().usbDevices().size();
            case VTPM -> spec.devices().vtpms().size();
            case CHANNEL -> spec.devices().channels().size();
        };
    }
}
