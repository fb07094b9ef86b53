package dev.jxl.xld.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A driver domain as users see it.
 *
 * @param name its name
 * @param uuid its UUID
 * @param domid the number that its clients know it by; -1 before its first life
 * @param state running, …; absent between two lives
 * @param supervised whether it is made again by itself
 * @param ready whether its program says that it serves all devices
 * @param version of its program
 * @param heartbeatAgeMillis for how long its heartbeat has stood still, in milliseconds
 * @param devices what it serves
 * @param restarts how it has been started again lately, where there is something to say
 * @param lastOutage the last time that it was made again
 * @param tally how often it has failed and come back
 */
public record DriverDomainView(
        String name,
        String uuid,
        int domid,
        String state,
        boolean supervised,
        boolean ready,
        Optional<String> version,
        Optional<Long> heartbeatAgeMillis,
        List<ServedDevice> devices,
        Optional<DomainView.Restarts> restarts,
        Optional<OutageView> lastOutage,
        Tally tally) {
    /** Makes the list immutable. */
    public DriverDomainView {
        devices = List.copyOf(devices);
    }

    /**
     * A device that it serves.
     *
     * @param client the client's name
     * @param domid the client's number
     * @param kind vbd or vif
     * @param devid the device's number
     * @param state of the client's end, as Xen counts; -1: none that is known
     * @param backendState of the other end
     * @param exact whether a new backend can go on exactly where the old one was
     * @param taken requests taken since its program started; for a nic frames that the client has sent
     * @param answered of these; for a nic frames that the client was given
     */
    public record ServedDevice(
            String client,
            int domid,
            String kind,
            int devid,
            int state,
            int backendState,
            boolean exact,
            Optional<Long> taken,
            Optional<Long> answered) {}

    /**
     * How long its clients were without it.
     *
     * @param at when it was noticed
     * @param why what was noticed
     * @param seconds until all was well again
     * @param reached seconds until each part was done: drained, fenced, gone, rebuilt, ready, connected, moving
     */
    public record OutageView(Instant at, String why, double seconds, Map<String, Double> reached) {
        /** Makes the map immutable. */
        public OutageView {
            reached = Map.copyOf(reached);
        }
    }

    /**
     * What has become of it since this jxld started.
     *
     * @param stops how often it was taken away to be made again
     * @param recoveries how often its clients were all served again
     * @param degradations how often they were not, or it was given up
     * @param outageSeconds how long all outages that ended well took together
     */
    public record Tally(long stops, long recoveries, long degradations, double outageSeconds) {}
}
