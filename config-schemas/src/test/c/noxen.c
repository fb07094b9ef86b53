/*
 * Lets the real xl read configurations on a machine without Xen: libxenctrl and libxenstore are answered here (and libxl's question for the version) with a
 * made-up host of 16 CPUs in 8 nodes, and xl's main is run once for each file that standard input names, each in a child.
 * Standard output gets a line "EXITCODE FILE" for each (128 + the signal when xl is killed); FILE.out is what xl printed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xenctrl.h>
#include <xenstore.h>

enum { CPUS = 16, NODES = 8 };

static char handle[4096];

xc_interface *xc_interface_open(xentoollog_logger *l, xentoollog_logger *d, unsigned f) { return (xc_interface *)handle; }
int xc_interface_close(xc_interface *x) { return 0; }
int xc_get_max_cpus(xc_interface *x) { return CPUS; }
int xc_get_online_cpus(xc_interface *x) { return CPUS; }
int xc_get_max_nodes(xc_interface *x) { return NODES; }
long xc_sharing_freed_pages(xc_interface *x) { return 0; }
long xc_sharing_used_frames(xc_interface *x) { return 0; }

/* A structure that starts with the two numbers of a version; the rest are texts. */
const void *libxl_get_version_info(void *context)
{
    static struct { int major, minor; char *texts[16]; } info = {4, 17};
    for (int i = 0; i < 16; i++)
        info.texts[i] = "";
    return &info;
}

int xc_physinfo(xc_interface *x, xc_physinfo_t *info)
{
    memset(info, 0, sizeof *info);
    info->threads_per_core = 1;
    info->cores_per_socket = CPUS / NODES;
    info->nr_cpus = CPUS;
    info->max_cpu_id = CPUS - 1;
    info->nr_nodes = NODES;
    info->max_node_id = NODES - 1;
    info->total_pages = 16 << 20;
    info->free_pages = 15 << 20;
    return 0;
}

int xc_cputopoinfo(xc_interface *x, unsigned *count, xc_cputopo_t *topology)
{
    for (unsigned i = 0; topology && i < *count && i < CPUS; i++) {
        topology[i].core = i % (CPUS / NODES);
        topology[i].socket = topology[i].node = i / (CPUS / NODES);
    }
    *count = CPUS;
    return 0;
}

struct xs_handle *xs_open(unsigned long flags) { return (struct xs_handle *)handle; }
void xs_close(struct xs_handle *h) {}
int xs_fileno(struct xs_handle *h) { return -1; }
void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned *length) { errno = ENOENT; return NULL; }
bool xs_watch(struct xs_handle *h, const char *path, const char *token) { return true; }
bool xs_unwatch(struct xs_handle *h, const char *path, const char *token) { return true; }
char **xs_check_watch(struct xs_handle *h) { errno = EAGAIN; return NULL; }

typedef int main_fn(int, char **, char **);

static main_fn *xl_main;

static int child(char *file, char **environment)
{
    char out[4096];
    struct rlimit none = {0, 0}, cpu = {20, 20};
    snprintf(out, sizeof out, "%s.out", file);
    int to = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0644), null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(to, 1);
    dup2(null, 2);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_CPU, &cpu);
    char *arguments[] = {"xl", "create", "--dryrun", "--quiet", file, NULL};
    return xl_main(5, arguments, environment);
}

static int all(int argc, char **argv, char **environment)
{
    char file[4096];
    while (fgets(file, sizeof file, stdin)) {
        file[strcspn(file, "\n")] = 0;
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0)
            exit(child(file, environment));
        int status = 0;
        if (pid < 0 || waitpid(pid, &status, 0) != pid)
            return 1;
        printf("%d %s\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), file);
    }
    return 0;
}

int __libc_start_main(main_fn *main, int argc, char **argv, main_fn *init, void (*fini)(void), void (*rtld)(void), void *end)
{
    int (*real)(main_fn *, int, char **, main_fn *, void (*)(void), void (*)(void), void *) =
        dlsym(RTLD_NEXT, "__libc_start_main");
    xl_main = main;
    return real(all, argc, argv, init, fini, rtld, end);
}
