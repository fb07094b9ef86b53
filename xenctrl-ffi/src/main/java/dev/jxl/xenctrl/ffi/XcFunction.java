package dev.jxl.xenctrl.ffi;

/**
 * The functions of libxenctrl and libxenguest that jxl calls. The texts are the headers'; {@code SignatureIT} has a C
 * compiler compare them. A function that Xen declares in two ways is here twice: each version of Xen has one of them.
 *
 * @source tools/include/xenctrl.h, tools/include/xenguest.h, tools/include/xenhypfs.h, tools/include/xenctrl_compat.h
 */
public enum XcFunction implements CFunction {
    INTERFACE_OPEN("xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dombuild_logger,"
            + " unsigned open_flags)"),
    INTERFACE_CLOSE("int xc_interface_close(xc_interface *xch)"),
    VERSION("int xc_version(xc_interface *xch, int cmd, void *arg)"),

    DOMAIN_CREATE("int xc_domain_create(xc_interface *xch, uint32_t *pdomid, struct xen_domctl_createdomain *config)"),
    DOMAIN_MAX_VCPUS("int xc_domain_max_vcpus(xc_interface *xch, uint32_t domid, unsigned int max)"),
    DOMAIN_PAUSE("int xc_domain_pause(xc_interface *xch, uint32_t domid)"),
    DOMAIN_UNPAUSE("int xc_domain_unpause(xc_interface *xch, uint32_t domid)"),
    DOMAIN_DESTROY("int xc_domain_destroy(xc_interface *xch, uint32_t domid)"),
    DOMAIN_SHUTDOWN("int xc_domain_shutdown(xc_interface *xch, uint32_t domid, int reason)"),
    DOMAIN_SOFT_RESET("int xc_domain_soft_reset(xc_interface *xch, uint32_t domid)"),
    DOMAIN_GETINFOLIST("int xc_domain_getinfolist(xc_interface *xch, uint32_t first_domain, unsigned int max_domains,"
            + " xc_domaininfo_t *info)"),
    DOMAIN_SETHANDLE("int xc_domain_sethandle(xc_interface *xch, uint32_t domid, xen_domain_handle_t handle)"),
    DOMAIN_SET_TARGET("int xc_domain_set_target(xc_interface *xch, uint32_t domid, uint32_t target)"),
    DOMAIN_SEND_TRIGGER(
            "int xc_domain_send_trigger(xc_interface *xch, uint32_t domid, uint32_t trigger, uint32_t vcpu)"),
    DOMAIN_SET_TIME_OFFSET(
            "int xc_domain_set_time_offset(xc_interface *xch, uint32_t domid, int32_t time_offset_seconds)"),
    DOMAIN_SET_TSC_INFO(
            "int xc_domain_set_tsc_info(xc_interface *xch, uint32_t domid, uint32_t tsc_mode, uint64_t elapsed_nsec,"
                    + " uint32_t gtsc_khz, uint32_t incarnation)"),
    EVTCHN_ALLOC_UNBOUND(
            "xc_evtchn_port_or_error_t xc_evtchn_alloc_unbound(xc_interface *xch, uint32_t dom, uint32_t remote_dom)"),
    EVTCHN_STATUS("int xc_evtchn_status(xc_interface *xch, xc_evtchn_status_t *status)"),

