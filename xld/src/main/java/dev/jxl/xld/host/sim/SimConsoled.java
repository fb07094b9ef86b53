package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.XenStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The simulated xenconsoled: gives every domain that has a console ring a terminal. */
final class SimConsoled implements AutoCloseable {
    private static final Pattern CONSOLE = Pattern.compile("/local/domain/(\\d{1,5})/console(/.*)?");
    private static final int FIRST_TERMINAL = 9_000_000;
    private final SimXen xen;
    private final XenStore store;
    private final WatchPump pump;
    private final Map<DomainId, SimDomain> served = new HashMap<>();
    private volatile boolean alive = true;

    SimConsoled(SimXen xen, XenStore store) {
        this.xen = xen;
        this.store = store;
        this.pump = WatchPump.start(store, "/local/domain", changed -> changed.ifPresentOrElse(this::look, this::scan));
    }

    /** Dies, or is started again. */
    void setAlive(boolean running) {
        alive = running;
        forget();
        scan();
    }

    private synchronized void forget() {
        served.clear();
    }

    private void scan() {
        for (String domid : store.list("/local/domain")) {
            look("/local/domain/" + domid + "/console");
        }
    }

    private synchronized void look(String path) {
        Matcher matcher = CONSOLE.matcher(path);
        if (!matcher.matches() || !alive) {
            return;
        }
        String console = "/local/domain/" + matcher.group(1) + "/console";
        DomainId id = new DomainId(Integer.parseInt(matcher.group(1)));
        Optional<Long> gfn = number(console + "/ring-ref");
        Optional<Long> port = number(console + "/port");
        if (gfn.isEmpty() || port.isEmpty() || !store.find(console + "/tty").equals(Optional.of(""))) {
            return;
        }
        Optional<SimDomain> fitting = xen.find(id)
                .filter(domain -> domain.hasConsole(gfn.get(), port.get().intValue()));
        // One that has a terminal keeps it, and xenconsoled does not tell of it again.
        if (fitting.isPresent() && served.put(id, fitting.get()) != fitting.get()) {
            // At once: a domain that is destroyed meanwhile must not get a node again.
            store.change(view -> {
                if (view.find(console + "/tty").equals(Optional.of(""))) {
                    view.write(console + "/tty", terminal(id));
                }
            });
        }
    }

    /** Shaped as a terminal, with a number that no real one has: nobody shall open somebody's real terminal by mistake. */
    static String terminal(DomainId domain) {
        return "/dev/pts/" + (FIRST_TERMINAL + domain.value());
    }

    private Optional<Long> number(String path) {
        return store.find(path).filter(text -> text.matches("\\d{1,18}")).map(Long::parseLong);
    }

    @Override
    public void close() {
        pump.close();
        store.close();
    }
}
