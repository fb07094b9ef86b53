package dev.jxl.xenstore;

/** What a watch tells. Several changes may be told as one. */
public sealed interface WatchEvent {
    /**
     * Something changed.
     *
     * @param path the node, or the special path that is watched
     */
    record Changed(String path) implements WatchEvent {}

    /** More events came than the queue holds; the watcher must look at everything again. */
    record Overflowed() implements WatchEvent {}

    /** The connection was lost and is back; changes between may not have been told, look at everything again. */
    record Reconnected() implements WatchEvent {}
}
