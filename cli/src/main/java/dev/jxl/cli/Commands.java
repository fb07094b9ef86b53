package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table of commands. Only the one that is asked for is made. */
final class Commands {
    /** Groups: the first entry is the group's title, then name and summary in turn. */
    static final String[][] GROUPS = {
        {
            "Domains",
            "create",
            "create a domain from a configuration file",
            "list",
            "list domains",
            "destroy",
            "terminate domains at once",
            "shutdown",
            "ask domains to power off",
            "reboot",
            "ask domains to reboot",
            "pause",
            "stop all vCPUs of domains",
            "unpause",
            "let all vCPUs of domains run",
            "suspend",
            "have domains suspend themselves, in memory",
            "resume",
            "let suspended domains go on",
            "rename",
            "give a domain another name",
            "config-update",
            "replace what a domain is made of when it is started again",
            "sysrq",
            "press a magic SysRq key of a Linux guest",
            "save",
            "write a guest to a file, and end it",
            "restore",
            "make a guest of such a file, which goes on where it was",
            "migrate",
            "move a guest to another host, while it runs",
            "migrate-receive",
            "take a guest that another host sends: run there, by migrate",
            "dump-core",
            "write a domain's memory to a file",
            "console",
            "attach to a domain's console",
            "vncviewer",
            "show a domain's screen",
            "trigger",
            "press a button of a domain, or interrupt it",
            "button-press",
            "press a domain's power or sleep button",
            "cd-insert",
            "put a medium into a CD drive of a domain",
            "cd-eject",
            "take out what is in a CD drive of a domain",
            "qemu-monitor-command",
            "ask a domain's device model",
            "define",
            "make a domain stay known while it does not run",
            "undefine",
            "forget a defined domain",
            "start",
            "start a defined or stopped domain",
            "autostart",
            "start a defined domain with the host",
            "domid",
            "the number of a domain, by name",
            "domname",
            "the name of a domain, by number",
            "vm-list",
            "guests by UUID",
            "uptime",
            "how long domains have been up"
        },
        {
            "CPUs and memory",
            "vcpu-list",
            "the vCPUs of domains, and where they run",
            "vcpu-pin",
            "say where a vCPU may run",
            "vcpu-set",
            "switch vCPUs of a domain on or off",
            "mem-set",
            "change how much memory a domain has",
            "mem-max",
            "change how much memory a domain can have",
            "claims",
            "memory that is promised to domains",
            "sharing",
            "memory that domains share",
            "sched-credit",
            "shares of domains under the credit scheduler",
            "sched-credit2",
            "shares of domains under the credit2 scheduler",
            "sched-rtds",
            "shares of domains under the real-time scheduler",
            "cpupool-list",
            "list cpupools",
            "cpupool-create",
            "make a cpupool",
            "cpupool-destroy",
            "remove a cpupool",
            "cpupool-rename",
            "give a cpupool another name",
            "cpupool-cpu-add",
            "add CPUs to a cpupool",
            "cpupool-cpu-remove",
            "take CPUs from a cpupool",
            "cpupool-migrate",
            "move a domain into a cpupool",
            "cpupool-numa-split",
            "make one cpupool for each NUMA node",
            "top",
            "watch domains (xentop)"
        },
        {
            "Devices",
            "block-attach",
            "attach a disk to a running domain",
            "block-list",
            "list disks of domains",
            "block-detach",
            "take a disk from a domain",
            "network-attach",
            "attach a network card to a running domain",
            "network-list",
            "list network cards of domains",
            "network-detach",
            "take a network card from a domain",
            "vkb-attach",
            "attach a keyboard and pointer to a running domain",
            "vkb-list",
            "list keyboards of domains",
            "vkb-detach",
            "take a keyboard from a domain",
            "vtpm-attach",
            "attach a virtual TPM to a running domain",
            "vtpm-list",
            "list virtual TPMs of domains",
            "vtpm-detach",
            "take a virtual TPM from a domain",
            "usbctrl-attach",
            "attach a USB controller to a running domain",
            "usbctrl-detach",
            "take a USB controller and what is in it from a domain",
            "usbdev-attach",
            "give a USB device of the host to a running domain",
            "usbdev-detach",
            "take a USB device from a domain",
            "usb-list",
            "list USB controllers and devices of a domain",
            "channel-list",
            "list channels of domains",
            "pci-attach",
            "give a PCI device of the host to a running domain",
            "pci-list",
            "list PCI devices of a domain",
            "pci-detach",
            "take a PCI device from a domain",
            "pci-assignable-list",
            "PCI devices that domains can be given",
            "pci-assignable-add",
            "keep a PCI device for domains",
            "pci-assignable-remove",
            "keep a PCI device for domains no longer"
        },
        {
            "Host",
            "info",
            "the host, as Xen describes it",
            "dmesg",
            "Xen's message ring",
            "guests",
            "start or stop guests as the host's start and stop do",
            "driver",
            "driver domains: list, show, lint, drain, undrain, restart, upgrade",
            "doctor",
            "find what is wrong with the host, and mend it",
            "events",
            "what happens, as it happens",
            "operations",
            "what is under way, and what ended lately",
            "debug-keys",
            "send debug keys to Xen",
            "set-parameters",
            "change parameters of Xen while it runs"
        },
        {
            "jxl",
            "config",
            "a configuration in another form",
            "image",
            "what a saved guest's file holds, and what is wrong with it",
            "version",
            "versions of jxl, jxld and Xen",
            "help",
            "more about a command, or about exit-codes"
        },
    };

