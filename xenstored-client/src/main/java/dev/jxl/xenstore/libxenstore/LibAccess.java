package dev.jxl.xenstore.libxenstore;

import dev.jxl.xenctrl.store.LibXenStoreCalls;
import dev.jxl.xenctrl.store.StorePermission;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.Permission.Access;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import dev.jxl.xenstore.rules.OneByOne;
import dev.jxl.xenstore.rules.StorePath;
import java.util.List;
import java.util.Optional;

/** Reads and writes by libxenstore, inside one transaction or outside of any (transaction 0). */
abstract class LibAccess implements StoreAccess {
    /** The library's connection to use now. */
    abstract LibXenStoreCalls calls();

    abstract int transactionId();

    /** One call of the library, its failures told in the store's words. */
    static void perform(String operation, String path, Runnable call) {
        Errors.translated(operation, path, () -> {
            call.run();
            return true;
        });
    }

    @Override
    public Optional<byte[]> findBytes(String path) {
        StorePath.requireNode(path);
        try {
            return Optional.of(Errors.translated("read", path, () -> calls().read(transactionId(), path)));
        } catch (NoSuchPath e) {
            return Optional.empty();
        }
    }

    /** The library takes one request at a time, so this saves nothing here. */
    @Override
    public List<Optional<String>> findAll(List<String> paths) {
        paths.forEach(StorePath::requireNode);
        return paths.stream().map(this::find).toList();
    }

    @Override
    public List<String> list(String path) {
        StorePath.requireNode(path);
        try {
            return Errors.translated("list", path, () -> calls().directory(transactionId(), path));
        } catch (NoSuchPath e) {
            return List.of();
        }
    }

    @Override
    public void writeBytes(String path, byte[] value) {
        StorePath.requireNode(path);
        StorePath.requireFits(path, value.length);
        perform("write", path, () -> calls().write(transactionId(), path, value));
    }

    @Override
    public void mkdir(String path) {
        StorePath.requireNode(path);
        perform("make", path, () -> calls().mkdir(transactionId(), path));
    }

    @Override
    public void remove(String path) {
        StorePath.requireNode(path);
        try {
            perform("remove", path, () -> calls().rm(transactionId(), path));
        } catch (NoSuchPath e) {
            // xenstored refuses to remove what has no parent either; to us it is just as gone.
        }
    }

    @Override
    public List<Permission> permissions(String path) {
        StorePath.requireNode(path);
        return Errors.translated(
                "read permissions of",
                path,
                () -> calls().permissions(transactionId(), path).stream()
                        .map(LibAccess::permission)
                        .toList());
    }

    private static Permission permission(StorePermission entry) {
        Access access = switch (entry.bits()) {
            case 0 -> Access.NONE;
            case 1 -> Access.READ;
            case 2 -> Access.WRITE;
            case 3 -> Access.BOTH;
            default ->
                throw new XenStoreException.ProtocolViolation(
                        "libxenstore gave access bits " + entry.bits() + " for domain " + entry.domid());
        };
        return new Permission(entry.domid(), access);
    }

    private static StorePermission entry(Permission permission) {
        return new StorePermission(
                permission.domid(),
                switch (permission.access()) {
                    case NONE -> 0;
                    case READ -> 1;
                    case WRITE -> 2;
                    case BOTH -> 3;
                });
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) {
        OneByOne.requirePermissions(path, permissions);
        List<StorePermission> entries =
                permissions.stream().map(LibAccess::entry).toList();
        perform("set permissions of", path, () -> calls().changePermissions(transactionId(), path, entries));
    }

    @Override
    public void performAll(List<StoreWrite> writes) {
        OneByOne.perform(this, writes);
    }
}
