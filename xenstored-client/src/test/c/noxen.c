/*
 * Lets the real xenstored run on a machine without Xen: a preload library that answers for /dev/xen.
 *
 *   gcc -shared -fPIC -O2 -o noxen.so noxen.c
 *   LD_PRELOAD=./noxen.so XENSTORED_RUNDIR=D XENSTORED_ROOTDIR=D XENSTORED_PATH=D/socket xenstored -N
 *
 * What it pretends: domains 0 to 99 exist and run; every event channel binds; every grant maps to one page of plain
 * memory, which is an idle ring. So INTRODUCE, RELEASE and SET_TARGET work. All other hypercalls are "not there".
 *
 * Numbers: linux include/uapi/xen/{privcmd,evtchn,gntdev}.h; xen/include/public/domctl.h (interface of 4.17 to 4.22: the
 * fields used here did not move).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define MAX_FDS 1024
#define KNOWN_DOMAINS 100

enum device { PLAIN, PRIVCMD, EVTCHN, GNTDEV };

static enum device device_of[MAX_FDS];
static uint32_t last_port;

static int real_open(const char *path, int flags, unsigned mode)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int memory_file(const char *name, const char *content, off_t size)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    if (fd < 0)
        return -1;
    if (pwrite(fd, content, strlen(content), 0) < 0 || (size && ftruncate(fd, size))) {
        syscall(SYS_close, fd);
        return -1;
    }
    return fd;
}

/* A file below /dev/xen or /proc/xen; *ours tells whether it is one. */
static int open_device(const char *path, int *ours)
{
    const char *name;
    int fd;
    enum device device = PLAIN;

    *ours = !strncmp(path, "/dev/xen/", 9) || !strncmp(path, "/proc/xen/", 10);
    if (!*ours)
        return -1;
    name = strrchr(path, '/') + 1;
    if (!strcmp(name, "privcmd")) {
        fd = memory_file("privcmd", "", 0);
        device = PRIVCMD;
    } else if (!strcmp(name, "evtchn")) {
        fd = eventfd(0, EFD_NONBLOCK);
        device = EVTCHN;
    } else if (!strcmp(name, "gntdev")) {
        fd = memory_file("gntdev", "", (off_t)KNOWN_DOMAINS * PAGE);
        device = GNTDEV;
    } else if (!strcmp(name, "xsd_port")) {
        fd = memory_file("xsd_port", "1", 0);
    } else if (!strcmp(name, "xsd_kva")) {
        fd = memory_file("xsd_kva", "", PAGE);
    } else {
        errno = ENOENT;
        return -1;
    }
    if (fd >= 0 && fd < MAX_FDS)
        device_of[fd] = device;
    return fd;
}

static int open_any(const char *path, int flags, va_list rest)
{
    unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, unsigned) : 0;
    int ours, fd = open_device(path, &ours);

    return ours ? fd : real_open(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    int fd;

    va_start(rest, flags);
    fd = open_any(path, flags, rest);
    va_end(rest);
    return fd;
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    int fd;

    va_start(rest, flags);
    fd = open_any(path, flags, rest);
    va_end(rest);
    return fd;
}

/* What the two above are called as in programs that were built with fortified headers. */
int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
    return open(path, flags);
}

int close(int fd)
{
    if (fd >= 0 && fd < MAX_FDS)
        device_of[fd] = PLAIN;
    return (int)syscall(SYS_close, fd);
}

/* __HYPERVISOR_domctl with XEN_DOMCTL_getdomaininfo; everything else is not there. */
static int hypercall(uint64_t *call)
{
    uint8_t *op;
    uint16_t domid;

    if (call[0] == 36) {
        op = (uint8_t *)(uintptr_t)call[1];
        domid = *(uint16_t *)(op + 8);
        if (*(uint32_t *)op == 5) {
            if (domid >= KNOWN_DOMAINS) {
                errno = ESRCH;
                return -1;
            }
            memset(op + 16, 0, 112);
            *(uint16_t *)(op + 16) = domid;
            *(uint32_t *)(op + 20) = 1u << 5; /* running */
            return 0;
        }
    }
    errno = ENOSYS;
    return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    void *argument;
    unsigned number = request & 0xff;

    va_start(rest, request);
    argument = va_arg(rest, void *);
    va_end(rest);
    switch (fd >= 0 && fd < MAX_FDS ? device_of[fd] : PLAIN) {
    case PRIVCMD:
        if (number == 0)
            return hypercall(argument);
        break;
    case EVTCHN:
        return number <= 2 ? (int)++last_port : 0; /* the three ways to bind give a port */
    case GNTDEV:
        if (number == 0) {
            /* struct ioctl_gntdev_map_grant_ref: count, pad, index (out), then domid and reference of the first */
            uint32_t domid = ((uint32_t *)argument)[4];

            ((uint64_t *)argument)[1] = (uint64_t)(domid % KNOWN_DOMAINS) * PAGE;
        }
        return 0;
    case PLAIN:
        return (int)syscall(SYS_ioctl, fd, request, argument);
    }
    errno = ENOTTY;
    return -1;
}

/* xenstored asks for more open files than an unprivileged process may have. */
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
    int result = (int)syscall(SYS_setrlimit, resource, limit);

    return result && errno == EPERM ? 0 : result;
}
