package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.DOM_ALLOCATE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_BOOT_IMAGE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_BOOT_MEM_INIT;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_BOOT_XEN_INIT;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_BUILD_IMAGE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_GNTTAB_INIT;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_KERNEL_FILE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_LOGINIT;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_MEM_INIT;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_MODULE_FILE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_PARSE_IMAGE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_RELEASE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_TRANSLATED;

import dev.jxl.xenctrl.BuildPhase;
import dev.jxl.xenctrl.BuiltGuest;
import dev.jxl.xenctrl.BuiltGuest.PlacedFirmware;
import dev.jxl.xenctrl.GuestBuildCalls;
import dev.jxl.xenctrl.GuestImage;
import dev.jxl.xenctrl.XenControlException.BuildFailed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@link GuestBuildCalls} by libxenguest. The order of its calls, and who sets which member when, is that of xl.
 *
 * @source tools/libs/light/libxl_dom.c: libxl__build_pv, libxl__build_hvm, libxl__build_dom
 */
public final class XcGuestBuild implements GuestBuildCalls {
    private static final int KIB_PER_MIB = 1024;
    private static final long INVALID_MFN = -1;

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcGuestBuild(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public BuiltGuest buildGuest(GuestImage image, BuildWatcher watcher) {
        return lanes.slow(DOM_ALLOCATE, image.domid(), xc -> new Build(xc, image, watcher).run());
    }

    /** One build, on one lane. */
    static final class Build {
        private final XcCall xc;
        private final GuestImage image;
        private final BuildWatcher watcher;
        private final HardwareDescription hardware;
        private BuildPhase phase = BuildPhase.START;

        Build(XcCall xc, GuestImage image, BuildWatcher watcher) {
            this.xc = xc;
            this.image = image;
            this.watcher = watcher;
            this.hardware = new HardwareDescription(xc, image);
        }

        BuiltGuest run() throws Throwable {
            enter(BuildPhase.START);
            step(DOM_LOGINIT, (int) xc.handle(DOM_LOGINIT).invokeExact(xc.capture(), xc.xch()));
            String features = image.container() instanceof GuestImage.Pv pv ? pv.features() : "";
            MemorySegment dom = (MemorySegment)
                    xc.handle(DOM_ALLOCATE).invokeExact(xc.capture(), xc.xch(), text(image.cmdline()), text(features));
            if (dom.equals(MemorySegment.NULL)) {
                throw failure(DOM_ALLOCATE);
            }
            try {
                return build(StructView.at(xc.abi().struct("xc_dom_image"), dom));
            } finally {
                xc.handle(DOM_RELEASE).invokeExact(xc.capture(), dom);
            }
        }

        private BuiltGuest build(StructView dom) throws Throwable {
            readFiles(dom.segment());
            fill(dom);
            hardware.layOut(dom);
            enter(BuildPhase.ATTACH);
            step(DOM_BOOT_XEN_INIT, (int)
                    xc.handle(DOM_BOOT_XEN_INIT).invokeExact(xc.capture(), dom.segment(), xc.xch(), image.domid()));
            enter(BuildPhase.PARSE_KERNEL);
            simple(DOM_PARSE_IMAGE, dom);
            // Parsing replaces a compressed kernel by what was in it.
            watcher.unpacked(Restricted.sized(dom.pointer("kernel_blob"), dom.u64("kernel_size"))
                    .asByteBuffer()
                    .asReadOnlyBuffer());
            enter(BuildPhase.LAY_OUT_MEMORY);
            int mib = Math.toIntExact(image.memoryKib() / KIB_PER_MIB);
            step(DOM_MEM_INIT, (int) xc.handle(DOM_MEM_INIT).invokeExact(xc.capture(), dom.segment(), mib));
            enter(BuildPhase.POPULATE_MEMORY);
            simple(DOM_BOOT_MEM_INIT, dom);
            enter(BuildPhase.DESCRIBE_HARDWARE);
            hardware.describe(dom);
            enter(BuildPhase.LOAD_IMAGE);
            simple(DOM_BUILD_IMAGE, dom);
            enter(BuildPhase.BOOT_IMAGE);
            simple(DOM_BOOT_IMAGE, dom);
            enter(BuildPhase.SEED_GRANTS);
            simple(DOM_GNTTAB_INIT, dom);
            if (image.container() instanceof GuestImage.Hvm hvm) {
                enter(BuildPhase.WRITE_HVM_INFO);
                hardware.writeHvmInfo(hvm);
            }
            return built(dom);
        }

        private void readFiles(MemorySegment dom) throws Throwable {
            enter(BuildPhase.READ_KERNEL);
            step(DOM_KERNEL_FILE, (int) xc.handle(DOM_KERNEL_FILE)
                    .invokeExact(xc.capture(), dom, text(image.kernel().toString())));
            if (!image.modules().isEmpty()) {
                enter(BuildPhase.READ_MODULES);
            }
            for (GuestImage.BootModule module : image.modules()) {
                step(DOM_MODULE_FILE, (int) xc.handle(DOM_MODULE_FILE)
                        .invokeExact(xc.capture(), dom, text(module.file().toString()), text(module.cmdline())));
            }
        }

        private void fill(StructView dom) {
            boolean pv = image.container() instanceof GuestImage.Pv;
            dom.u32("container_type", xc.abi().constant(pv ? "XC_DOM_PV_CONTAINER" : "XC_DOM_HVM_CONTAINER"));
            dom.u64("flags", 0);
            dom.u32("console_evtchn", image.channels().consolePort());
            dom.u32("console_domid", image.channels().consoleDomid());
            dom.u32("xenstore_evtchn", image.channels().storePort());
            dom.u32("xenstore_domid", image.channels().storeDomid());
            dom.u32("claim_enabled", image.claim() ? 1 : 0);
            dom.u32("max_vcpus", image.maxVcpus());
            image.numa().ifPresent(numa -> {
                // libxenguest keeps these pointers and frees none, so that they live in the task's memory.
                dom.pointer("vmemranges", XcMemory.ranges(xc.abi(), numa, xc.arena()));
                dom.u32("nr_vmemranges", numa.ranges().size());
                dom.pointer("vnode_to_pnode", XcMemory.numbers(numa.vnodeToPnode(), xc.arena()));
                dom.u32("nr_vnodes", numa.nodes());
            });
        }

        private BuiltGuest built(StructView dom) throws Throwable {
            boolean hvm = image.container() instanceof GuestImage.Hvm;
            return new BuiltGuest(
                    frame(dom, dom.u64("xenstore_pfn")),
                    frame(dom, dom.u64("console_pfn")),
                    hvm ? hardware.placed(dom.slice("acpi_modules")) : Optional.<PlacedFirmware>empty(),
                    hvm ? hardware.placed(dom.slice("smbios_module")) : Optional.<PlacedFirmware>empty());
        }

        /**
         * The frame others know a guest's frame by: the same, but for PV guests, which live in machine frames.
         *
         * @source tools/include/xenguest.h: xc_dom_p2m (inline, so that there is no symbol to call)
         */
        private long frame(StructView dom, long pfn) throws Throwable {
            boolean translated = (boolean) xc.handle(DOM_TRANSLATED).invokeExact(xc.capture(), dom.segment());
            if (translated) {
                return pfn;
            }
            long total = dom.u64("total_pages");
            if (pfn < 0 || pfn >= total) {
                return INVALID_MFN;
            }
            return Restricted.sized(dom.pointer("pv_p2m"), total * Long.BYTES).getAtIndex(ValueLayout.JAVA_LONG, pfn);
        }

        private void enter(BuildPhase next) {
            phase = next;
            watcher.starting(next);
        }

        private void simple(XcFunction function, StructView dom) throws Throwable {
            step(function, (int) xc.handle(function).invokeExact(xc.capture(), dom.segment()));
        }

        private void step(CFunction function, int result) {
            if (result != 0) {
                throw failure(function);
            }
        }

        private BuildFailed failure(CFunction function) {
            return new BuildFailed(phase, function.symbol(), xc.errno(), image.domid(), xc.said());
        }

        private MemorySegment text(String text) {
            return text.isEmpty() ? MemorySegment.NULL : xc.arena().allocateFrom(text, StandardCharsets.UTF_8);
        }
    }
}
