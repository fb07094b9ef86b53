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
 * @param hostStop what is done with a defined domain when its host stops; jxl's own
 */
public record OnEvents(
        @Field(orElse = "destroy") EventAction poweroff,
        @Field(orElse = "restart") EventAction reboot,
        @Field(orElse = "destroy") EventAction watchdog,
        @Field(orElse = "destroy") EventAction crash,
        @Field(orElse = "soft-reset") EventAction softReset,
        @Field(orElse = "preserve") EventAction deviceModelCrash,
        @Field(orElse = "shutdown") AtHostStop hostStop) {
    /** xl's defaults: poweroff, watchdog and crash destroy; reboot restarts; soft reset resets; nothing for QEMU's end, a shutdown at the host's. */
    public static final OnEvents DEFAULT = new OnEvents(
            EventAction.DESTROY,
            EventAction.RESTART,
            EventAction.DESTROY,
            EventAction.DESTROY,
            EventAction.SOFT_RESET,
            EventAction.PRESERVE,
            AtHostStop.SHUTDOWN);

    /** The same with jxl's own of another one. */
    public OnEvents withOwnOf(OnEvents other) {
        return new OnEvents(poweroff, reboot, watchdog, crash, softReset, other.deviceModelCrash, other.hostStop);
    }

    /** What is done with a domain when its host stops. */
    public enum AtHostStop implements Worded {
        /** It is asked to power off. */
        SHUTDOWN,
        /** It is saved, and goes on at the host's next start where it was. */
        SAVE
    }
}
