package dev.jxl.xld.api;

/** Kinds of devices that can be listed, and attached to a running guest. */
public enum DeviceKind {
    /** A disk. */
    DISK("disks", "/disks", "disk", "disk", "vbd"),
    /** A network card. */
    NIC("nics", "/nics", "nic", "vif", "vif"),
    /** A PCI device of the host. */
    PCI("pci", "/devices/pci", "PCI device", "pci", "pci"),
    /** A paravirtual keyboard and pointer. */
    VKB("vkbs", "/devices/vkbs", "keyboard", "vkb", "vkbd"),
    /** A virtual TPM. */
    VTPM("vtpms", "/devices/vtpms", "TPM", "vtpm", "vtpm"),
    /** A USB controller. */
    USB_CONTROLLER("usb-controllers", "/devices/usbControllers", "USB controller", "usbctrl", "vusb"),
    /** A USB device of the host. */
    USB_DEVICE("usb-devices", "/devices/usbDevices", "USB device", "usbdev", "vusb"),
    /** A console with a name, which a guest has from its start to its end. */
    CHANNEL("channels", "/devices/channels", "channel", "channel", "console");

    private final String collection;
    private final String pointer;
    private final String word;
    private final String xlKey;
    private final String xenstoreKind;

    DeviceKind(String collection, String pointer, String word, String xlKey, String xenstoreKind) {
        this.collection = collection;
        this.pointer = pointer;
        this.word = word;
        this.xlKey = xlKey;
        this.xenstoreKind = xenstoreKind;
    }

    /** The collection's name in the API: {@code /v1/domains/g/disks}. */
    public String collection() {
        return collection;
    }

    /** Where its list is in jxl's JSON form of a domain, a JSON pointer: {@code /devices/vkbs}. */
    public String pointer() {
        return pointer;
    }

    /** The word for one of them: disk, nic. */
    public String word() {
        return word;
    }

    /** Its key in xl.cfg. */
    public String xlKey() {
        return xlKey;
    }

    /** The folder of its frontends in xenstore. */
    public String xenstoreKind() {
        return xenstoreKind;
    }

    /** Whether one can come to a guest that runs, and go. */
    public boolean pluggable() {
        return this != CHANNEL;
    }
}
