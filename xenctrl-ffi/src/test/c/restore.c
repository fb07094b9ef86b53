/*
 * Stands for libxenctrl and libxenguest of one Xen (-DMINOR=N): takes a restore's arguments as that Xen declares them, and gives
 * back whether each is what RestoreCallIT passes.
 */
#include <errno.h>
#include <stdint.h>

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
