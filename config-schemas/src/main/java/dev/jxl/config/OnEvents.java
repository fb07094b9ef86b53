package dev.jxl.config;

/** What happens at each kind of stop. */
public record OnEvents(
        EventAction poweroff, EventAction reboot, EventAction watchdog, EventAction crash, EventAction softReset) {
    /** xl's defaults: poweroff, watchdog and crash destroy; reboot restarts; soft reset resets. */
    public static final OnEvents DEFAULT = new OnEvents(
            EventAction.DESTROY, EventAction.RESTART, EventAction.DESTROY, EventAction.DESTROY, EventAction.SOFT_RESET);
}
