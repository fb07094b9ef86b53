package dev.jxl.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A front that waits for its command's end. It is told once whether the command runs here; from then on frames follow: a type, a length in four
 * bytes, and bytes for its standard output or standard error, or the exit code. A byte that it sends is an interrupt, and so is its going. A
 * command that has nothing to clean up then ends by the end of the connection: the front knows its signal.
 */
final class Front implements Caller {
    private static final byte ACCEPTED = 'A';
    private static final byte DECLINED = 'D';
    private static final byte OUT = 'o';
    private static final byte ERR = 'e';
    private static final byte EXIT = 'x';
    private static final int HEAD = 5;

    private final SocketChannel channel;
    private final FrontRequest request;
    private final Thread worker = Thread.currentThread();
    private final CountDownLatch interruptDone = new CountDownLatch(1);
    private @Nullable Daemon daemon;
    private @Nullable Runnable atInterrupt;
    private boolean interrupted;
    private boolean finished;

    private final Object writing = new Object();
    private boolean accepted;
    private boolean ended;

    /** For the thread that calls {@link #serve}. */
    Front(SocketChannel channel, FrontRequest request) {
        this.channel = channel;
        this.request = request;
    }

    /** Tells a front to run its command itself. */
    static void decline(SocketChannel channel) throws IOException {
        write(channel, ByteBuffer.wrap(new byte[] {DECLINED}));
    }

    /**
     * Runs the command to its end.
     *
     * @throws IOException when the front has gone before the command began
     */
    void serve() throws IOException {
        try (PrintStream out = Terminal.text(stream(OUT));
                PrintStream err = Terminal.text(stream(ERR))) {
            Terminal terminal = new Terminal(out, err, request::interactive, request.environment(), this);
            int code = run(terminal);
            terminal.flush();
            if (finish()) {
                end(code);
            }
        } catch (Declined e) {
            decline(channel);
        } finally {
            if (daemon != null) {
                daemon.close();
            }
        }
    }

    private int run(Terminal terminal) {
        try {
            return Invocation.run(request.arguments().toArray(String[]::new), terminal);
        } catch (Declined e) {
            throw e;
        } catch (Interrupted e) {
            return ExitCodes.INTERRUPTED;
        } catch (RuntimeException | Error e) {
            // To the service's journal; a logger would be loaded for this alone.
            e.printStackTrace();
            terminal.flush();
            terminal.note("jxl: a defect of jxl ended this command (" + e
                    + "): what was asked may go on, 'jxl operations' shows it, and 'journalctl -u jxl-cli' has more");
            if (e instanceof VirtualMachineError) {
                // Nothing is sure of this process any more: another one is started.
                tellEnd(ExitCodes.INTERNAL);
                Runtime.getRuntime().halt(ExitCodes.INTERNAL);
            }
            return ExitCodes.INTERNAL;
        }
    }

    @Override
    public Path folder() {
        return request.folder();
    }

    @Override
    public void begin(Command command, Command.Call call) {
        // An absolute socket may be too long where a relative one was not.
        if (command.ownProcess(call) || !call.daemon().socket().isAbsolute()) {
            throw new Declined();
        }
        daemon = call.daemon();
        try {
            synchronized (writing) {
                accept();
            }
        } catch (IOException e) {
            // It has gone, and may run the command itself by now.
            throw new Declined();
        }
        Thread.ofPlatform().daemon().name("jxl-interrupt").start(this::listen);
    }

    @Override
    public <T> T interruptible(Runnable action, Supplier<T> work) {
        synchronized (this) {
            atInterrupt = action;
            if (interrupted) {
                throw new Interrupted();
            }
        }
        try {
            return work.get();
        } finally {
            leave();
        }
    }

    private void leave() {
        synchronized (this) {
            atInterrupt = null;
            if (!interrupted) {
                return;
            }
        }
        awaitInterrupt();
        throw new Interrupted();
    }

    /** Whether the command's end is for the command's thread to tell; otherwise an interrupt has told it. */
    private boolean finish() {
        synchronized (this) {
            finished = true;
            if (!interrupted) {
                return true;
            }
        }
        awaitInterrupt();
        return false;
    }

    private void awaitInterrupt() {
        boolean again = false;
        while (true) {
            try {
                interruptDone.await();
                break;
            } catch (InterruptedException e) {
                again = true;
            }
        }
        if (again) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try {
            channel.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            // It has gone; or the command has ended.
        }
        interrupt();
    }

    private void interrupt() {
        Runnable action;
        synchronized (this) {
            if (finished) {
                return;
            }
            interrupted = true;
            action = atInterrupt;
        }
        try {
            if (action == null) {
                // Not a frame: the command's thread may be in the middle of one that the front does not take.
                channel.close();
            } else {
                action.run();
                tellEnd(ExitCodes.INTERRUPTED);
            }
        } catch (IOException e) {
            // It is closed all the same.
        } finally {
            // What it reads or writes is closed by this: it can begin nothing any more.
            worker.interrupt();
            interruptDone.countDown();
        }
    }

    private void tellEnd(int code) {
        try {
            end(code);
        } catch (IOException e) {
            // It has gone.
        }
    }

    private void end(int code) throws IOException {
        frame(EXIT, new byte[] {(byte) code}, 0, 1);
        synchronized (writing) {
            ended = true;
        }
    }

    private OutputStream stream(byte type) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                frame(type, bytes, offset, length);
            }
        };
    }

    private void frame(byte type, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEAD + length);
        frame.put(type).putInt(length).put(bytes, offset, length).flip();
        synchronized (writing) {
            if (!ended) {
                accept();
                write(channel, frame);
            }
        }
    }

    private void accept() throws IOException {
        if (!accepted) {
            write(channel, ByteBuffer.wrap(new byte[] {ACCEPTED}));
            accepted = true;
        }
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The command's end has been told by an interrupt. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Interrupted() {
            super("interrupted", null, false, false);
        }
    }
}
