package dev.jxl.xld.host.sim;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.MigrationLinks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** The ways from a simulated machine to others: a command leads to whatever a test has put at its end. */
public final class SimLinks {
    private static final AtomicInteger LAST = new AtomicInteger();
    private static final long SLICE_MILLIS = 5;

    private volatile BiConsumer<Path, Path> receiver = (from, to) -> {
        required(from.toString()).close();
        required(to.toString()).close();
    };

    /** Decides who is at the end of commands from now on: is given the names of the pipes to read from and to write to. */
    public void receiver(BiConsumer<Path, Path> next) {
        receiver = next;
    }

    /** The port, in one life of jxld. */
    MigrationLinks port(Incarnation life) {
        return new MigrationLinks() {
            @Override
            public MigrationLink connect(String command) {
                return life.call("migrations.connect", () -> {
                    String name = "/sim/pipe/" + LAST.incrementAndGet();
                    SimPipe there = new SimPipe();
                    SimPipe back = new SimPipe();
                    SimPipe.NAMED.put(name + "/there", there);
                    SimPipe.NAMED.put(name + "/back", back);
                    Thread.ofVirtual().start(() -> receiver.accept(Path.of(name + "/there"), Path.of(name + "/back")));
                    return link(life, back, there);
                });
            }

            @Override
            public MigrationLink open(Path from, Path to) {
                return life.call(
                        "migrations.open", () -> link(life, required(from.toString()), required(to.toString())));
            }
        };
    }

    private static SimPipe required(String name) {
        SimPipe pipe = SimPipe.NAMED.get(name);
        if (pipe == null) {
            throw new MigrationFailed(name + " is no named pipe with a whole path", null);
        }
        return pipe;
    }

    private static MigrationLink link(Incarnation life, SimPipe in, SimPipe out) {
        SimLink link = new SimLink(life, in, out);
        life.onDeath(link::cut);
        return link;
    }

    private record SimLink(Incarnation life, SimPipe in, SimPipe out) implements MigrationLink {
        @Override
        public void send(byte[] bytes, Runnable tick) {
            life.perform("link.send", () -> {
                if (!out.write(bytes)) {
                    throw new MigrationFailed("the link was cut: it cannot be written", null);
                }
            });
        }

        @Override
        public byte[] receive(int bytes, Duration patience, Runnable tick) {
            return life.call("link.receive", () -> {
                long due = System.nanoTime() + patience.toNanos();
                try {
                    while (in.await(bytes, SLICE_MILLIS) < bytes) {
                        life.requireAlive("link.receive");
                        if (in.isClosed() && in.await(bytes, SLICE_MILLIS) < bytes) {
                            throw new MigrationFailed("the link was cut: the other side has gone", null);
                        }
                        tick.run();
                        if (System.nanoTime() > due) {
                            throw new MigrationFailed("the other side has said nothing", null);
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new MigrationFailed("interrupted", e);
                }
                return in.read(bytes);
            });
        }

        @Override
        public void close() {
            cut();
        }

        private void cut() {
            in.close();
            out.close();
        }
    }
}