    DOMAIN_SETMAXMEM("int xc_domain_setmaxmem(xc_interface *xch, uint32_t domid, uint64_t max_memkb)"),
    DOMAIN_SET_MEMMAP_LIMIT(
            "int xc_domain_set_memmap_limit(xc_interface *xch, uint32_t domid, unsigned long map_limitkb)"),
    DOMAIN_SET_MEMORY_MAP("int xc_domain_set_memory_map(xc_interface *xch, uint32_t domid, struct e820entry entries[],"
            + " uint32_t nr_entries)"),
    SET_PAGING_MEMPOOL_SIZE("int xc_set_paging_mempool_size(xc_interface *xch, uint32_t domid, uint64_t size)"),
    DOMAIN_CLAIM_PAGES("int xc_domain_claim_pages(xc_interface *xch, uint32_t domid, unsigned long nr_pages)"),
    DOMAIN_SET_POD_TARGET("int xc_domain_set_pod_target(xc_interface *xch, uint32_t domid, uint64_t target_pages,"
            + " uint64_t *tot_pages, uint64_t *pod_cache_pages, uint64_t *pod_entries)"),
    DOMAIN_SETVNUMA("int xc_domain_setvnuma(xc_interface *xch, uint32_t domid, uint32_t nr_vnodes, uint32_t nr_regions,"
            + " uint32_t nr_vcpus, xen_vmemrange_t *vmemrange, unsigned int *vdistance, unsigned int *vcpu_to_vnode,"
            + " unsigned int *vnode_to_pnode)"),
    DOMAIN_SET_LLC_COLORS("int xc_domain_set_llc_colors(xc_interface *xch, uint32_t domid, const uint32_t *llc_colors,"
            + " uint32_t num_llc_colors)"),

    HVM_PARAM_SET("int xc_hvm_param_set(xc_interface *handle, uint32_t dom, uint32_t param, uint64_t value)"),
    HVM_PARAM_GET("int xc_hvm_param_get(xc_interface *handle, uint32_t dom, uint32_t param, uint64_t *value)"),

    GET_CPUMAP_SIZE("int xc_get_cpumap_size(xc_interface *xch)"),
    GET_NODEMAP_SIZE("int xc_get_nodemap_size(xc_interface *xch)"),
    GET_MAX_CPUS("int xc_get_max_cpus(xc_interface *xch)"),
    GET_MAX_NODES("int xc_get_max_nodes(xc_interface *xch)"),
    VCPU_SETAFFINITY(
            "int xc_vcpu_setaffinity(xc_interface *xch, uint32_t domid, int vcpu, xc_cpumap_t cpumap_hard_inout,"
                    + " xc_cpumap_t cpumap_soft_inout, uint32_t flags)"),
    VCPU_GETAFFINITY("int xc_vcpu_getaffinity(xc_interface *xch, uint32_t domid, int vcpu, xc_cpumap_t cpumap_hard,"
            + " xc_cpumap_t cpumap_soft, uint32_t flags)"),
    DOMAIN_NODE_SETAFFINITY("int xc_domain_node_setaffinity(xc_interface *xch, uint32_t domind, xc_nodemap_t nodemap)"),
    DOMAIN_NODE_GETAFFINITY("int xc_domain_node_getaffinity(xc_interface *xch, uint32_t domind, xc_nodemap_t nodemap)"),
    VCPU_GETINFO("int xc_vcpu_getinfo(xc_interface *xch, uint32_t domid, uint32_t vcpu, xc_vcpuinfo_t *info)"),

