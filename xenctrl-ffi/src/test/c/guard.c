/* For GuardPageIT and SocketStructsIT: reads and writes Xen's structs, and glibc's, as the installed headers have them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xenstore.h>
#include <xentoollog.h>
#include <xen/hvm/hvm_info_table.h>

/* The end of `bytes` readable bytes; the byte after them is not. */
void *before_guard(long bytes)
{
    char *at = mmap(NULL, bytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    mprotect(at + bytes, 4096, PROT_NONE);
    return at + bytes;
}

#define OVERWRITE(name, type)             \
    long overwrite_##name(type *at)       \
    {                                     \
        memset(at, 0xa5, sizeof(*at));    \
        return sizeof(*at);               \
    }

OVERWRITE(xen_domctl_createdomain, struct xen_domctl_createdomain)
OVERWRITE(xen_domctl_getdomaininfo, xc_domaininfo_t)
OVERWRITE(e820entry, struct e820entry)
OVERWRITE(xen_domctl_getvcpuinfo, xc_vcpuinfo_t)
OVERWRITE(xen_domctl_sched_credit, struct xen_domctl_sched_credit)
OVERWRITE(xen_domctl_sched_credit2, struct xen_domctl_sched_credit2)
OVERWRITE(xen_domctl_sched_rtds, struct xen_domctl_sched_rtds)
OVERWRITE(xen_domctl_schedparam_vcpu, struct xen_domctl_schedparam_vcpu)
OVERWRITE(xc_xend_cpuid, struct xc_xend_cpuid)
OVERWRITE(xc_msr, struct xc_msr)
OVERWRITE(xen_cpuid_leaf, xen_cpuid_leaf_t)
OVERWRITE(xen_msr_entry, xen_msr_entry_t)
OVERWRITE(xen_vmemrange, struct xen_vmemrange)
OVERWRITE(xc_cpupoolinfo, xc_cpupoolinfo_t)
OVERWRITE(xen_sysctl_credit_schedule, struct xen_sysctl_credit_schedule)
OVERWRITE(xen_sysctl_credit2_schedule, struct xen_sysctl_credit2_schedule)
OVERWRITE(physdev_pci_device, struct physdev_pci_device)
OVERWRITE(evtchn_status, xc_evtchn_status_t)
OVERWRITE(xen_sysctl_physinfo, xc_physinfo_t)
OVERWRITE(xen_sysctl_cputopo, xc_cputopo_t)
OVERWRITE(xen_sysctl_meminfo, xc_meminfo_t)
OVERWRITE(xen_compile_info, xen_compile_info_t)
OVERWRITE(xen_build_id, xen_build_id_t)
OVERWRITE(xs_permissions, struct xs_permissions)
OVERWRITE(xentoollog_logger, xentoollog_logger)
OVERWRITE(xc_dom_image, struct xc_dom_image)
OVERWRITE(xc_hvm_firmware_module, struct xc_hvm_firmware_module)
OVERWRITE(hvm_info_table, struct hvm_info_table)
OVERWRITE(precopy_stats, struct precopy_stats)
OVERWRITE(save_callbacks, struct save_callbacks)
OVERWRITE(restore_callbacks, struct restore_callbacks)

void fill_getdomaininfo(xc_domaininfo_t *info)
{
    memset(info, 0, sizeof(*info));
    info->domain = 32751;
    info->flags = XEN_DOMINF_shutdown | 3 << XEN_DOMINF_shutdownshift;
    info->tot_pages = 101;
    info->max_pages = 102;
    info->outstanding_pages = 103;
    info->shr_pages = 104;
    info->paged_pages = 105;
    info->shared_info_frame = 106;
    info->cpu_time = 107;
    info->nr_online_vcpus = 108;
    info->max_vcpu_id = 109;
    info->ssidref = 110;
    for (int i = 0; i < 16; i++)
        info->handle[i] = i;
    info->cpupool = 111;
    info->gpaddr_bits = 40;
    info->arch_config.emulation_flags = 0x1ff;
    info->arch_config.misc_flags = 1;
}

#define EXPECT(member, value)            \
    if (config->member != (value))       \
    return #member

/* Empty, or the first member that is not as GuardPageIT set it. */
const char *check_createdomain(const struct xen_domctl_createdomain *config)
{
    EXPECT(ssidref, 6);
    for (int i = 0; i < 16; i++)
        EXPECT(handle[i], i * 0x11);
    EXPECT(flags, 0x23);
    EXPECT(iommu_opts, 1);
    EXPECT(max_vcpus, 4);
    EXPECT(max_evtchn_port, 1023);
    EXPECT(max_grant_frames, -1);
    EXPECT(max_maptrack_frames, -1);
    EXPECT(grant_opts, 2);
    EXPECT(vmtrace_size, 0);
    EXPECT(cpupool_id, 5);
    EXPECT(arch.emulation_flags, 0x1ff);
    EXPECT(arch.misc_flags, 1);
    return "";
}

OVERWRITE(sockaddr_un, struct sockaddr_un)
OVERWRITE(iovec, struct iovec)
OVERWRITE(msghdr, struct msghdr)
OVERWRITE(timeval, struct timeval)

long overwrite_cmsg_of_one_file(void *at)
{
    memset(at, 0xa5, CMSG_SPACE(sizeof(int)));
    return CMSG_SPACE(sizeof(int));
}

#define SAME(a, b)           \
    do {                     \
        if ((a) != (b))      \
            return #a;       \
    } while (0)

/* "ab", and file 7. */
const char *check_message(struct msghdr *message)
{
    struct cmsghdr *control = CMSG_FIRSTHDR(message);

    SAME(message->msg_name, NULL);
    SAME(message->msg_namelen, 0);
    SAME(message->msg_flags, 0);
    SAME(message->msg_iovlen, 1);
    SAME(message->msg_iov->iov_len, 2);
    SAME(memcmp(message->msg_iov->iov_base, "ab", 2), 0);
    SAME(message->msg_controllen, CMSG_SPACE(sizeof(int)));
    SAME(control->cmsg_len, CMSG_LEN(sizeof(int)));
    SAME(control->cmsg_level, SOL_SOCKET);
    SAME(control->cmsg_type, SCM_RIGHTS);
    SAME(*(int *)CMSG_DATA(control), 7);
    SAME(CMSG_NXTHDR(message, control), NULL);
    return "";
}

const char *check_address(struct sockaddr_un *address)
{
    SAME(address->sun_family, AF_UNIX);
    SAME(strcmp(address->sun_path, "/run/some"), 0);
    return "";
}

/* 2.5 s */
const char *check_time(struct timeval *time)
{
    SAME(time->tv_sec, 2);
    SAME(time->tv_usec, 500000);
    return "";
}
