package dev.jxl.xenctrl;

/**
 * Numbers of HVM parameters.
 *
 * @source xen/include/public/hvm/params.h: HVM_PARAM_*
 */
public final class HvmParam {
    /** How events reach the guest; not 0 once its PV drivers run. */
    public static final int CALLBACK_IRQ = 0;
    /** Frame of the xenstore ring. */
    public static final int STORE_PFN = 1;
    /** Port of xenstore. */
    public static final int STORE_EVTCHN = 2;
    /** PAE. */
    public static final int PAE_ENABLED = 4;
    /** Frame of the I/O request page. */
    public static final int IOREQ_PFN = 5;
    /** Viridian (Hyper-V) features. */
    public static final int VIRIDIAN = 9;
    /** How missed timer ticks are handled. */
    public static final int TIMER_MODE = 10;
    /** High precision event timer. */
    public static final int HPET_ENABLED = 11;
    /** ACPI S state: 3 asleep, 0 awake. */
    public static final int ACPI_S_STATE = 14;
    /** Align virtual timers across virtual CPUs. */
    public static final int VPT_ALIGN = 16;
    /** Frame of the console ring. */
    public static final int CONSOLE_PFN = 17;
    /** Port of the console. */
    public static final int CONSOLE_EVTCHN = 18;
    /** Where ACPI I/O ports are. */
    public static final int ACPI_IOPORTS_LOCATION = 19;
    /** Where the guest reads its generation id. */
    public static final int VM_GENERATION_ID_ADDR = 34;
    /** Alternate p2m mode. */
    public static final int ALTP2M = 35;
    /** Machine check abilities. */
    public static final int MCA_CAP = 38;

    private HvmParam() {}
}
