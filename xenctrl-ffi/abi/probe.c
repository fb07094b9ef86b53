/*
 * Prints, as JSON, the layouts and constants that jxl takes from Xen's headers. Compiled and run by abi/measure and by
 * ProbeIT, once for each Xen version; the output is committed as src/main/resources/dev/jxl/xenctrl/abi/xen-4.N.json.
 *
 * Compile with -DMINOR=N and -DSOURCE=\"words\"; members that only some versions have stand behind #if MINOR.
 */
#define XC_WANT_COMPAT_MAP_FOREIGN_API
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xenstore.h>
#include <xentoollog.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xen/hvm/hvm_info_table.h>
#include <xen/hvm/params.h>
#include <xen/io/xs_wire.h>
#include <xen/sched.h>

static const char *comma;

#define STRUCT(name, type)                                                                                   \
    printf("%s    \"%s\": {\n      \"size\": %zu,\n      \"fields\": {", first_struct ? "" : ",\n", name,    \
           sizeof(type));                                                                                    \
    first_struct = 0;                                                                                        \
    comma = "\n"
#define FIELD(type, member)                                                                                  \
    printf("%s        \"%s\": [%zu, %zu]", comma, #member, offsetof(type, member),                           \
           sizeof(((type *)0)->member));                                                                     \
    comma = ",\n"
