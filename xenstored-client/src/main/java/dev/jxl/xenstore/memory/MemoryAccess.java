package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.memory.Interceptor.Operation;
import dev.jxl.xenstore.rules.OneByOne;
import dev.jxl.xenstore.rules.StorePath;
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
        OneByOne.requirePermissions(path, permissions);
        List<Permission> copy = List.copyOf(permissions);
        change(Operation.SET_PERMISSIONS, path, edit -> edit.setPermissions(path, copy));
    }

    @Override
    public void performAll(List<StoreWrite> writes) {
        OneByOne.perform(this, writes);
    }
}
