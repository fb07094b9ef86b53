package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * A paravirtual sound card.
 *
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param shortName the card's short name
 * @param longName the card's long name
 * @param params what all of it can do
 * @param pcms its devices
 */
public record VsndSpec(
        Optional<String> backendDomain,
        Optional<String> shortName,
        Optional<String> longName,
        Params params,
        List<Pcm> pcms) {
    /** Makes the list immutable. */
    public VsndSpec {
        pcms = List.copyOf(pcms);
    }

    /**
     * What a card, a device or a stream can do; 0 or none: whatever the level above says.
     *
     * @param sampleRates in Hz
     * @param sampleFormats ALSA's words, e.g. S16_LE
     * @param channelsMin the fewest channels
     * @param channelsMax the most channels
     * @param bufferBytes the largest buffer, in bytes
     */
    public record Params(
            @Field(most = 4294967295L) List<Long> sampleRates,
            List<String> sampleFormats,
            @Field(most = 4294967295L, orElse = "0") long channelsMin,
            @Field(most = 4294967295L, orElse = "0") long channelsMax,
            @Field(most = 4294967295L, orElse = "0") long bufferBytes) {
        /** Nothing said. */
        public static final Params DEFAULT = new Params(List.of(), List.of(), 0, 0, 0);

        /** Makes the lists immutable. */
        public Params {
            sampleRates = List.copyOf(sampleRates);
            sampleFormats = List.copyOf(sampleFormats);
        }
    }

    /**
     * A device of the card.
     *
     * @param name its name
     * @param params what it can do
     * @param streams its streams
     */
    public record Pcm(Optional<String> name, Params params, List<Stream> streams) {
        /** Makes the list immutable. */
        public Pcm {
            streams = List.copyOf(streams);
        }
    }

    /**
     * A stream of a device.
     *
     * @param uniqueId a name that the backend knows it by
     * @param direction where the sound goes; empty: not said
     * @param params what it can do
     */
    public record Stream(Optional<String> uniqueId, Optional<Direction> direction, Params params) {}

    /** Where the sound goes. */
    public enum Direction implements Worded {
        /** To the loudspeakers. */
        PLAYBACK,
        /** From a microphone. */
        CAPTURE
    }
}