    SCHED_CREDIT_DOMAIN_SET(
            "int xc_sched_credit_domain_set(xc_interface *xch, uint32_t domid, struct xen_domctl_sched_credit *sdom)"),
    SCHED_CREDIT_DOMAIN_GET(
            "int xc_sched_credit_domain_get(xc_interface *xch, uint32_t domid, struct xen_domctl_sched_credit *sdom)"),
    SCHED_CREDIT2_DOMAIN_SET("int xc_sched_credit2_domain_set(xc_interface *xch, uint32_t domid,"
            + " struct xen_domctl_sched_credit2 *sdom)"),
    SCHED_CREDIT2_DOMAIN_GET("int xc_sched_credit2_domain_get(xc_interface *xch, uint32_t domid,"
            + " struct xen_domctl_sched_credit2 *sdom)"),
    SCHED_RTDS_DOMAIN_SET(
            "int xc_sched_rtds_domain_set(xc_interface *xch, uint32_t domid, struct xen_domctl_sched_rtds *sdom)"),
    SCHED_RTDS_DOMAIN_GET(
            "int xc_sched_rtds_domain_get(xc_interface *xch, uint32_t domid, struct xen_domctl_sched_rtds *sdom)"),
    SCHED_RTDS_VCPU_SET("int xc_sched_rtds_vcpu_set(xc_interface *xch, uint32_t domid,"
            + " struct xen_domctl_schedparam_vcpu *vcpus, uint32_t num_vcpus)"),
    SCHED_RTDS_VCPU_GET("int xc_sched_rtds_vcpu_get(xc_interface *xch, uint32_t domid,"
            + " struct xen_domctl_schedparam_vcpu *vcpus, uint32_t num_vcpus)"),
    SCHED_CREDIT_PARAMS_SET("int xc_sched_credit_params_set(xc_interface *xch, uint32_t cpupool_id,"
            + " struct xen_sysctl_credit_schedule *schedule)"),
    SCHED_CREDIT_PARAMS_GET("int xc_sched_credit_params_get(xc_interface *xch, uint32_t cpupool_id,"
            + " struct xen_sysctl_credit_schedule *schedule)"),
    SCHED_CREDIT2_PARAMS_SET("int xc_sched_credit2_params_set(xc_interface *xch, uint32_t cpupool_id,"
            + " struct xen_sysctl_credit2_schedule *schedule)"),
    SCHED_CREDIT2_PARAMS_GET("int xc_sched_credit2_params_get(xc_interface *xch, uint32_t cpupool_id,"
            + " struct xen_sysctl_credit2_schedule *schedule)"),
    CPUPOOL_CREATE("int xc_cpupool_create(xc_interface *xch, uint32_t *ppoolid, uint32_t sched_id)"),
    CPUPOOL_DESTROY("int xc_cpupool_destroy(xc_interface *xch, uint32_t poolid)"),
    CPUPOOL_ADDCPU("int xc_cpupool_addcpu(xc_interface *xch, uint32_t poolid, int cpu)"),
    CPUPOOL_REMOVECPU("int xc_cpupool_removecpu(xc_interface *xch, uint32_t poolid, int cpu)"),
    CPUPOOL_FREEINFO("xc_cpumap_t xc_cpupool_freeinfo(xc_interface *xch)"),
    CPUPOOL_GETINFO("xc_cpupoolinfo_t *xc_cpupool_getinfo(xc_interface *xch, uint32_t poolid)"),
    CPUPOOL_INFOFREE("void xc_cpupool_infofree(xc_interface *xch, xc_cpupoolinfo_t *info)"),
    CPUPOOL_MOVEDOMAIN("int xc_cpupool_movedomain(xc_interface *xch, uint32_t poolid, uint32_t domid)"),

    DOMAIN_IOPORT_PERMISSION("int xc_domain_ioport_permission(xc_interface *xch, uint32_t domid, uint32_t first_port,"
            + " uint32_t nr_ports, uint32_t allow_access)"),
    DOMAIN_IOMEM_PERMISSION("int xc_domain_iomem_permission(xc_interface *xch, uint32_t domid, unsigned long first_mfn,"
            + " unsigned long nr_mfns, uint8_t allow_access)"),
    DOMAIN_IRQ_PERMISSION(
            "int xc_domain_irq_permission(xc_interface *xch, uint32_t domid, uint32_t pirq, bool allow_access)"),
    DOMAIN_MEMORY_MAPPING("int xc_domain_memory_mapping(xc_interface *xch, uint32_t domid, unsigned long first_gfn,"
            + " unsigned long first_mfn, unsigned long nr_mfns, uint32_t add_mapping)"),
    PHYSDEV_MAP_PIRQ("int xc_physdev_map_pirq(xc_interface *xch, uint32_t domid, int index, int *pirq)"),
    PHYSDEV_UNMAP_PIRQ("int xc_physdev_unmap_pirq(xc_interface *xch, uint32_t domid, int pirq)"),
    ASSIGN_DEVICE("int xc_assign_device(xc_interface *xch, uint32_t domid, uint32_t machine_sbdf, uint32_t flag)"),
    DEASSIGN_DEVICE("int xc_deassign_device(xc_interface *xch, uint32_t domid, uint32_t machine_sbdf)"),