    private Commands() {}

    /**
     * A command's whole name, by it or by an unambiguous prefix; an exact name wins over being a prefix of another.
     *
     * @throws CliException when there is none, or several
     * @source tools/xl/xl_cmdtable.c: cmdtable_lookup
     */
    static String require(String prefix) {
        List<String> matching = new ArrayList<>();
        for (String[] group : GROUPS) {
            for (int i = 1; i < group.length; i += 2) {
                if (group[i].equals(prefix)) {
                    return prefix;
                }
                if (group[i].startsWith(prefix)) {
                    matching.add(group[i]);
                }
            }
        }
        Optional<String> instead = XlCommands.instead(prefix);
        if (instead.isPresent()) {
            throw new CliException(ExitCodes.of("host-unsupported"), instead.get());
        }
        if (matching.size() == 1) {
            return matching.getFirst();
        }
        throw CliException.usage(
                matching.isEmpty()
                        ? "unknown command '" + prefix + "': 'jxl --help' lists the commands"
                        : "'" + prefix + "' may be " + String.join(", ", matching) + ": write more of it");
    }

    static String summary(String name) {
        for (String[] group : GROUPS) {
            for (int i = 1; i < group.length; i += 2) {
                if (group[i].equals(name)) {
                    return group[i + 1];
                }
            }
        }
        return "";
    }

