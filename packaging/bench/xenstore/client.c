/*
 * Reads one node so and so many times, one after the other, with Xen's own C library: what the Java client is measured by.
 *
 *   gcc -O2 -o client client.c -lxenstore;  XENSTORED_PATH=SOCKET ./client PATH READS   prints nanoseconds a read
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <xenstore.h>

int main(int argc, char **argv)
{
    struct xs_handle *store;
    struct timespec begin, end;
    long reads, i;

    if (argc != 3) {
        fprintf(stderr, "usage: %s PATH READS\n", argv[0]);
        return 2;
    }
    reads = atol(argv[2]);
    store = xs_open(0);
    if (!store) {
        perror("xs_open");
        return 1;
    }
    for (i = -reads / 10; i < reads; i++) {
        unsigned length;
        char *value;

        if (i == 0)
            clock_gettime(CLOCK_MONOTONIC, &begin);
        value = xs_read(store, XBT_NULL, argv[1], &length);
        if (!value) {
            perror("xs_read");
            return 1;
        }
        free(value);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.0f\n", ((end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec)) / reads);
    xs_close(store);
    return 0;
}