    PHYSINFO("int xc_physinfo(xc_interface *xch, xc_physinfo_t *info)"),
    SCHED_ID("int xc_sched_id(xc_interface *xch, int *sched_id)"),
    READCONSOLERING("int xc_readconsolering(xc_interface *xch, char *buffer, unsigned int *pnr_chars, int clear,"
            + " int incremental, uint32_t *pindex)"),
    CPUTOPOINFO("int xc_cputopoinfo(xc_interface *xch, unsigned *max_cpus, xc_cputopo_t *cputopo)"),
    NUMAINFO("int xc_numainfo(xc_interface *xch, unsigned *max_nodes, xc_meminfo_t *meminfo, uint32_t *distance)"),
    PCITOPOINFO(
            "int xc_pcitopoinfo(xc_interface *xch, unsigned num_devs, physdev_pci_device_t *devs, uint32_t *nodes)"),
    SHARING_FREED_PAGES("long xc_sharing_freed_pages(xc_interface *xch)"),
    SHARING_USED_FRAMES("long xc_sharing_used_frames(xc_interface *xch)"),
    GET_MACHINE_MEMORY_MAP(
            "int xc_get_machine_memory_map(xc_interface *xch, struct e820entry entries[], uint32_t max_entries)"),
    SEND_DEBUG_KEYS("int xc_send_debug_keys(xc_interface *xch, const char *keys)"),
    HYPFS_OPEN(Library.XENHYPFS, "xenhypfs_handle *xenhypfs_open(xentoollog_logger *logger, unsigned int open_flags)"),
    HYPFS_CLOSE(Library.XENHYPFS, "int xenhypfs_close(xenhypfs_handle *fshdl)"),
    HYPFS_WRITE(Library.XENHYPFS, "int xenhypfs_write(xenhypfs_handle *fshdl, const char *path, const char *val)"),
    MAP_FOREIGN_RANGE(
            "void *xc_map_foreign_range(xc_interface *xch, uint32_t dom, int size, int prot, unsigned long mfn)"),

