package dev.jxl.xenctrl.ffi;

/** The functions of libc that jxl calls. */
public enum LibcFunction implements CFunction {
    FREE("void free(void *ptr)"),
    MUNMAP("int munmap(void *addr, size_t length)"),
    VSNPRINTF("int vsnprintf(char *str, size_t size, const char *format, void *ap)"),
    POLL("int poll(struct pollfd *fds, unsigned long nfds, int timeout)");

    private final String declaration;

    LibcFunction(String declaration) {
        this.declaration = declaration;
    }

    @Override
    public Library library() {
        return Library.LIBC;
    }

    @Override
    public Prototype prototype() {
        return Prototype.of(declaration);
    }
}
