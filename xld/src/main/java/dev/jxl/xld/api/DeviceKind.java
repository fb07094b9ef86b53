package dev.jxl.xld.api;

/** Kinds of devices that can be attached to a running guest. */
public enum DeviceKind {
    /** A disk. */
    DISK("disks", "disk", "disk", "vbd"),
    /** A network card. */
    NIC("nics", "nic", "vif", "vif"),
    /** A PCI device of the host. */
    PCI("pci", "PCI device", "pci", "pci");

    private final String collection;
    private final String word;
    private final String xlKey;
    private final String xenstoreKind;

    DeviceKind(String collection, String word, String xlKey, String xenstoreKind) {
        this.collection = collection;
        this.word = word;
        this.xlKey = xlKey;
        this.xenstoreKind = xenstoreKind;
    }

    /** The collection's name in the API: {@code /v1/domains/g/disks}. */
    public String collection() {
        return collection;
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
}