    CPUID_APPLY_POLICY(
            Library.XENGUEST,
            "int xc_cpuid_apply_policy(xc_interface *xch, uint32_t domid, bool restore, const uint32_t *featureset,"
                    + " unsigned int nr_features, bool pae, bool itsc, bool nested_virt,"
                    + " const struct xc_xend_cpuid *xend, const struct xc_msr *msr)"),
    CPU_POLICY_INIT(Library.XENGUEST, "xc_cpu_policy_t *xc_cpu_policy_init(void)"),
    CPU_POLICY_DESTROY(Library.XENGUEST, "void xc_cpu_policy_destroy(xc_cpu_policy_t *policy)"),
    CPU_POLICY_GET_DOMAIN(
            Library.XENGUEST,
            "int xc_cpu_policy_get_domain(xc_interface *xch, uint32_t domid, xc_cpu_policy_t *policy)"),
    CPU_POLICY_GET_SYSTEM(
            Library.XENGUEST,
            "int xc_cpu_policy_get_system(xc_interface *xch, unsigned int policy_idx, xc_cpu_policy_t *policy)"),
    CPU_POLICY_GET_SIZE(
            Library.XENGUEST, "int xc_cpu_policy_get_size(xc_interface *xch, uint32_t *nr_leaves, uint32_t *nr_msrs)"),
    CPU_POLICY_SERIALISE(
            Library.XENGUEST,
            "int xc_cpu_policy_serialise(xc_interface *xch, const xc_cpu_policy_t *policy, xen_cpuid_leaf_t *leaves,"
                    + " uint32_t *nr_leaves, xen_msr_entry_t *msrs, uint32_t *nr_msrs)"),
    DOMAIN_RESUME(Library.XENGUEST, "int xc_domain_resume(xc_interface *xch, uint32_t domid, int fast)"),
    DOMAIN_DUMPCORE(
            Library.XENGUEST,
            "int xc_domain_dumpcore_via_callback(xc_interface *xch, uint32_t domid, void *arg,"
                    + " dumpcore_rtn_t dump_rtn)"),
    DOMAIN_SAVE(
            Library.XENGUEST,
            "int xc_domain_save(xc_interface *xch, int io_fd, uint32_t dom, uint32_t flags,"
                    + " struct save_callbacks *callbacks, xc_stream_type_t stream_type, int recv_fd)"),
    DOMAIN_RESTORE(
            Library.XENGUEST,
            "int xc_domain_restore(xc_interface *xch, int io_fd, uint32_t dom, unsigned int store_evtchn,"
                    + " unsigned long *store_mfn, uint32_t store_domid, unsigned int console_evtchn,"
                    + " unsigned long *console_mfn, uint32_t console_domid, xc_stream_type_t stream_type,"
                    + " struct restore_callbacks *callbacks, int send_back_fd)"),
    DOMAIN_RESTORE_WITH_MEMFLAGS(
            Library.XENGUEST,
            "int xc_domain_restore(xc_interface *xch, int io_fd, uint32_t dom, unsigned int store_evtchn,"
                    + " unsigned long *store_mfn, uint32_t store_domid, unsigned int console_evtchn,"
                    + " unsigned long *console_mfn, uint32_t console_domid, xc_stream_type_t stream_type,"
                    + " struct restore_callbacks *callbacks, int send_back_fd, unsigned int memflags)"),
    DOM_LOGINIT(Library.XENGUEST, "int xc_dom_loginit(xc_interface *xch)"),
    DOM_ALLOCATE(
            Library.XENGUEST,
            "struct xc_dom_image *xc_dom_allocate(xc_interface *xch, const char *cmdline, const char *features)"),
    DOM_RELEASE(Library.XENGUEST, "void xc_dom_release(struct xc_dom_image *dom)"),
    DOM_KERNEL_FILE(Library.XENGUEST, "int xc_dom_kernel_file(struct xc_dom_image *dom, const char *filename)"),
    DOM_MODULE_FILE(
            Library.XENGUEST,
            "int xc_dom_module_file(struct xc_dom_image *dom, const char *filename, const char *cmdline)"),
    DOM_BOOT_XEN_INIT(
            Library.XENGUEST, "int xc_dom_boot_xen_init(struct xc_dom_image *dom, xc_interface *xch, uint32_t domid)"),
    DOM_PARSE_IMAGE(Library.XENGUEST, "int xc_dom_parse_image(struct xc_dom_image *dom)"),
    DOM_MEM_INIT(Library.XENGUEST, "int xc_dom_mem_init(struct xc_dom_image *dom, unsigned int mem_mb)"),
    DOM_BOOT_MEM_INIT(Library.XENGUEST, "int xc_dom_boot_mem_init(struct xc_dom_image *dom)"),
    DOM_BUILD_IMAGE(Library.XENGUEST, "int xc_dom_build_image(struct xc_dom_image *dom)"),
    DOM_BOOT_IMAGE(Library.XENGUEST, "int xc_dom_boot_image(struct xc_dom_image *dom)"),
    DOM_GNTTAB_INIT(Library.XENGUEST, "int xc_dom_gnttab_init(struct xc_dom_image *dom)"),
    DOM_TRANSLATED(Library.XENGUEST, "bool xc_dom_translated(const struct xc_dom_image *dom)"),
    DOM_GUEST_OS(Library.XENGUEST, "char *xc_dom_guest_os(struct xc_dom_image *dom)"),
    DOM_FEATURE_GET(Library.XENGUEST, "bool xc_dom_feature_get(struct xc_dom_image *dom, unsigned int nr)");

    private static final int FIRST_WITH_LLC_COLORS = 20;
    private static final int FIRST_WITH_MEMFLAGS = 22;

    private final Library library;
    private final String declaration;

    XcFunction(String declaration) {
        this(Library.XENCTRL, declaration);
    }

    XcFunction(Library library, String declaration) {
        this.library = library;
        this.declaration = declaration;
    }

    @Override
    public Library library() {
        return library;
    }

    @Override
    public Prototype prototype() {
        return Prototype.of(declaration);
    }

    @Override
    public boolean existsIn(int minor) {
        return switch (this) {
            case DOMAIN_SET_LLC_COLORS -> minor >= FIRST_WITH_LLC_COLORS;
            case DOMAIN_RESTORE -> minor < FIRST_WITH_MEMFLAGS;
            case DOMAIN_RESTORE_WITH_MEMFLAGS -> minor >= FIRST_WITH_MEMFLAGS;
            default -> true;
        };
    }
}