#define END printf("\n      }\n    }")
#define CONSTANT(name)                                                                                       \
    printf("%s    \"%s\": %lld", comma, #name, (long long)(name));                                           \
    comma = ",\n"

static int first_struct = 1;

static void domains(void)
{
    STRUCT("xen_domctl_createdomain", struct xen_domctl_createdomain);
    FIELD(struct xen_domctl_createdomain, ssidref);
    FIELD(struct xen_domctl_createdomain, handle);
    FIELD(struct xen_domctl_createdomain, flags);
    FIELD(struct xen_domctl_createdomain, iommu_opts);
    FIELD(struct xen_domctl_createdomain, max_vcpus);
    FIELD(struct xen_domctl_createdomain, max_evtchn_port);
    FIELD(struct xen_domctl_createdomain, max_grant_frames);
    FIELD(struct xen_domctl_createdomain, max_maptrack_frames);
    FIELD(struct xen_domctl_createdomain, grant_opts);
#if MINOR >= 21
    FIELD(struct xen_domctl_createdomain, altp2m.opts);
    FIELD(struct xen_domctl_createdomain, altp2m.nr);
#elif MINOR >= 19
    FIELD(struct xen_domctl_createdomain, altp2m_opts);
#endif
    FIELD(struct xen_domctl_createdomain, vmtrace_size);
    FIELD(struct xen_domctl_createdomain, cpupool_id);
    FIELD(struct xen_domctl_createdomain, arch.emulation_flags);
    FIELD(struct xen_domctl_createdomain, arch.misc_flags);
    END;
    STRUCT("xen_domctl_getdomaininfo", xc_domaininfo_t);
    FIELD(xc_domaininfo_t, domain);
    FIELD(xc_domaininfo_t, flags);
    FIELD(xc_domaininfo_t, tot_pages);
    FIELD(xc_domaininfo_t, max_pages);
    FIELD(xc_domaininfo_t, outstanding_pages);
    FIELD(xc_domaininfo_t, shr_pages);
    FIELD(xc_domaininfo_t, paged_pages);
    FIELD(xc_domaininfo_t, shared_info_frame);
    FIELD(xc_domaininfo_t, cpu_time);
    FIELD(xc_domaininfo_t, nr_online_vcpus);
    FIELD(xc_domaininfo_t, max_vcpu_id);
    FIELD(xc_domaininfo_t, ssidref);
    FIELD(xc_domaininfo_t, handle);
    FIELD(xc_domaininfo_t, cpupool);
    FIELD(xc_domaininfo_t, gpaddr_bits);
    FIELD(xc_domaininfo_t, arch_config.emulation_flags);
    FIELD(xc_domaininfo_t, arch_config.misc_flags);
    END;
    STRUCT("e820entry", struct e820entry);
    FIELD(struct e820entry, addr);
    FIELD(struct e820entry, size);
    FIELD(struct e820entry, type);
    END;
    STRUCT("xen_domctl_getvcpuinfo", xc_vcpuinfo_t);
    FIELD(xc_vcpuinfo_t, vcpu);
    FIELD(xc_vcpuinfo_t, online);
    FIELD(xc_vcpuinfo_t, blocked);
    FIELD(xc_vcpuinfo_t, running);
    FIELD(xc_vcpuinfo_t, cpu_time);
    FIELD(xc_vcpuinfo_t, cpu);
    END;
    STRUCT("xen_domctl_sched_credit", struct xen_domctl_sched_credit);
    FIELD(struct xen_domctl_sched_credit, weight);
    FIELD(struct xen_domctl_sched_credit, cap);
    END;
    STRUCT("xen_domctl_sched_credit2", struct xen_domctl_sched_credit2);
    FIELD(struct xen_domctl_sched_credit2, weight);
    FIELD(struct xen_domctl_sched_credit2, cap);
    END;
    STRUCT("xen_domctl_sched_rtds", struct xen_domctl_sched_rtds);
    FIELD(struct xen_domctl_sched_rtds, period);
    FIELD(struct xen_domctl_sched_rtds, budget);
    FIELD(struct xen_domctl_sched_rtds, flags);
    END;
    STRUCT("xen_domctl_schedparam_vcpu", struct xen_domctl_schedparam_vcpu);
    FIELD(struct xen_domctl_schedparam_vcpu, u.rtds.period);
    FIELD(struct xen_domctl_schedparam_vcpu, u.rtds.budget);
    FIELD(struct xen_domctl_schedparam_vcpu, u.rtds.flags);
    FIELD(struct xen_domctl_schedparam_vcpu, vcpuid);
    END;
    STRUCT("xc_xend_cpuid", struct xc_xend_cpuid);
    FIELD(struct xc_xend_cpuid, leaf);
    FIELD(struct xc_xend_cpuid, subleaf);
    FIELD(struct xc_xend_cpuid, policy);
    END;
    STRUCT("xc_msr", struct xc_msr);
    FIELD(struct xc_msr, index);
    FIELD(struct xc_msr, policy);
    END;
    STRUCT("xen_cpuid_leaf", xen_cpuid_leaf_t);
    FIELD(xen_cpuid_leaf_t, leaf);
    FIELD(xen_cpuid_leaf_t, subleaf);
    FIELD(xen_cpuid_leaf_t, a);
    FIELD(xen_cpuid_leaf_t, b);
    FIELD(xen_cpuid_leaf_t, c);
    FIELD(xen_cpuid_leaf_t, d);
    END;
    STRUCT("xen_msr_entry", xen_msr_entry_t);
    FIELD(xen_msr_entry_t, idx);
    FIELD(xen_msr_entry_t, val);
    END;
    STRUCT("xen_vmemrange", struct xen_vmemrange);
    FIELD(struct xen_vmemrange, start);
    FIELD(struct xen_vmemrange, end);
    FIELD(struct xen_vmemrange, flags);
    FIELD(struct xen_vmemrange, nid);
    END;
    STRUCT("xc_cpupoolinfo", xc_cpupoolinfo_t);
    FIELD(xc_cpupoolinfo_t, cpupool_id);
    FIELD(xc_cpupoolinfo_t, sched_id);
    FIELD(xc_cpupoolinfo_t, n_dom);
    FIELD(xc_cpupoolinfo_t, cpumap);
    END;
}

static void host(void)
{
    STRUCT("xen_sysctl_physinfo", xc_physinfo_t);
    FIELD(xc_physinfo_t, threads_per_core);
    FIELD(xc_physinfo_t, cores_per_socket);
    FIELD(xc_physinfo_t, nr_cpus);
    FIELD(xc_physinfo_t, max_cpu_id);
    FIELD(xc_physinfo_t, nr_nodes);
    FIELD(xc_physinfo_t, max_node_id);
    FIELD(xc_physinfo_t, cpu_khz);
    FIELD(xc_physinfo_t, capabilities);
    FIELD(xc_physinfo_t, arch_capabilities);
    FIELD(xc_physinfo_t, total_pages);
    FIELD(xc_physinfo_t, free_pages);
    FIELD(xc_physinfo_t, scrub_pages);
    FIELD(xc_physinfo_t, outstanding_pages);
    FIELD(xc_physinfo_t, max_mfn);
    FIELD(xc_physinfo_t, hw_cap);
    END;
    STRUCT("xen_sysctl_cputopo", xc_cputopo_t);
    FIELD(xc_cputopo_t, core);
    FIELD(xc_cputopo_t, socket);
    FIELD(xc_cputopo_t, node);
    END;
    STRUCT("xen_sysctl_meminfo", xc_meminfo_t);
    FIELD(xc_meminfo_t, memsize);
    FIELD(xc_meminfo_t, memfree);
    END;
    STRUCT("xen_sysctl_credit_schedule", struct xen_sysctl_credit_schedule);
    FIELD(struct xen_sysctl_credit_schedule, tslice_ms);
    FIELD(struct xen_sysctl_credit_schedule, ratelimit_us);
    FIELD(struct xen_sysctl_credit_schedule, vcpu_migr_delay_us);
    END;
    STRUCT("xen_sysctl_credit2_schedule", struct xen_sysctl_credit2_schedule);
    FIELD(struct xen_sysctl_credit2_schedule, ratelimit_us);
    END;
    STRUCT("physdev_pci_device", struct physdev_pci_device);
    FIELD(struct physdev_pci_device, seg);
    FIELD(struct physdev_pci_device, bus);
    FIELD(struct physdev_pci_device, devfn);
    END;
    STRUCT("evtchn_status", xc_evtchn_status_t);
    FIELD(xc_evtchn_status_t, dom);
    FIELD(xc_evtchn_status_t, port);
    FIELD(xc_evtchn_status_t, status);
    FIELD(xc_evtchn_status_t, u.interdomain.dom);
    END;
    STRUCT("xen_compile_info", xen_compile_info_t);
    FIELD(xen_compile_info_t, compiler);
    FIELD(xen_compile_info_t, compile_by);
    FIELD(xen_compile_info_t, compile_domain);
    FIELD(xen_compile_info_t, compile_date);
    END;
    STRUCT("xen_build_id", xen_build_id_t);
    FIELD(xen_build_id_t, len);
    END;
    STRUCT("xs_permissions", struct xs_permissions);
    FIELD(struct xs_permissions, id);
    FIELD(struct xs_permissions, perms);
    END;
    STRUCT("xentoollog_logger", xentoollog_logger);
    FIELD(xentoollog_logger, vmessage);
    FIELD(xentoollog_logger, progress);
    FIELD(xentoollog_logger, destroy);
    END;
}

static void guest(void)
{
    STRUCT("save_callbacks", struct save_callbacks);
    FIELD(struct save_callbacks, suspend);
    FIELD(struct save_callbacks, precopy_policy);
    FIELD(struct save_callbacks, postcopy);
    FIELD(struct save_callbacks, checkpoint);
    FIELD(struct save_callbacks, wait_checkpoint);
    FIELD(struct save_callbacks, switch_qemu_logdirty);
    FIELD(struct save_callbacks, data);
    END;
    STRUCT("precopy_stats", struct precopy_stats);
    FIELD(struct precopy_stats, iteration);
    FIELD(struct precopy_stats, total_written);
    FIELD(struct precopy_stats, dirty_count);
    END;
    STRUCT("restore_callbacks", struct restore_callbacks);
    FIELD(struct restore_callbacks, static_data_done);
    FIELD(struct restore_callbacks, suspend);
    FIELD(struct restore_callbacks, postcopy);
    FIELD(struct restore_callbacks, checkpoint);
    FIELD(struct restore_callbacks, wait_checkpoint);
    FIELD(struct restore_callbacks, restore_results);
    FIELD(struct restore_callbacks, data);
    END;
    STRUCT("xc_dom_image", struct xc_dom_image);
    FIELD(struct xc_dom_image, kernel_blob);
    FIELD(struct xc_dom_image, kernel_size);
    FIELD(struct xc_dom_image, num_modules);
    FIELD(struct xc_dom_image, cmdline);
    FIELD(struct xc_dom_image, console_pfn);
    FIELD(struct xc_dom_image, xenstore_pfn);
    FIELD(struct xc_dom_image, pv_p2m);
    FIELD(struct xc_dom_image, p2m_size);
    FIELD(struct xc_dom_image, total_pages);
    FIELD(struct xc_dom_image, flags);
    FIELD(struct xc_dom_image, console_evtchn);
    FIELD(struct xc_dom_image, xenstore_evtchn);
    FIELD(struct xc_dom_image, console_domid);
    FIELD(struct xc_dom_image, xenstore_domid);
    FIELD(struct xc_dom_image, xch);
    FIELD(struct xc_dom_image, guest_domid);
    FIELD(struct xc_dom_image, claim_enabled);
    FIELD(struct xc_dom_image, vmemranges);
    FIELD(struct xc_dom_image, nr_vmemranges);
    FIELD(struct xc_dom_image, vnode_to_pnode);
    FIELD(struct xc_dom_image, nr_vnodes);
    FIELD(struct xc_dom_image, container_type);
    FIELD(struct xc_dom_image, target_pages);
    FIELD(struct xc_dom_image, mmio_start);
    FIELD(struct xc_dom_image, mmio_size);
    FIELD(struct xc_dom_image, lowmem_end);
    FIELD(struct xc_dom_image, highmem_end);
    FIELD(struct xc_dom_image, vga_hole_size);
    FIELD(struct xc_dom_image, device_model);
    FIELD(struct xc_dom_image, system_firmware_module);
    FIELD(struct xc_dom_image, acpi_modules);
    FIELD(struct xc_dom_image, smbios_module);
    FIELD(struct xc_dom_image, e820);
    FIELD(struct xc_dom_image, e820_entries);
    FIELD(struct xc_dom_image, vuart_gfn);
    FIELD(struct xc_dom_image, max_vcpus);
#if MINOR >= 22
    FIELD(struct xc_dom_image, memflags);
#endif
    END;
    STRUCT("xc_hvm_firmware_module", struct xc_hvm_firmware_module);
    FIELD(struct xc_hvm_firmware_module, data);
    FIELD(struct xc_hvm_firmware_module, length);
    FIELD(struct xc_hvm_firmware_module, guest_addr_out);
    END;
    STRUCT("hvm_info_table", struct hvm_info_table);
    FIELD(struct hvm_info_table, length);
    FIELD(struct hvm_info_table, checksum);
    FIELD(struct hvm_info_table, apic_mode);
    FIELD(struct hvm_info_table, nr_vcpus);
    FIELD(struct hvm_info_table, vcpu_online);
    END;
}

static void constants(void)
{
    comma = "\n";
    CONSTANT(XEN_DOMCTL_INTERFACE_VERSION);
    CONSTANT(XEN_SYSCTL_INTERFACE_VERSION);
    CONSTANT(XEN_DOMCTL_CDF_hvm);
    CONSTANT(XEN_DOMCTL_CDF_hap);
    CONSTANT(XEN_DOMCTL_CDF_oos_off);
    CONSTANT(XEN_DOMCTL_CDF_xs_domain);
    CONSTANT(XEN_DOMCTL_CDF_iommu);
    CONSTANT(XEN_DOMCTL_CDF_nested_virt);
    CONSTANT(XEN_DOMCTL_CDF_vpmu);
    CONSTANT(XEN_DOMCTL_IOMMU_no_sharept);
    CONSTANT(XEN_X86_EMU_LAPIC);
    CONSTANT(XEN_X86_EMU_ALL);
    CONSTANT(XEN_X86_EMU_USE_PIRQ);
    CONSTANT(XEN_X86_EMU_VPCI);
    CONSTANT(XEN_X86_MSR_RELAXED);
    CONSTANT(XEN_DOMINF_dying);
    CONSTANT(XEN_DOMINF_hvm_guest);
    CONSTANT(XEN_DOMINF_shutdown);
    CONSTANT(XEN_DOMINF_paused);
    CONSTANT(XEN_DOMINF_blocked);
    CONSTANT(XEN_DOMINF_running);
    CONSTANT(XEN_DOMINF_debugged);
    CONSTANT(XEN_DOMINF_xs_domain);
    CONSTANT(XEN_DOMINF_hap);
    CONSTANT(XEN_DOMINF_shutdownshift);
    CONSTANT(XEN_DOMINF_shutdownmask);
    CONSTANT(XEN_VCPUAFFINITY_HARD);
    CONSTANT(XEN_VCPUAFFINITY_SOFT);
    CONSTANT(XEN_VCPUAFFINITY_FORCE);
    CONSTANT(XEN_DOMCTL_SCHEDRT_extra);
    CONSTANT(XC_CPUPOOL_POOLID_ANY);
    CONSTANT(XEN_CPUID_INPUT_UNUSED);
    CONSTANT(XC_MSR_INPUT_UNUSED);
    CONSTANT(XEN_SYSCTL_cpu_policy_pv_max);
    CONSTANT(XEN_SYSCTL_cpu_policy_hvm_max);
    CONSTANT(XEN_INVALID_NODE_ID);
    CONSTANT(XEN_INVALID_DEV);
    CONSTANT(XEN_SCHEDULER_CREDIT);
    CONSTANT(XEN_SCHEDULER_CREDIT2);
    CONSTANT(XEN_SCHEDULER_ARINC653);
    CONSTANT(XEN_SCHEDULER_RTDS);
    CONSTANT(XEN_SCHEDULER_NULL);
    CONSTANT(XEN_SYSCTL_CSCHED_TSLICE_MIN);
    CONSTANT(XEN_SYSCTL_CSCHED_TSLICE_MAX);
    CONSTANT(XEN_SYSCTL_SCHED_RATELIMIT_MIN);
    CONSTANT(XEN_SYSCTL_SCHED_RATELIMIT_MAX);
    CONSTANT(XEN_SYSCTL_CSCHED_MGR_DLY_MAX_US);
    CONSTANT(XEN_DOMCTL_DEV_RDM_RELAXED);
    CONSTANT(EVTCHNSTAT_interdomain);
    CONSTANT(XEN_SYSCTL_PHYSCAP_hvm);
    CONSTANT(XEN_SYSCTL_PHYSCAP_pv);
    CONSTANT(XEN_SYSCTL_PHYSCAP_directio);
    CONSTANT(XEN_SYSCTL_PHYSCAP_hap);
    CONSTANT(XEN_SYSCTL_PHYSCAP_shadow);
    CONSTANT(XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share);
    CONSTANT(XEN_SYSCTL_PHYSCAP_vpmu);
    CONSTANT(XEN_SYSCTL_PHYSCAP_gnttab_v1);
    CONSTANT(XEN_SYSCTL_PHYSCAP_gnttab_v2);
    CONSTANT(HVM_PARAM_CALLBACK_IRQ);
    CONSTANT(HVM_PARAM_STORE_PFN);
    CONSTANT(HVM_PARAM_STORE_EVTCHN);
    CONSTANT(HVM_PARAM_PAE_ENABLED);
    CONSTANT(HVM_PARAM_IOREQ_PFN);
    CONSTANT(HVM_PARAM_VIRIDIAN);
    CONSTANT(HVM_PARAM_TIMER_MODE);
    CONSTANT(HVM_PARAM_HPET_ENABLED);
    CONSTANT(HVM_PARAM_ACPI_S_STATE);
    CONSTANT(HVM_PARAM_VPT_ALIGN);
    CONSTANT(HVM_PARAM_CONSOLE_PFN);
    CONSTANT(HVM_PARAM_CONSOLE_EVTCHN);
    CONSTANT(HVM_PARAM_ACPI_IOPORTS_LOCATION);
    CONSTANT(HVM_PARAM_VM_GENERATION_ID_ADDR);
    CONSTANT(HVM_PARAM_ALTP2M);
    CONSTANT(HVM_PARAM_MCA_CAP);
    CONSTANT(XEN_SYSCTL_PHYSCAP_vmtrace);
    CONSTANT(SHUTDOWN_poweroff);
    CONSTANT(SHUTDOWN_reboot);
    CONSTANT(SHUTDOWN_suspend);
    CONSTANT(SHUTDOWN_crash);
    CONSTANT(SHUTDOWN_watchdog);
    CONSTANT(SHUTDOWN_soft_reset);
    CONSTANT(XENVER_version);
    CONSTANT(XENVER_extraversion);
    CONSTANT(XENVER_compile_info);
    CONSTANT(XENVER_capabilities);
    CONSTANT(XENVER_changeset);
    CONSTANT(XENVER_platform_parameters);
    CONSTANT(XENVER_pagesize);
    CONSTANT(XENVER_commandline);
    CONSTANT(XENVER_build_id);
    CONSTANT(XENFEAT_linux_rsdp_unrestricted);
    CONSTANT(XC_DOM_PV_CONTAINER);
    CONSTANT(XC_DOM_HVM_CONTAINER);
    CONSTANT(MAX_ACPI_MODULES);
    CONSTANT(XG_MAX_MODULES);
    CONSTANT(X86_HVM_NR_SPECIAL_PAGES);
    CONSTANT(X86_HVM_END_SPECIAL_REGION);
    CONSTANT(HVM_INFO_PFN);
    CONSTANT(HVM_INFO_OFFSET);
    CONSTANT(XC_OPENFLAG_DUMMY);
    CONSTANT(XTL_DETAIL);
    CONSTANT(XTL_PROGRESS);
    CONSTANT(XTL_NOTICE);
    CONSTANT(XTL_WARN);
    CONSTANT(XS_PERM_NONE);
    CONSTANT(XS_PERM_READ);
    CONSTANT(XS_PERM_WRITE);
}

int main(void)
{
    printf("{\n  \"minor\": %d,\n  \"source\": \"%s\",\n  \"structs\": {\n", MINOR, SOURCE);
    domains();
    host();
    guest();
    printf("\n  },\n  \"constants\": {");
    constants();
    printf("\n  }\n}\n");
    return 0;
}
