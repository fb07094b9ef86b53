/* kexec-into KERNEL INITRD ARGUMENTS: puts another kernel into the memory of the one that runs, and has it go on there, as kexec(8) does. For
 * tests of the soft reset on a real Xen, in a guest that has nothing but busybox. Comes back only with an error. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

static int failed(const char *what) {
  printf("kexec-into: %s: %s\n", what, strerror(errno));
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: kexec-into KERNEL INITRD ARGUMENTS\n");
    return 2;
  }
  int kernel = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (kernel < 0) return failed(argv[1]);
  int initrd = open(argv[2], O_RDONLY | O_CLOEXEC);
  if (initrd < 0) return failed(argv[2]);
  if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1, argv[3], 0UL) != 0) return failed("loading the kernel");
  printf("kexec-into: going on with %s\n", argv[1]);
  fflush(stdout);
  sync();
  reboot(RB_KEXEC);
  return failed("going on with it");
}
