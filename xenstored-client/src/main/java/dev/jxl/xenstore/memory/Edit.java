package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.rules.StoreErrors;
import dev.jxl.xenstore.rules.StorePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes of one caller on its own copy of the tree: one operation, or all those of a transaction. It remembers
 * what it has looked at (for conflicts) and what it has changed (for watches).
 *
 * @source tools/xenstored/core.c: get_node, create_node, do_rm, do_set_perms; transaction.c: access_node
 */
final class Edit {
    /** The generation of a node that does not exist. */
    private static final long ABSENT = -1;

    /**
     * A change that watches may have to be told of.
     *
     * @param path what changed
     * @param exact whether only watches on this very node are told: it went away with its parent
     * @param before the permissions it had, when it existed
     */
    record Change(String path, boolean exact, @Nullable List<Permission> before) {}

    private final Caller caller;
    private final Quota quota;
    private final LongSupplier nextGeneration;
    private final long number;
    private final Map<String, Long> seen = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private Node root;

    Edit(Node root, Caller caller, Quota quota, LongSupplier nextGeneration) {
        this.root = root;
        this.caller = caller;
        this.quota = quota;
        this.nextGeneration = nextGeneration;
        this.number = nextGeneration.getAsLong();
    }

    Node root() {
        return root;
    }

    List<Change> changes() {
        return changes;
    }

    /** Whether everything that was looked at is the same in another tree. */
    boolean agreesWith(Node other) {
        for (Map.Entry<String, Long> entry : seen.entrySet()) {
            Node node = other.find(entry.getKey());
            if ((node == null ? ABSENT : node.generation()) != entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Node look(String path) {
        Node node = root.find(path);
        seen.putIfAbsent(path, node == null ? ABSENT : node.generation());
        return node;
    }

    /** A node that may be read, or null; who may not read its nearest parent does not learn that it is missing. */
    private @Nullable Node readable(String operation, String path) {
        Node node = look(path);
        if (!caller.mayRead((node == null ? root.nearest(path) : node).permissions())) {
            throw StoreErrors.of(operation, path, "EACCES");
        }
        return node;
    }

    private @Nullable Node writable(String operation, String path) {
        Node node = look(path);
        if (!caller.mayWrite((node == null ? root.nearest(path) : node).permissions())) {
            throw StoreErrors.of(operation, path, "EACCES");
        }
        return node;
    }

    Optional<byte[]> read(String path) {
        Node node = readable("read", path);
        return Optional.ofNullable(node).map(Node::value);
    }

    List<String> list(String path) {
        Node node = readable("list", path);
        return node == null ? List.of() : List.copyOf(node.children().keySet());
    }

    List<Permission> permissions(String path) {
        Node node = readable("read permissions of", path);
        if (node == null) {
            throw StoreErrors.of("read permissions of", path, "ENOENT");
        }
        return node.permissions();
    }

    void write(String path, byte[] value) {
        Node old = writable("write", path);
        Node node = old == null ? create("write", path) : old;
        store("write", path, node.withValue(value, nextGeneration.getAsLong()));
        changes.add(new Change(path, false, old == null ? null : old.permissions()));
    }

    void mkdir(String path) {
        if (writable("make", path) == null) {
            create("make", path);
            changes.add(new Change(path, false, null));
        }
    }

    /** Makes a node and its missing parents; each has its parent's permissions, but belongs to who made it. */
    private Node create(String operation, String path) {
        List<String> missing = new ArrayList<>();
        String at = path;
        Node parent = look(at);
        while (parent == null) {
            missing.add(at);
            at = StorePath.parent(at);
            parent = look(at);
        }
        if (!caller.isPrivileged() && root.countOwnedBy(caller.domid()) + missing.size() > quota.nodes()) {
            throw StoreErrors.of(operation, path, "ENOSPC");
        }
        List<Permission> permissions = parent.permissions();
        if (!caller.isPrivileged()) {
            permissions = new ArrayList<>(permissions);
            permissions.set(
                    0, new Permission(caller.domid(), permissions.getFirst().access()));
            permissions = List.copyOf(permissions);
        }
        Node node = parent;
        for (String each : missing.reversed()) {
            node = Node.empty(permissions, nextGeneration.getAsLong());
            store(operation, each, node);
        }
        return node;
    }

    private void store(String operation, String path, Node node) {
        // xenstored counts 8 bytes for a permission and 24 for the node itself.
        int bytes = node.valueBytes() + 8 * node.permissions().size() + 24;
        if (!caller.isPrivileged() && bytes >= quota.nodeBytes()) {
            throw StoreErrors.of(operation, path, "ENOSPC");
        }
        root = root.with(path, node, nextGeneration.getAsLong(), number);
    }

    void remove(String path) {
        Node node = writable("remove", path);
        if (node == null) {
            return;
        }
        if (path.equals("/")) {
            throw StoreErrors.of("remove", path, "EINVAL");
        }
        look(StorePath.parent(path));
        recordRemoval(path, node, false);
        root = root.with(path, null, nextGeneration.getAsLong(), number);
    }

    private void recordRemoval(String path, Node node, boolean exact) {
        node.children().forEach((name, child) -> {
            look(Node.join(path, name));
            recordRemoval(Node.join(path, name), child, true);
        });
        changes.add(new Change(path, exact, node.permissions()));
    }

    void setPermissions(String path, List<Permission> permissions) {
        String operation = "set permissions of";
        if (!caller.isPrivileged() && permissions.size() > quota.permissions()) {
            throw StoreErrors.of(operation, path, "ENOSPC");
        }
        Node node = writable(operation, path);
        if (node == null) {
            throw StoreErrors.of(operation, path, "ENOENT");
        }
        if (!caller.owns(node.permissions())) {
            throw StoreErrors.of(operation, path, "EACCES");
        }
        if (!caller.isPrivileged() && permissions.getFirst().domid() != node.owner()) {
            throw StoreErrors.of(operation, path, "EPERM");
        }
        store(operation, path, node.withPermissions(List.copyOf(permissions), nextGeneration.getAsLong()));
        changes.add(new Change(path, false, node.permissions()));
    }

    /** What happens to the tree when a domain is gone: its nodes go, and no node names it any more. */
    void forgetDomain(int domid) {
        forgetDomain("/", root, domid);
    }

    private void forgetDomain(String path, Node node, int domid) {
        if (node.owner() == domid && !path.equals("/")) {
            remove(path);
            return;
        }
        List<Permission> permissions = node.permissions();
        if (permissions.stream().skip(1).anyMatch(p -> p.domid() == domid)) {
            List<Permission> left = new ArrayList<>(permissions);
            left.subList(1, left.size()).removeIf(p -> p.domid() == domid);
            Node stripped = root.find(path);
            if (stripped != null) {
                root = root.with(path, stripped.withPermissions(List.copyOf(left), node.generation()), 0, number);
            }
        }
        // A copy, since what is forgotten below may be taken out of it meanwhile.
        Map.copyOf(node.children()).forEach((name, child) -> forgetDomain(Node.join(path, name), child, domid));
    }
}
