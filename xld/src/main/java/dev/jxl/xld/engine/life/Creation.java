package dev.jxl.xld.engine.life;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.IoSpec;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.engine.device.DeviceConnection;
import dev.jxl.xld.engine.device.DeviceModels;
import dev.jxl.xld.engine.device.GuestPci;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.MemoryReservations;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.resource.FreeMemory;
import dev.jxl.xld.engine.resource.VcpuPlacement;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.QemuState;
import dev.jxl.xld.plan.CreatePlan;
import dev.jxl.xld.plan.DiskPlan;
import dev.jxl.xld.plan.DomainNodes;
import dev.jxl.xld.plan.HvmNodes;
import dev.jxl.xld.plan.NicPlan;
import dev.jxl.xld.plan.NodeDevice;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.PciPlan;
import dev.jxl.xld.plan.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes one domain, step by step; when a step fails, everything made so far is taken away. */
public final class Creation {
    private static final System.Logger LOG = System.getLogger(Creation.class.getName());

    private final Host host;
    private final Managed managed;
    private final DomainLog log;
    private final CreatePlan plan;
    private final boolean startPaused;
    private final Optional<Arriving> arrival;
    private final Optional<Rebirth> rebirth;
    private final Optional<Beside> beside;
    private final OperationRun run;
    private final boolean remembered;
    private final DomainUuid uuid;
    private final DomainId storeDomain;
    private final DomainId consoleDomain;
    private DomainSpec spec;
    private @Nullable DomainId domid;
    private MemoryReservations.@Nullable Reservation reservation;
    private @Nullable DeviceConnection devices;
    private @Nullable Channels channels;
    private @Nullable Built built;
    private @Nullable DirectBoot foundKernel;
    private final SoughtKernel kernel;
    private final List<StoreWrite> prepared = new ArrayList<>();

    Creation(
            Host host,
            Managed managed,
            DomainLog log,
            CreatePlan plan,
            boolean startPaused,
            Optional<Arriving> arrival,
            OperationRun run) {
        this(host, managed, log, plan, startPaused, arrival, Optional.empty(), false, run);
    }

    private Creation(
            Host host,
            Managed managed,
            DomainLog log,
            CreatePlan plan,
            boolean startPaused,
            Optional<Arriving> arrival,
            Optional<Rebirth> rebirth,
            boolean remembered,
            OperationRun run) {
        this.rebirth = rebirth;
        this.remembered = remembered;
        this.host = host;
        this.managed = managed;
        this.log = log;
        this.plan = plan;
        this.startPaused = startPaused;
        this.arrival = arrival;
        this.spec = plan.spec();
        this.run = run;
        this.uuid = plan.uuid();
        this.kernel = new SoughtKernel(host, uuid, plan.spec().name());
        this.beside = arrival.flatMap(guest -> guest.sender()
                .map(sender -> new Beside(
                        host, managed, sender, plan.uuid(), guest.spec().name())));
        List<Optional<String>> service =
                host.store().findAll(List.of("/tool/xenstored/domid", "/tool/xenconsoled/domid"));
        this.storeDomain = serviceDomain(service.get(0));
        this.consoleDomain = serviceDomain(service.get(1));
    }

    /**
     * The making of one whose old life is over: when it fails, jxl answers for the domain all the same.
     *
     * @param rebirth for those that know it by its number
     */
    public static Creation again(
            Host host, Managed managed, DomainLog log, CreatePlan plan, Optional<Rebirth> rebirth, OperationRun run) {
        return new Creation(host, managed, log, plan, false, Optional.empty(), rebirth, true, run);
    }

    private static DomainId serviceDomain(Optional<String> domid) {
        return domid.filter(d -> d.matches("[0-9]{1,5}"))
                .map(d -> new DomainId(Integer.parseInt(d)))
                .orElse(DomainId.DOM0);
    }

    /**
     * Makes the domain.
     *
     * @throws dev.jxl.xld.api.ToolstackException when a step fails; by then everything is cleaned up
     */
    public void perform() {
        try {
            remember(new Entry(plan.spec(), oldNumber(), startPaused, false));
            int done = 0;
            for (Step step : plan.steps()) {
                if (!step.gathersNodes()) {
                    commitPrepared();
                }
                run.step(step.words(), done++);
                perform(step);
            }
            if (startPaused) {
                boolean _ = managed.saves().spend(uuid);
            }
        } catch (RuntimeException failure) {
            run.cleaning("removing what was made of '" + plan.spec().name() + "'");
            undo(failure);
            throw failure;
        } finally {
            if (reservation != null) {
                reservation.close();
            }
            kernel.release();
        }
        if (arrival.isPresent()) {
            ArrivedName.take(
                    host, domid(), uuid, spec.name(), beside.map(Beside::names).orElse(List.of()));
        }
        managed.saves().discardSpent(host, uuid);
    }

