package dev.jxl.xenstore.rules;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many writes on a store that takes them one at a time, with the outcome that sending all at once has. */
public final class OneByOne {
    private OneByOne() {}

    /**
     * Checks all, then performs all. One that is refused does not stop the others, for a store that is sent all at once
     * performs the others too.
     *
     * @throws IllegalArgumentException when one is not legal; then none was performed
     * @throws XenStoreException for the first that was refused
     */
    public static void perform(StoreAccess store, List<StoreWrite> writes) {
        List<Runnable> steps = new ArrayList<>(writes.size());
        for (StoreWrite write : writes) {
            StorePath.requireNode(write.path());
            switch (write) {
                case StoreWrite.Write w -> {
                    byte[] value = w.value().getBytes(StandardCharsets.UTF_8);
                    StorePath.requireFits(w.path(), value.length);
                    steps.add(() -> store.writeBytes(w.path(), value));
                }
                case StoreWrite.Mkdir m -> steps.add(() -> store.mkdir(m.path()));
                case StoreWrite.Remove r -> steps.add(() -> store.remove(r.path()));
                case StoreWrite.SetPermissions p -> {
                    requirePermissions(p.path(), p.permissions());
                    steps.add(() -> store.setPermissions(p.path(), p.permissions()));
                }
            }
        }
        XenStoreException first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (XenStoreException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * Checks a node's new permissions.
     *
     * @throws IllegalArgumentException when there is no owner, or the path is not legal
     */
    public static void requirePermissions(String path, List<Permission> permissions) {
        StorePath.requireNode(path);
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException(
                    "permissions of xenstore node " + path + ": at least the owner is needed");
        }
    }
}
