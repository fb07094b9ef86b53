package dev.jxl.xld.host.sim;

import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.MigrationLinks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The ways from a simulated machine to others: a command leads to whatever a test has put at its end. */
public final class SimLinks {
    private static final AtomicInteger LAST = new AtomicInteger();
    private static final long SLICE_MILLIS = 5;

    private final Map<String, SimLinks> peers = new ConcurrentHashMap<>();
    private final List<Runnable> open = new CopyOnWriteArrayList<>();
    private volatile String name = "";
    private volatile boolean down;
    private volatile @Nullable Answerer answerer;
    private volatile BiConsumer<Path, Path> receiver = (from, to) -> {
        required(from.toString()).close();
        required(to.toString()).close();
    };

    /** Decides who is at the end of commands from now on: is given the names of the pipes to read from and to write to. */
    public void receiver(BiConsumer<Path, Path> next) {
        receiver = next;
    }

    /** From now on a machine is reached by a host's name, and knows who calls by the name of this one. */
    public void reaches(String host, SimLinks there, String ownName) {
        peers.put(host, there);
        name = ownName;
    }

    /** Cuts all links of this machine that are open. */
    public void cut() {
        open.forEach(Runnable::run);
    }

    /** From now on nobody is reached from here. */
    public void down(boolean down) {
        this.down = down;
    }

    private MigrationLink call(Incarnation life, Peer peer) {
        SimLinks there = peers.get(peer.host());
        Answerer answerer = there == null || down ? null : there.answerer;
        if (answerer == null || !answerer.life().alive()) {
            throw new MigrationFailed(peer.address() + " cannot be reached: connection refused", null);
        }
        SimPipe to = new SimPipe();
        SimPipe back = new SimPipe();
        MigrationLink theirs = link(answerer.life(), to, back);
        Thread.ofVirtual().name("call of " + name).start(() -> {
            try {
                answerer.answering().answer(name, theirs);
            } catch (DaemonKilled e) {
                theirs.close();
            }
        });
        return link(life, back, to);
    }

    private record Answerer(Incarnation life, MigrationLinks.Answering answering) {}

    /** The port, in one life of jxld. */
    MigrationLinks port(Incarnation life) {
        return new MigrationLinks() {
            @Override
            public MigrationLink call(Peer peer) {
                return life.call("migrations.call", () -> SimLinks.this.call(life, peer));
            }

            @Override
            public void onCall(Answering answering) {
                answerer = new Answerer(life, answering);
            }

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
            public Loopback loopback() {
                return life.call("migrations.loopback", () -> {
                    SimPipe there = new SimPipe();
                    SimPipe back = new SimPipe();
                    return new Loopback(link(life, back, there), link(life, there, back));
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

    private MigrationLink link(Incarnation life, SimPipe in, SimPipe out) {
        SimLink link = new SimLink(life, in, out);
        life.afterDeath(link::cut);
        open.add(link::cut);
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
