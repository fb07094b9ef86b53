package dev.jxl.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resources of the host that a guest may use directly.
 *
 * @param ports x86 I/O ports
 * @param memory pages of I/O memory
 * @param irqs physical interrupts
 */
public record IoSpec(
        List<Ports> ports,
        List<Memory> memory,
        @Field(most = 4294967294L) List<Long> irqs) {
    /** None. */
    public static final IoSpec DEFAULT = new IoSpec(List.of(), List.of(), List.of());

    /** Makes the lists immutable. */
    public IoSpec {
        ports = List.copyOf(ports);
        memory = List.copyOf(memory);
        irqs = List.copyOf(irqs);
    }

    /** All of it, for progress and errors; numbers of ports and frames in hexadecimal, as in xl.cfg. */
    public String words() {
        return Stream.of(
                        ports.stream().map(Ports::words),
                        irqs.stream().map(irq -> "interrupt " + irq),
                        memory.stream().map(Memory::words))
                .flatMap(words -> words)
                .collect(Collectors.joining(", "));
    }

    /**
     * A range of ports.
     *
     * @param first the first port
     * @param count how many
     */
    public record Ports(
            @Field(most = 4294967295L) long first,
            @Field(most = 4294967295L) long count) {
        /** For a message. */
        public String words() {
            return "I/O ports " + Long.toHexString(first) + "-" + Long.toHexString(first + count - 1);
        }
    }

    /**
     * A range of page frames.
     *
     * @param firstFrame the first frame of the host
     * @param count how many frames
     * @param guestFrame where it starts in the guest; empty: at the same number
     */
    public record Memory(long firstFrame, long count, Optional<Long> guestFrame) {
        /** For a message. */
        public String words() {
            return "I/O memory at frame " + Long.toHexString(firstFrame) + ", " + Long.toHexString(count) + " frames";
        }
    }
}
