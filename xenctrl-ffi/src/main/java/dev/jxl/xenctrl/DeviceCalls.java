package dev.jxl.xenctrl;

/** Rights on real hardware, and real devices given to domains. */
public interface DeviceCalls {
    /** Lets the domain use I/O ports, or forbids it. */
    void permitIoPorts(int domid, int firstPort, int count, boolean allow);

    /** Lets the domain map machine memory of devices, or forbids it; in frames. */
    void permitIoMemory(int domid, long firstMfn, long count, boolean allow);

    /** Maps machine memory of devices into an HVM or PVH guest, or takes it out; in frames. */
    void mapIoMemory(int domid, long firstGfn, long firstMfn, long count, boolean map);

    /** Lets the domain use a physical interrupt. */
    void permitIrq(int domid, int pirq, boolean allow);

    /**
     * Binds a machine interrupt to the domain.
     *
     * @return the pirq
     */
    int mapPirq(int domid, int irq);

    /** Takes a machine interrupt from the domain. */
    void unmapPirq(int domid, int pirq);

    /**
     * Hands a PCI device to the domain.
     *
     * @param sbdf segment&lt;&lt;16 | bus&lt;&lt;8 | device&lt;&lt;3 | function
     * @param relaxedReservedMemory what XEN_DOMCTL_DEV_RDM_RELAXED says
     */
    void assignDevice(int domid, int sbdf, boolean relaxedReservedMemory);

    /** Takes a PCI device back. */
    void deassignDevice(int domid, int sbdf);
}
