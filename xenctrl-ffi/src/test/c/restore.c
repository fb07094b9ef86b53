/*
 * Stands for libxenctrl and libxenguest of one Xen (-DMINOR=N): takes a restore's arguments as that Xen declares them, and gives
 * back whether each is what RestoreCallIT passes. Has CPU policies of its own for CpuPolicyCallIT.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

struct callbacks {
    int (*static_data_done)(unsigned missing, void *data);
    int (*suspend)(void *data);
    int (*postcopy)(void *data);
    int (*checkpoint)(void *data);
    int (*wait_checkpoint)(void *data);
    void (*restore_results)(unsigned long store, unsigned long console, void *data);
    void *data;
};

/* The same in both libraries, and never followed. */
#define INTERFACE ((void *)0x58454e)

void *xc_interface_open(void *logger, void *dombuild_logger, unsigned flags)
{
    return INTERFACE;
}

int xc_interface_close(void *xch)
{
    return 0;
}

int xc_domain_restore(void *xch, int io_fd, uint32_t dom, unsigned store_evtchn, unsigned long *store_mfn,
                      uint32_t store_domid, unsigned console_evtchn, unsigned long *console_mfn, uint32_t console_domid,
                      int stream_type, struct callbacks *callbacks, int send_back_fd
#if MINOR >= 22
                      , unsigned memflags
#endif
                      )
{
    int right = xch == INTERFACE && io_fd == 11 && dom == 12 && store_evtchn == 13 && store_domid == 14 &&
                console_evtchn == 15 && console_domid == 16 && stream_type == 0 && send_back_fd == -1;
#if MINOR >= 22
    right = right && memflags == 0;
#endif
    if ( !right || callbacks->static_data_done(2, callbacks->data) )
    {
        errno = EINVAL;
        return -1;
    }
    *store_mfn = 0x100000000 + MINOR;
    *console_mfn = 0x200000000 + MINOR;
    return 0;
}

struct leaf {
    uint32_t leaf, subleaf, a, b, c, d;
};

struct msr {
    uint32_t idx, flags;
    uint64_t val;
};

/* A policy is a number here: a domid, or 100 and the index of one of the host's. */
uint32_t *xc_cpu_policy_init(void)
{
    return calloc(1, sizeof(uint32_t));
}

void xc_cpu_policy_destroy(uint32_t *policy)
{
    free(policy);
}

int xc_cpu_policy_get_domain(void *xch, uint32_t domid, uint32_t *policy)
{
    *policy = domid;
    errno = ESRCH;
    return domid == 7 ? 0 : -1;
}

int xc_cpu_policy_get_system(void *xch, unsigned index, uint32_t *policy)
{
    *policy = 100 + index;
    return 0;
}

int xc_cpu_policy_get_size(void *xch, uint32_t *nr_leaves, uint32_t *nr_msrs)
{
    *nr_leaves = 3;
    *nr_msrs = 2;
    return 0;
}

int xc_cpu_policy_serialise(void *xch, const uint32_t *policy, struct leaf *leaves, uint32_t *nr_leaves, struct msr *msrs,
                            uint32_t *nr_msrs)
{
    if ( *nr_leaves != 3 || *nr_msrs != 2 )
    {
        errno = ENOBUFS;
        return -1;
    }
    leaves[0] = (struct leaf){ 0, -1, *policy, 2, 3, 4 };
    leaves[1] = (struct leaf){ 0x80000001, 5, 6, 7, 8, -1 };
    msrs[0] = (struct msr){ 0x10a, 0, -2 };
    *nr_leaves = 2;
    *nr_msrs = 1;
    return 0;
}
