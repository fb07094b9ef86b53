package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import java.util.List;
import java.util.Optional;

/** Requests to xenstore of one life of jxld. */
class GuardedAccess implements StoreAccess {
    final Incarnation life;
    private final StoreAccess store;

    GuardedAccess(Incarnation life, StoreAccess store) {
        this.life = life;
        this.store = store;
    }

    @Override
    public Optional<byte[]> findBytes(String path) {
        return life.call("store.find " + path, () -> store.findBytes(path));
    }

    @Override
    public List<Optional<String>> findAll(List<String> paths) {
        return life.call("store.findAll " + String.join(" ", paths), () -> store.findAll(paths));
    }

    @Override
    public List<String> list(String path) {
        return life.call("store.list " + path, () -> store.list(path));
    }

    @Override
    public void writeBytes(String path, byte[] value) {
        life.perform("store.write " + path, () -> store.writeBytes(path, value));
    }

    @Override
    public void mkdir(String path) {
        life.perform("store.mkdir " + path, () -> store.mkdir(path));
    }

    @Override
    public void remove(String path) {
        life.perform("store.remove " + path, () -> store.remove(path));
    }

    @Override
    public List<Permission> permissions(String path) {
        return life.call("store.permissions " + path, () -> store.permissions(path));
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) {
        life.perform("store.setPermissions " + path, () -> store.setPermissions(path, permissions));
    }

    @Override
    public void performAll(List<StoreWrite> writes) {
        life.perform("store.performAll " + writes.size() + " writes", () -> store.performAll(writes));
    }
}
