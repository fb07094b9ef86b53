package dev.jxl.xld.engine.device;

import dev.jxl.config.GuestType;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.ScreenView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a domain's device model is asked by its users: its monitor, where its screen is, where its serial ports are. */
public final class DeviceModelTalk {
    private static final System.Logger LOG = System.getLogger(DeviceModelTalk.class.getName());
    private static final int LONGEST = 4096;
    private static final int MOST_PORTS = 16;
    private static final Pattern TERMINAL = Pattern.compile("/dev/pts/[0-9]{1,7}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:_-]{1,255}");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    private final Host host;

    public DeviceModelTalk(Host host) {
        this.host = host;
    }

    /**
     * What its monitor answers to a command.
     *
     * @source tools/libs/light/libxl_qmp.c: libxl_qemu_monitor_command
     */
    public String monitor(Found domain, String command) {
        if (command.isBlank() || command.length() > LONGEST || command.chars().anyMatch(c -> c < ' ')) {
            throw new ToolstackException.InvalidRequest(
                    "a command of QEMU's monitor is one line of 1 to " + LONGEST + " characters");
        }
        if (domain.type().filter(t -> t == GuestType.HVM).isEmpty()) {
            throw new ToolstackException.WrongState(
                    "domain '" + domain.name() + "' has no device model to be asked: only HVM guests have");
        }
        LOG.log(
                System.Logger.Level.INFO,
                "domain " + domain.id() + " ('" + domain.name() + "'): its device model is given the command '"
                        + command + "'");
        return QemuAnswers.monitorText(
                host.deviceModel().ask(domain.id(), "human-monitor-command", Map.of("command-line", command)));
    }

    /**
     * Where its screen is.
     *
     * @source tools/libs/light/libxl_console.c: libxl_vncviewer_exec
     */
    public ScreenView screen(Found domain) {
        XenStore store = host.store();
        String console = Nodes.domain(domain.id()) + "/console/";
        Optional<Integer> port = store.find(console + "vnc-port")
                .filter(text -> PORT.matcher(text).matches())
                .map(Integer::parseInt)
                .filter(number -> number < 1 << 16);
        if (port.isEmpty()) {
            throw new ToolstackException.WrongState(
                    "domain '" + domain.name() + "' has no screen that VNC shows: it is made with one by vnc=1");
        }
        String address = store.find(console + "vnc-listen")
                .filter(text -> ADDRESS.matcher(text).matches())
                .orElse("127.0.0.1");
        return new ScreenView(address, port.get(), store.find(console + "vnc-pass"));
    }

    /** The consoles of PV drivers, channels too, and the emulated serial ports. */
    public List<ConsoleView> consoles(Found domain) {
        XenStore store = host.store();
        String home = Nodes.domain(domain.id());
        List<ConsoleView> out = new ArrayList<>();
        // A guest can take a console's nodes away, and cannot make them anew.
        for (DeviceIndex.Entry console : DeviceIndex.list(store, domain.id(), "console")) {
            terminal(console.frontend() + "/tty")
                    .ifPresent(tty -> out.add(new ConsoleView("pv", console.devid(), tty)));
        }
        for (String port : store.list(home + "/serial").stream().sorted().toList()) {
            if (port.matches("[0-9]{1,2}") && out.size() < MOST_PORTS) {
                terminal(home + "/serial/" + port + "/tty")
                        .ifPresent(tty -> out.add(new ConsoleView("serial", Integer.parseInt(port), tty)));
            }
        }
        return List.copyOf(out);
    }

    private Optional<String> terminal(String node) {
        return host.store().find(node).filter(tty -> TERMINAL.matcher(tty).matches());
    }
}
