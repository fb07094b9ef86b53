package dev.jxl.xenstore.rules;

import dev.jxl.xenstore.XenStoreException;

/** What xenstored's error words mean. */
public final class StoreErrors {
    private StoreErrors() {}

    /**
     * The exception for an error that xenstored answered.
     *
     * @param operation what was asked, as a verb ("write")
     * @param path of what
     * @param error the word, e.g. ENOENT
     * @source xen/include/public/io/xs_wire.h: xsd_errors
     */
    public static XenStoreException of(String operation, String path, String error) {
        return switch (error) {
            case "ENOENT" -> new XenStoreException.NoSuchPath(path);
            case "EACCES", "EPERM" -> new XenStoreException.AccessDenied(operation, path);
            case "ENOSPC" -> new XenStoreException.QuotaExceeded(operation, path);
            default -> new XenStoreException.Refused(operation, path, error);
        };
    }
}
