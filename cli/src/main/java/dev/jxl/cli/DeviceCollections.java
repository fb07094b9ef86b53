package dev.jxl.cli;

/** What the API calls the devices of commands like {@code block-attach}. */
final class DeviceCollections {
    private DeviceCollections() {}

    /** The collection that a command is about: {@code disks} for {@code block-list}. */
    static String of(String command) {
        return switch (command.substring(0, command.lastIndexOf('-'))) {
            case "block" -> "disks";
            case "network" -> "nics";
            case "pci" -> "pci";
            case "vkb" -> "vkbs";
            case "vtpm" -> "vtpms";
            case "usbctrl" -> "usb-controllers";
            case "usbdev" -> "usb-devices";
            case "channel" -> "channels";
            default -> throw new IllegalArgumentException(command);
        };
    }

    static String path(String command, String domain) {
        return "/v1/domains/" + Daemon.encoded(domain) + "/" + of(command);
    }
}