    /** The command of that whole name. */
    static Command create(String name) {
        return switch (name) {
            case "create" -> new CreateCommand();
            case "list" -> new ListCommand();
            case "destroy", "pause", "unpause", "suspend", "resume" -> new ActionCommand();
            case "shutdown", "reboot" -> new StopCommand();
            case "console" -> new ConsoleCommand();
            case "vncviewer" -> new ScreenCommand();
            case "trigger", "button-press" -> new TriggerCommand(name.equals("button-press"));
            case "cd-insert", "cd-eject" -> new CdCommand(name.equals("cd-insert"));
            case "qemu-monitor-command" -> new MonitorCommand();
            case "rename" -> new NamedActionCommand("NEW-NAME", "name", "");
            case "sysrq" ->
                new NamedActionCommand("KEY", "key", "KEY is one character, as Linux knows them: h for help.");
            case "dump-core" -> new NamedActionCommand("FILE", "file", """
                FILE gets its name when the core is whole; a full disk or Ctrl-C leaves nothing. A running domain is read while
                it runs: pause it first for a core of one moment.
                """);
            case "save" -> new SaveCommand();
            case "restore" -> new RestoreCommand();
            case "migrate" -> new MigrateCommand();
            case "migrate-receive" -> new MigrateReceiveCommand();
            case "config-update" -> new ConfigUpdateCommand();
            case "define" -> new DefineCommand();
            case "undefine" -> new UndefineCommand();
            case "start" -> new StartCommand();
            case "autostart" -> new AutostartCommand();
            case "guests" -> new GuestsCommand();
            case "domid" -> new DomidCommand();
            case "domname" -> new DomnameCommand();
            case "vm-list" -> new VmListCommand();
            case "uptime" -> new UptimeCommand();
            case "vcpu-list" -> new VcpuListCommand();
            case "vcpu-pin" -> new VcpuPinCommand();
            case "vcpu-set" -> new VcpuSetCommand();
            case "mem-set", "mem-max" -> new MemoryCommand();
            case "claims", "sharing" -> new MemoryListCommand(name.equals("claims"));
            case "sched-credit", "sched-credit2" -> new SchedCreditCommand(name.endsWith("2"));
            case "sched-rtds" -> new SchedRtdsCommand();
            case "cpupool-list" -> new CpuPoolListCommand();
            case "cpupool-create" -> new CpuPoolCreateCommand();
            case "cpupool-destroy",
                    "cpupool-rename",
                    "cpupool-cpu-add",
                    "cpupool-cpu-remove",
                    "cpupool-migrate",
                    "cpupool-numa-split" -> new CpuPoolCommand(name);
            case "pci-assignable-list" -> new PciAssignableListCommand();
            case "pci-assignable-add", "pci-assignable-remove" -> new PciAssignableCommand(name.endsWith("add"));
            case "top" -> new TopCommand();
            case "debug-keys", "set-parameters" -> new XenCommand(name.equals("debug-keys"));
            case "block-attach" -> new DeviceAttachCommand("DISK…", 1);
            case "network-attach" -> new DeviceAttachCommand("[KEY=VALUE…]", 0);
            case "vkb-attach" -> new DeviceAttachCommand("backend-type=qemu|linux[,KEY=VALUE…]", 1);
            case "vtpm-attach" -> new DeviceAttachCommand("[uuid=UUID] [backend=DOMAIN]", 0);
            case "usbctrl-attach" -> new DeviceAttachCommand("[type=TYPE] [version=1|2|3] [ports=NUMBER]", 0);
            case "usbctrl-detach" -> new DeviceDetachCommand("DEVID");
            case "usbdev-attach" ->
                new DeviceAttachCommand("hostbus=BUS hostaddr=ADDRESS [controller=DEVID [port=PORT]]", 2);
            case "usbdev-detach" -> new UsbDetachCommand();
            case "usb-list" -> new UsbListCommand();
            case "pci-attach" -> new DeviceAttachCommand("BDF[,KEY=VALUE…]", 1);
            case "pci-list" -> new PciListCommand();
            case "pci-detach" -> new DeviceDetachCommand("BDF|NAME");
            case "block-list", "network-list", "vkb-list", "vtpm-list", "channel-list" -> new DeviceListCommand();
            case "block-detach" -> new DeviceDetachCommand("VDEV");
            case "vkb-detach" -> new DeviceDetachCommand("DEVID");
            case "vtpm-detach" -> new DeviceDetachCommand("DEVID|UUID");
            case "network-detach" -> new DeviceDetachCommand("DEVID|MAC");
            case "info" -> new InfoCommand();
            case "driver" -> new DriverCommand();
            case "doctor" -> new DoctorCommand();
            case "dmesg" -> new DmesgCommand();
            case "events" -> new EventsCommand();
            case "operations" -> new OperationsCommand();
            case "config" -> new ConfigCommand();
            case "image" -> new ImageCommand();
            case "version" -> new VersionCommand();
            default -> new HelpCommand();
        };
    }
}
