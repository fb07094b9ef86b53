package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link MigrationLink} by two pipes of the kernel, which the process of a guest's stream opens by their names as well. One at a
 * time speaks: a read or write runs on a platform thread of its own, and is given up by closing the pipes.
 */
final class PipeLink implements MigrationLink {
    private static final long TICK_MILLIS = 200;

    private final String from;
    private final String to;
    private final InputStream in;
    private final OutputStream out;
    private final Supplier<String> said;
    private final Runnable end;
    private final Runnable afterwards;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("jxld-link").factory());

    /**
     * With both pipes open.
     *
     * @param from the name of the one to read from
     * @param to the name of the one to write to
     * @param in reads no byte more than it is asked for, where another process reads on
     * @param said what the command between has said, behind a sentence
     * @param end ends that command
     * @param afterwards is done when the pipes are closed; what was written may still be in them
     */
    PipeLink(
            String from,
            String to,
            InputStream in,
            OutputStream out,
            Supplier<String> said,
            Runnable end,
            Runnable afterwards) {
        this.from = from;
        this.to = to;
        this.in = in;
        this.out = out;
        this.said = said;
        this.end = end;
        this.afterwards = afterwards;
    }

    /** The name of the pipe to read from. */
    String from() {
        return from;
    }

    /** The name of the pipe to write to. */
    String to() {
        return to;
    }

    @Override
    public void send(byte[] bytes, Runnable tick) {
        byte[] _ = await(
                () -> {
                    out.write(bytes);
                    out.flush();
                    return bytes;
                },
                Duration.ofDays(1),
                "the other side does not read",
                tick);
    }

    @Override
    public byte[] receive(int bytes, Duration patience, Runnable tick) {
        return await(
                () -> {
                    byte[] got = in.readNBytes(bytes);
                    if (got.length < bytes) {
                        throw new EOFException("the other side has gone");
                    }
                    return got;
                },
                patience,
                "the other side has said nothing for " + patience.toSeconds() + " s",
                tick);
    }

    private byte[] await(Callable<byte[]> task, Duration patience, String late, Runnable tick) {
        Future<byte[]> result = thread.submit(task);
        long due = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                try {
                    return result.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    tick.run();
                    if (System.nanoTime() > due) {
                        throw new MigrationFailed(late + said.get(), e);
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new MigrationFailed("the link was cut: " + reason(e.getCause()) + said.get(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ToolstackException cancelled = new ToolstackException.OperationCancelled("waiting for the other side");
            cancelled.addSuppressed(e);
            throw cancelled;
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause instanceof EOFException ? String.valueOf(cause.getMessage()) : "it cannot be read or written";
    }

    @Override
    public void close() {
        end.run();
        thread.shutdown();
        try {
            out.close();
        } catch (IOException e) {
            // What was not sent has nobody to read it.
            System.getLogger(PipeLink.class.getName()).log(System.Logger.Level.DEBUG, "a link's end", e);
        }
        try {
            in.close();
        } catch (IOException e) {
            System.getLogger(PipeLink.class.getName()).log(System.Logger.Level.DEBUG, "a link's end", e);
        }
        afterwards.run();
    }
}
