package dev.jxl.xld.host;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A guest that was somewhere else, or in another life, and goes on here. */
public sealed interface IncomingGuest {
    /** Its configuration, in libxl's JSON; not trusted. */
    String configuration();

    /** Where it comes from, as it stands in a sentence: {@code /root/web.save}. */
    String source();

    /** The terminal of its console, which it has already; empty: it gets one. */
    default String terminal() {
        return "";
    }

    /**
     * In a file.
     *
     * @param file it
     * @param configuration the guest's, in libxl's JSON
     * @param imageOffset where libxc's image begins, in bytes
     * @param deviceModelState where an HVM guest has that of its device model
     */
    record SavedGuest(Path file, String configuration, long imageOffset, Optional<Extent> deviceModelState)
            implements IncomingGuest {
        @Override
        public String source() {
            return file.toString();
        }
    }

    /**
     * Where it was: in a domain that is reset and keeps its memory. Its configuration is jxl's.
     *
     * @param deviceModelState the file with that of its device model
     */
    record ResetGuest(Path deviceModelState, String terminal) implements IncomingGuest {
        @Override
        public String configuration() {
            return "";
        }

        @Override
        public String source() {
            return "its last life";
        }
    }

    /** Part of a file, in bytes. */
    record Extent(long offset, long bytes) {}

    /** On its way, over a link that stands where libxc's image begins. */
    final class ArrivingGuest implements IncomingGuest {
        private final MigrationLink link;
        private final String configuration;
        private byte @Nullable [] deviceModelState;

        /** With what has come of it. */
        public ArrivingGuest(MigrationLink link, String configuration) {
            this.link = link;
            this.configuration = configuration;
        }

        /** Over which it comes. */
        public MigrationLink link() {
            return link;
        }

        @Override
        public String configuration() {
            return configuration;
        }

        @Override
        public String source() {
            return "another host";
        }

        /** The state of its device model has come, after its memory. */
        public synchronized void setDeviceModelState(byte[] state) {
            deviceModelState = state.clone();
        }

        /** That state; empty before it has come, and where there is none. */
        public synchronized Optional<byte[]> deviceModelState() {
            return Optional.ofNullable(deviceModelState).map(byte[]::clone);
        }
    }
}
