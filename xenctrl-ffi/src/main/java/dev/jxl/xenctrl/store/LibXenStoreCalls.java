package dev.jxl.xenctrl.store;

import dev.jxl.xenctrl.ffi.StoreFunction;
import dev.jxl.xenctrl.ffi.XsConnection;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A connection to xenstored by libxenstore. Every method blocks until xenstored has answered, may be called from virtual
 * threads, and throws {@link dev.jxl.xenctrl.XenControlException.StoreCallFailed} with the errno of the answer.
 * Transaction 0 means none.
 */
public final class LibXenStoreCalls implements AutoCloseable {
    private static final int PERMISSION_BYTES = 8;

    private final XsConnection connection;

    private LibXenStoreCalls(XsConnection connection) {
        this.connection = connection;
    }

    /**
     * Connects to xenstored, where libxenstore looks for it (XENSTORED_PATH is honoured).
     *
     * @param watcher takes path and token of each watch event, on a thread of the connection
     */
    public static LibXenStoreCalls open(BiConsumer<String, String> watcher) {
        return new LibXenStoreCalls(new XsConnection(watcher));
    }

    /** The value of a node. */
    public byte[] read(int transaction, String path) {
        return connection.perform(StoreFunction.READ, path, xs -> {
            MemorySegment length = xs.arena().allocate(ValueLayout.JAVA_INT);
            MemorySegment value = xs.check((MemorySegment)
                    xs.handle().invokeExact(xs.capture(), xs.xsh(), transaction, xs.text(path), length));
            byte[] bytes = xs.sized(value, Integer.toUnsignedLong(length.get(ValueLayout.JAVA_INT, 0)))
                    .toArray(ValueLayout.JAVA_BYTE);
            xs.free(value);
            return bytes;
        });
    }

    /** Writes a node, making it and its parents as needed. */
    public void write(int transaction, String path, byte[] value) {
        connection.perform(StoreFunction.WRITE, path, xs -> {
            MemorySegment bytes =
                    value.length == 0 ? xs.arena().allocate(1) : xs.arena().allocateFrom(ValueLayout.JAVA_BYTE, value);
            return xs.check((boolean)
                    xs.handle().invokeExact(xs.capture(), xs.xsh(), transaction, xs.text(path), bytes, value.length));
        });
    }

    /** Makes an empty node, if it is not there. */
    public void mkdir(int transaction, String path) {
        node(StoreFunction.MKDIR, transaction, path);
    }

    /** Removes a node and all below it. */
    public void rm(int transaction, String path) {
        node(StoreFunction.RM, transaction, path);
    }

    private void node(StoreFunction function, int transaction, String path) {
        connection.perform(
                function,
                path,
                xs -> xs.check((boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), transaction, xs.text(path))));
    }

    /** Names of the node's children. */
    public List<String> directory(int transaction, String path) {
        return connection.perform(StoreFunction.DIRECTORY, path, xs -> {
            MemorySegment count = xs.arena().allocate(ValueLayout.JAVA_INT);
            MemorySegment names = xs.check(
                    (MemorySegment) xs.handle().invokeExact(xs.capture(), xs.xsh(), transaction, xs.text(path), count));
            int children = count.get(ValueLayout.JAVA_INT, 0);
            MemorySegment pointers = xs.sized(names, (long) children * Long.BYTES);
            List<String> result = new ArrayList<>(children);
            for (int i = 0; i < children; i++) {
                result.add(xs.text(pointers.getAtIndex(ValueLayout.ADDRESS, i)));
            }
            xs.free(names);
            return List.copyOf(result);
        });
    }

    /** The node's permissions, the owner's first. */
    public List<StorePermission> permissions(int transaction, String path) {
        return connection.perform(StoreFunction.GET_PERMISSIONS, path, xs -> {
            MemorySegment count = xs.arena().allocate(ValueLayout.JAVA_INT);
            MemorySegment array = xs.check(
                    (MemorySegment) xs.handle().invokeExact(xs.capture(), xs.xsh(), transaction, xs.text(path), count));
            int entries = count.get(ValueLayout.JAVA_INT, 0);
            MemorySegment numbers = xs.sized(array, (long) entries * PERMISSION_BYTES);
            List<StorePermission> result = new ArrayList<>(entries);
            for (int i = 0; i < entries; i++) {
                result.add(new StorePermission(
                        numbers.getAtIndex(ValueLayout.JAVA_INT, 2L * i),
                        numbers.getAtIndex(ValueLayout.JAVA_INT, 2L * i + 1)));
            }
            xs.free(array);
            return List.copyOf(result);
        });
    }

    /** Replaces the node's permissions. */
    public void changePermissions(int transaction, String path, List<StorePermission> permissions) {
        connection.perform(StoreFunction.SET_PERMISSIONS, path, xs -> {
            MemorySegment array = xs.arena().allocate((long) permissions.size() * PERMISSION_BYTES, Integer.BYTES);
            for (int i = 0; i < permissions.size(); i++) {
                array.setAtIndex(
                        ValueLayout.JAVA_INT, 2L * i, permissions.get(i).domid());
                array.setAtIndex(
                        ValueLayout.JAVA_INT, 2L * i + 1, permissions.get(i).bits());
            }
            return xs.check((boolean) xs.handle()
                    .invokeExact(xs.capture(), xs.xsh(), transaction, xs.text(path), array, permissions.size()));
        });
    }

    /** Starts a transaction. */
    public int startTransaction() {
        return connection.perform(StoreFunction.TRANSACTION_START, "", xs -> {
            int transaction = (int) xs.handle().invokeExact(xs.capture(), xs.xsh());
            if (transaction == 0) {
                throw xs.failure();
            }
            return transaction;
        });
    }

    /** Ends a transaction. EAGAIN: somebody was faster, do all of it again. */
    public void endTransaction(int transaction, boolean abort) {
        connection.perform(
                StoreFunction.TRANSACTION_END,
                "",
                xs -> xs.check((boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), transaction, abort)));
    }

    /** Starts watching a node and all below it; fires once at once. */
    public void watch(String path, String token) {
        watching(StoreFunction.WATCH, path, token);
    }

    /** Stops watching. */
    public void unwatch(String path, String token) {
        watching(StoreFunction.UNWATCH, path, token);
    }

    private void watching(StoreFunction function, String path, String token) {
        connection.perform(
                function,
                path,
                xs -> xs.check(
                        (boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), xs.text(path), xs.text(token))));
    }

    /** Tells xenstored where a new domain's ring and event channel are. */
    public void introduceDomain(int domid, long frame, int port) {
        connection.perform(
                StoreFunction.INTRODUCE_DOMAIN,
                "domain " + domid,
                xs -> xs.check((boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), domid, frame, port)));
    }

    /** Tells xenstored that a domain is gone. */
    public void releaseDomain(int domid) {
        connection.perform(
                StoreFunction.RELEASE_DOMAIN,
                "domain " + domid,
                xs -> xs.check((boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), domid)));
    }

    /** Tells xenstored that a domain that had stopped runs again. */
    public void resumeDomain(int domid) {
        connection.perform(
                StoreFunction.RESUME_DOMAIN,
                "domain " + domid,
                xs -> xs.check((boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), domid)));
    }

    /** Lets a domain act as the target does in xenstore. */
    public void actFor(int domid, int target) {
        connection.perform(
                StoreFunction.SET_TARGET,
                "domain " + domid,
                xs -> xs.check((boolean) xs.handle().invokeExact(xs.capture(), xs.xsh(), domid, target)));
    }

    @Override
    public void close() {
        connection.close();
    }
}
