package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Device models: the QEMU in dom0 that emulates a machine for an HVM guest, or serves disks, framebuffers and file systems to a PV
 * or PVH guest. A device model is a process outside of Xen: it carries its owner's UUID as a mark, outlives jxld, and is found again
 * by the next jxld.
 */
public interface DeviceModel {
    /** The programs that device models and their guests are made of. */
    Programs programs();

    /**
     * Whether a QEMU's own help tells of an option. Asked of a program once; an update of the program is noticed.
     *
     * @param option {@code -run-with}
     */
    boolean understands(String qemu, String option);

    /**
     * The user that a restricted device model of a domain runs as, if the host has one.
     *
     * @source tools/libs/light/libxl_dm.c: libxl__domain_get_device_model_uid
     */
    OptionalInt restrictedUser(DomainId domain);

    /**
     * Starts a domain's device model. Returns as soon as its process runs; it is ready when it has written {@code running} to
     * {@code /local/domain/0/device-model/D/state}.
     *
     * @return its process id, for {@code D/image/device-model-pid}
     * @throws dev.jxl.xld.api.ToolstackException.DeviceModelFailed when the program cannot be started
     */
    long start(Launch launch);

    /** Whether a domain's device model lives now. Quick: it is asked for at each look at the domains. */
    Sight look(DomainId domain, DomainUuid owner);

    /**
     * The end of a domain's device model's log, one to ten lines fit to be shown, also when it has ended; empty when it has said nothing.
     */
    String lastWords(DomainId domain, DomainUuid owner);

    /**
     * Ends a domain's device model, jxl's or xl's, and clears what it leaves in dom0, its state in a file too. Returns when it is gone. Idempotent; quick when
     * there is none.
     *
     * @return false when it had to be killed: Xen goes on asking it then, as long as the domain lives
     */
    boolean stop(DomainId domain, DomainUuid owner);

    /**
     * Asks a running device model by QMP, on the socket that xl uses too.
     *
     * @param command a QMP command: {@code query-status}
     * @param arguments its arguments: maps, lists, strings, numbers and booleans
     * @return what was in {@code return}: a map, list, string, number or boolean, at most 32 deep and 4 MiB long. A device model is
     *     not trusted: the caller checks types and bounds of all that it uses
     * @throws dev.jxl.xld.api.ToolstackException.DeviceModelFailed when it refuses, answers what is not QMP, or does not answer in time
     */
    Object ask(DomainId domain, String command, Map<String, ?> arguments);

    /**
     * Asks something about a file of dom0's that is opened here, for reading, and handed over: a device model that is locked up opens
     * none itself. Who is interrupted here does not wait any more; what was asked is asked to the end.
     *
     * @param file a plain file or a block device
     * @param command as {@link #ask} has it; its argument {@code filename} is what the device model knows the file by
     * @param arguments the others
     * @return as {@link #ask} does
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed when the file cannot be opened; then nothing was asked
     * @throws dev.jxl.xld.api.ToolstackException.DeviceModelFailed as {@link #ask} does
     */
    Object askWithFile(DomainId domain, Path file, String command, Map<String, ?> arguments);

    /**
     * Asks several things, one after the other, in one conversation: QEMU greets and agrees on capabilities in each.
     *
     * @param commands QMP commands without arguments
     * @return the answers in their order, as {@link #ask} gives them
     * @throws dev.jxl.xld.api.ToolstackException.DeviceModelFailed as {@link #ask} does, at the first that fails
     */
    default List<Object> askAll(DomainId domain, List<String> commands) {
        return commands.stream().map(command -> ask(domain, command, Map.of())).toList();
    }

    /**
     * Has a device model that was told to stop write its state, and let go of its disks until it is told to go on. The file is made here
     * and handed over.
     *
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed when the file cannot be made; then nothing was asked
     * @throws dev.jxl.xld.api.ToolstackException.DeviceModelFailed as {@link #ask} does
     * @source tools/libs/light/libxl_qmp.c: libxl__qmp_suspend_save; QEMU's qapi/migration.json: xen-save-devices-state
     */
    void saveState(DomainId domain, Path file);

    /** All processes that are a domain's device model: jxl's by their mark, others by their arguments. */
    List<Running> listProcesses();

    /** The domains of which a device model has left, or has, sockets or its root in dom0. */
    List<DomainId> listSockets();

    /** Removes a domain's sockets; whoever calls knows that it has no device model. Idempotent. */
    void removeSockets(DomainId domain);

    /**
     * A device model's process.
     *
     * @param owner the UUID in jxl's mark; empty for one of another toolstack
     */
    record Running(long pid, DomainId domain, Optional<DomainUuid> owner) {}

    /**
     * Whom to tell when a device model ends without having been stopped here, within a second; also one of an earlier jxld or of xl
     * that {@link #look} has seen. Called on a thread that may block; an exception is logged.
     */
    void onEnd(Consumer<Ended> listener);

    /**
     * How a device model is started.
     *
     * @param domain whom it serves
     * @param owner that domain's UUID: the mark
     * @param name the domain's name; its log is {@code /var/log/xen/qemu-dm-NAME.log}
     * @param command program and arguments
     * @param environment variables beside jxld's own
     * @param restriction how it is locked up; empty: it runs as root, as xl has it by default
     * @param input what it reads from its standard input; empty: nothing
     */
    record Launch(
            DomainId domain,
            DomainUuid owner,
            String name,
            List<String> command,
            Map<String, String> environment,
            Optional<Restriction> restriction,
            Optional<Path> input) {
        /** Makes the collections immutable. */
        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * A device model that may do little: own user, empty root, own mount and IPC namespaces, few resources.
     *
     * @param uid the user; no other device model runs as it
     * @param root the empty folder that it is locked into
     * @source docs/features/qemu-deprivilege.pandoc; tools/libs/light/libxl_linux.c: libxl__local_dm_preexec_restrict
     */
    record Restriction(int uid, String root) {}

    /**
     * What there is of a device model.
     *
     * @param running whether its process lives
     * @param pid its process id, 0 when it does not
     */
    record Sight(boolean running, long pid) {}

    /**
     * A device model has ended by itself, or somebody else ended it.
     *
     * @param domain whom it served
     * @param owner that domain's UUID
     * @param lastWords the end of its log, fit to be shown
     */
    record Ended(DomainId domain, DomainUuid owner, String lastWords) {}

    /**
     * The programs that device models and their guests are made of, as this host has them.
     *
     * @param qemu QEMU for Xen; empty when it is not installed
     * @param hvmloader what an HVM guest runs first
     * @param seabios the BIOS
     * @param ovmf UEFI firmware
     * @param shim Xen's PV shim
     */
    record Programs(
            Optional<String> qemu,
            Optional<String> hvmloader,
            Optional<String> seabios,
            Optional<String> ovmf,
            Optional<String> shim) {}
}
