package dev.jxl.config;

/**
 * What happens at each kind of stop.
 *
 * @param poweroff it has powered itself off
 * @param reboot it has asked for a reboot
 * @param watchdog its watchdog was not fed
 * @param crash it has crashed
 * @param softReset it has asked for a soft reset
 * @param deviceModelCrash its device model has ended while it runs; jxl's own, xl does nothing then
 */
public record OnEvents(
        @Field(orElse = "destroy") EventAction poweroff,
        @Field(orElse = "restart") EventAction reboot,
        @Field(orElse = "destroy") EventAction watchdog,
        @Field(orElse = "destroy") EventAction crash,
        @Field(orElse = "soft-reset") EventAction softReset,
        @Field(orElse = "preserve") EventAction deviceModelCrash) {
    /** xl's defaults: poweroff, watchdog and crash destroy; reboot restarts; soft reset resets; nothing for QEMU's end. */
    public static final OnEvents DEFAULT = new OnEvents(
            EventAction.DESTROY,
            EventAction.RESTART,
            EventAction.DESTROY,
            EventAction.DESTROY,
            EventAction.SOFT_RESET,
            EventAction.PRESERVE);
}
