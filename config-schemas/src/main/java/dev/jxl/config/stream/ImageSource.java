package dev.jxl.config.stream;

import java.nio.channels.ReadableByteChannel;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Where an image comes from.
 *
 * @param channel stands at the image's first byte; blocking; stays open
 * @param size the image's size in bytes where that is known beforehand; contents may then be passed over without reading them,
 *     if the channel can be positioned
 * @param progress is told now and then how many bytes are done
 */
public record ImageSource(ReadableByteChannel channel, OptionalLong size, LongConsumer progress) {
    /** One that is read from front to back, such as a pipe. */
    public static ImageSource of(ReadableByteChannel channel) {
        return new ImageSource(channel, OptionalLong.empty(), done -> {});
    }
}
