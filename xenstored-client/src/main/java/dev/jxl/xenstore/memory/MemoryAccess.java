package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.memory.Interceptor.Operation;
import dev.jxl.xenstore.rules.StorePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes of a store in memory, inside a transaction or outside of any. */
abstract class MemoryAccess implements StoreAccess {
    /** Reads something. */
    abstract <T extends @Nullable Object> T look(
            Operation operation, String path, Function<? super Edit, ? extends T> look);

    /** Changes something. */
    abstract void change(Operation operation, String path, Consumer<Edit> change);

    @Override
    public Optional<byte[]> findBytes(String path) {
        StorePath.requireNode(path);
        return look(Operation.READ, path, edit -> edit.read(path));
    }

    @Override
    public List<Optional<String>> findAll(List<String> paths) {
        paths.forEach(StorePath::requireNode);
        return paths.stream().map(this::find).toList();
    }

    @Override
    public List<String> list(String path) {
        StorePath.requireNode(path);
        return look(Operation.LIST, path, edit -> edit.list(path));
    }

    @Override
    public void writeBytes(String path, byte[] value) {
        StorePath.requireNode(path);
        StorePath.requireFits(path, value.length);
        byte[] copy = value.clone();
        change(Operation.WRITE, path, edit -> edit.write(path, copy));
    }

    @Override
    public void mkdir(String path) {
        StorePath.requireNode(path);
        change(Operation.MKDIR, path, edit -> edit.mkdir(path));
    }

    @Override
    public void remove(String path) {
        StorePath.requireNode(path);
        change(Operation.REMOVE, path, edit -> edit.remove(path));
    }

    @Override
    public List<Permission> permissions(String path) {
        StorePath.requireNode(path);
        return look(Operation.PERMISSIONS, path, edit -> edit.permissions(path));
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) {
        requirePermissions(path, permissions);
        List<Permission> copy = List.copyOf(permissions);
        change(Operation.SET_PERMISSIONS, path, edit -> edit.setPermissions(path, copy));
    }

    private static void requirePermissions(String path, List<Permission> permissions) {
        StorePath.requireNode(path);
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException(
                    "permissions of xenstore node " + path + ": at least the owner is needed");
        }
    }

    @Override
    public void performAll(List<StoreWrite> writes) {
        // All are checked before the first is done, and one that is refused does not stop the others: as on the wire.
        List<Runnable> steps = new ArrayList<>(writes.size());
        for (StoreWrite write : writes) {
            StorePath.requireNode(write.path());
            switch (write) {
                case StoreWrite.Write w -> {
                    byte[] value = w.value().getBytes(StandardCharsets.UTF_8);
                    StorePath.requireFits(w.path(), value.length);
                    steps.add(() -> writeBytes(w.path(), value));
                }
                case StoreWrite.Mkdir m -> steps.add(() -> mkdir(m.path()));
                case StoreWrite.Remove r -> steps.add(() -> remove(r.path()));
                case StoreWrite.SetPermissions p -> {
                    requirePermissions(p.path(), p.permissions());
                    steps.add(() -> setPermissions(p.path(), p.permissions()));
                }
            }
        }
        dev.jxl.xenstore.XenStoreException first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (dev.jxl.xenstore.XenStoreException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
