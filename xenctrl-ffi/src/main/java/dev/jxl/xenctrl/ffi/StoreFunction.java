package dev.jxl.xenctrl.ffi;

/**
 * The functions of libxenstore that jxl calls.
 *
 * @source tools/include/xenstore.h
 */
public enum StoreFunction implements CFunction {
    OPEN("struct xs_handle *xs_open(unsigned long flags)"),
    CLOSE("void xs_close(struct xs_handle *xsh)"),
    READ("void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len)"),
    WRITE("bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,"
            + " unsigned int len)"),
    MKDIR("bool xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)"),
    RM("bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)"),
    DIRECTORY("char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *num)"),
    GET_PERMISSIONS(
            "struct xs_permissions *xs_get_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,"
                    + " unsigned int *num)"),
    SET_PERMISSIONS("bool xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,"
            + " struct xs_permissions *perms, unsigned int num_perms)"),
    TRANSACTION_START("xs_transaction_t xs_transaction_start(struct xs_handle *h)"),
    TRANSACTION_END("bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort)"),
    WATCH("bool xs_watch(struct xs_handle *h, const char *path, const char *token)"),
    UNWATCH("bool xs_unwatch(struct xs_handle *h, const char *path, const char *token)"),
    CHECK_WATCH("char **xs_check_watch(struct xs_handle *h)"),
    FILENO("int xs_fileno(struct xs_handle *h)"),
    INTRODUCE_DOMAIN("bool xs_introduce_domain(struct xs_handle *h, unsigned int domid, unsigned long mfn,"
            + " unsigned int eventchn)"),
    RELEASE_DOMAIN("bool xs_release_domain(struct xs_handle *h, unsigned int domid)"),
    RESUME_DOMAIN("bool xs_resume_domain(struct xs_handle *h, unsigned int domid)"),
    SET_TARGET("bool xs_set_target(struct xs_handle *h, unsigned int domid, unsigned int target)");

    private final String declaration;

    StoreFunction(String declaration) {
        this.declaration = declaration;
    }

    @Override
    public Library library() {
        return Library.XENSTORE;
    }

    @Override
    public Prototype prototype() {
        return Prototype.of(declaration);
    }
}