    private OptionalInt oldNumber() {
        return rebirth.isPresent() ? OptionalInt.of(rebirth.get().domid().value()) : OptionalInt.empty();
    }

    /** Destroying the domain is the undo; the clean-up's own failures are logged, and not told instead of the first one. */
    private void undo(RuntimeException failure) {
        try {
            if (beside.isPresent()) {
                beside.get().undo(Optional.ofNullable(domid), log);
                return;
            }
            // What cannot be removed now must not pass for complete: it is removed later.
            managed.find(uuid).filter(Entry::survivable).ifPresent(managed::forsake);
            new Teardown(host, log).perform(Optional.ofNullable(domid), uuid, words -> {});
            if (!remembered) {
                managed.remove(uuid);
            }
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "cleaning up after the failed creation of '" + plan.spec().name() + "' failed as well;"
                            + " it is tried again when jxld starts",
                    e);
        }
    }

    private void perform(Step step) {
        switch (step) {
            case Step.ReserveMemory _ ->
                reservation = new FreeMemory(host, managed.reservations())
                        .reserve(plan.spec(), arrival.flatMap(Arriving::sender), run);
            case Step.PlaceVcpus _ -> VcpuPlacement.perform(host, domid(), plan.spec());
            case Step.FindKernel _ -> foundKernel = kernel.find(plan.spec());
            case Step.CreateShell _ -> createShell();
            case Step.ResetDomain _ -> {
                DomainId number = rebirth.orElseThrow().domid();
                host.hypervisor().softReset(number);
                begin(number);
            }
            case Step.WriteDomainNodes _ -> prepared.addAll(DomainNodes.shell(domid(), uuid, plan.spec()));
            case Step.SetLimits _ -> {
                channels = host.guestBuilder()
                        .prepare(
                                domid(),
                                plan.spec(),
                                storeDomain,
                                consoleDomain,
                                plan.saved().isPresent());
                prepared.addAll(introduction().ahead());
            }
            case Step.AttachDisk(DiskPlan disk) ->
                prepared.addAll(required(devices).prepare(disk));
            case Step.AttachNic(NicPlan nic) ->
                prepared.addAll(required(devices).prepare(nic));
            case Step.AttachDevice(NodeDevice device) ->
                prepared.addAll(required(devices).prepare(device));
            case Step.BuildImage _ -> {
                buildImage();
                kernel.release();
            }
            case Step.RestoreImage _ ->
                built = host.streams()
                        .restore(
                                domid(),
                                plan.saved().orElseThrow(),
                                required(channels),
                                storeDomain,
                                consoleDomain,
                                run::phase);
            case Step.KeepMemory _ -> built = host.guestBuilder().keep(domid(), required(channels));
            case Step.PermitIo(IoSpec io) -> host.guestBuilder().permit(domid(), io);
            case Step.Introduce _ -> introduce();
            case Step.StartDeviceModel _ ->
                deviceModel().start(plan.deviceModel().orElseThrow(), savedDeviceModel());
            case Step.AwaitDeviceModel _ -> {
                DeviceModels model = deviceModel();
                model.awaitReady(run, plan.nics());
                if (plan.savedDeviceModel().isPresent()) {
                    host.streams().discard(QemuState.restored(domid()));
                }
                required(devices).awaitDeviceModel(model::words);
            }
            case Step.AttachPci(List<PciPlan> pci) ->
                new GuestPci(host, domid(), uuid)
                        .give(pci, plan.spec().name(), plan.spec().type() == GuestType.HVM, run::phase);
            case Step.AwaitBackends _ -> required(devices).await();
            case Step.TakeOver _ -> takeOver(arrival.orElseThrow());
            case Step.ServeClients _ -> rebirth.orElseThrow().beforeItRuns().run();
            case Step.SaveConfiguration _ ->
                host.files()
                        .writeUserdata(
                                domid(),
                                uuid,
                                LibxlJson.write(arrival.map(Arriving::spec).orElse(spec), uuid));
            case Step.MarkSurvivable _ -> markSurvivable();
            case Step.Unpause _ -> {
                if (plan.deviceModel().isPresent()) {
                    deviceModel().release();
                }
                arrival.ifPresent(Arriving::starting);
                letRun();
            }
        }
    }

    /** The domain and all its devices at once: each transaction costs, and so do the backends that begin to work after the first. */
    private void commitPrepared() {
        if (!prepared.isEmpty()) {
            run.phase(new Step.WriteDomainNodes(plan.spec().name()).words());
            commit(prepared);
            prepared.clear();
        }
    }

    private void createShell() {
        begin(host.guestBuilder().createShell(plan.spec(), uuid, rebirth.map(Rebirth::domid)));
    }

    private void begin(DomainId made) {
        domid = made;
        devices = new DeviceConnection(host, run, made, uuid, plan.spec().type());
        remember(new Entry(plan.spec(), OptionalInt.of(made.value()), startPaused, false));
        run.domid(made.value());
        log.seen(made, uuid, plan.spec().name(), "shell");
    }

    private void buildImage() {
        GuestBuilder builder = host.guestBuilder();
        Channels ports = required(channels);
        DomainSpec spec = plan.spec();
        if (plan.firmware().isEmpty()) {
            DirectBoot boot = foundKernel != null ? foundKernel : plan.boot().orElseThrow();
            built = builder.build(domid(), spec, boot, ports, storeDomain, consoleDomain, run::phase);
            return;
        }
        Built hvm =
                builder.buildHvm(domid(), spec, plan.firmware().get(), ports, storeDomain, consoleDomain, run::phase);
        commit(HvmNodes.built(domid(), spec, hvm.acpi(), hvm.smbios()));
        built = hvm;
    }

    /** Only an HVM guest's device model goes on where it was; others begin anew, for their clients do not notice. */
    private Optional<Path> savedDeviceModel() {
        return plan.savedDeviceModel().map(saved -> {
            Path state = QemuState.restored(domid());
            host.streams().extractDeviceModelState(saved, state);
            return state;
        });
    }

    private Introduction introduction() {
        return new Introduction(plan, domid(), uuid, required(channels), consoleDomain);
    }

    private void introduce() {
        Built frames = required(built);
        host.store().performAll(introduction().frames(frames));
        host.store()
                .introduce(
                        domid().value(), frames.storeGfn(), required(channels).store());
    }

    /** From here on a jxld that finds the domain lets it live: loop devices stay, the mark goes, the record says so. */
    private void markSurvivable() {
        required(devices).keep();
        Entry complete = new Entry(spec, OptionalInt.of(domid().value()), startPaused, true);
        beside.ifPresentOrElse(b -> b.handOver(complete), () -> managed.save(complete));
        managed.restarts().started(uuid);
        host.store().remove(Nodes.mark(domid()));
        log.seen(domid(), uuid, spec.name(), "built");
    }

    /** The guest is this host's from here on. */
    private void takeOver(Arriving guest) {
        guest.takeOver(run);
        spec = guest.spec();
        beside.ifPresent(Beside::takeOver);
    }

    /** What the host's stop has saved of it is old from here on. */
    private void letRun() {
        boolean spent = managed.saves().spend(uuid);
        Runnable unpause = () -> host.hypervisor().unpause(domid());
        try {
            rebirth.map(Rebirth::start).orElse(Runnable::run).accept(unpause);
        } catch (RuntimeException e) {
            if (spent) {
                managed.saves().giveBack(uuid);
            }
            throw e;
        }
        log.seen(domid(), uuid, spec.name(), "running");
    }

    private DeviceModels deviceModel() {
        return new DeviceModels(host, domid(), uuid, plan.spec());
    }

    private void commit(List<StoreWrite> writes) {
        List<StoreWrite> now = beside.map(b -> b.without(writes)).orElse(writes);
        host.store().change(t -> {
            t.performAll(now);
        });
    }

    /** What jxl knows of a guest is its sender's, as long as there is one here. */
    private void remember(Entry entry) {
        if (beside.isEmpty()) {
            managed.save(entry);
        }
    }

    private DomainId domid() {
        return required(domid);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the plan's steps are in the wrong order");
        }
        return value;
    }
}
