package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.rules.StorePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node and all below it. For whoever has not made it, it never changes: a change makes new nodes from here up to the root, so
 * that a transaction's copy of the whole tree costs nothing. Those nodes belong to the edit that made them: its next change copies
 * none of them again, which counts where a thousand domains stand in one list.
 */
final class Node {
    private static final byte[] EMPTY = {};

    /** No edit has this number. */
    private static final long NOBODY = 0;

    private final byte[] value;
    private final List<Permission> permissions;
    private long generation;
    private final Map<String, Node> children;
    /** How many nodes each domain owns, here and below: kept, because every node that a guest makes asks for it. */
    private final Map<Integer, Integer> owned;
    /** The number of the edit that may change its children and counts, or {@link #NOBODY}, since they may be another node's too. */
    private final long maker;

    private Node(
            byte[] value,
            List<Permission> permissions,
            long generation,
            Map<String, Node> children,
            Map<Integer, Integer> owned,
            long maker) {
        this.maker = maker;
        this.value = value;
        this.permissions = permissions;
        this.generation = generation;
        this.children = children;
        this.owned = owned;
    }

    /** A node without value and children. */
    static Node empty(List<Permission> permissions, long generation) {
        return new Node(
                EMPTY,
                permissions,
                generation,
                Map.of(),
                Map.of(permissions.getFirst().domid(), 1),
                NOBODY);
    }

    byte[] value() {
        return value.clone();
    }

    int valueBytes() {
        return value.length;
    }

    List<Permission> permissions() {
        return permissions;
    }

    /** The owner's domid. */
    int owner() {
        return permissions.getFirst().domid();
    }

    /** Which change of the store this node was last changed by; a change of its list of children is one of it. */
    long generation() {
        return generation;
    }

    Map<String, Node> children() {
        return children;
    }

    Node withValue(byte[] newValue, long newGeneration) {
        return new Node(newValue.clone(), permissions, newGeneration, children, owned, NOBODY);
    }

    Node withPermissions(List<Permission> newPermissions, long newGeneration) {
        Map<Integer, Integer> counts = owned;
        int newOwner = newPermissions.getFirst().domid();
        if (newOwner != owner()) {
            counts = new HashMap<>(owned);
            add(counts, owner(), -1);
            add(counts, newOwner, 1);
        }
        return new Node(value, newPermissions, newGeneration, children, counts, NOBODY);
    }

    private static void add(Map<Integer, Integer> counts, int domid, int more) {
        counts.merge(domid, more, (a, b) -> a + b == 0 ? null : a + b);
    }

    /** The node at a path below this one, which is the root; null when there is none. */
    @Nullable
    Node find(String path) {
        Node node = this;
        int end = path.equals("/") ? path.length() : 0;
        while (node != null && end < path.length()) {
            int start = end + 1;
            int slash = path.indexOf('/', start);
            end = slash < 0 ? path.length() : slash;
            node = node.children.get(path.substring(start, end));
        }
        return node;
    }

    /**
     * This root with another node at a path, or none.
     *
     * @param parentGeneration of the parent, when its list of children changes by this
     * @param edit the number of the edit whose change it is; what it has made may be changed
     */
    Node with(String path, @Nullable Node node, long parentGeneration, long edit) {
        String[] names = parts(path);
        if (names.length == 0) {
            if (node == null) {
                throw new IllegalArgumentException("the root cannot be removed");
            }
            return node;
        }
        Node old = find(path);
        Map<Integer, Integer> more = new HashMap<>(node == null ? Map.of() : node.owned);
        if (old != null) {
            old.owned.forEach((domid, count) -> add(more, domid, -count));
        }
        return with(names, 0, node, (old == null) != (node == null) ? parentGeneration : -1, more, edit);
    }

    /** @param parentGeneration negative when it is not to change */
    private Node with(
            String[] names,
            int depth,
            @Nullable Node node,
            long parentGeneration,
            Map<Integer, Integer> more,
            long edit) {
        String name = names[depth];
        Node changed = maker == edit
                ? this
                : new Node(value, permissions, generation, new HashMap<>(children), new HashMap<>(owned), edit);
        more.forEach((domid, count) -> add(changed.owned, domid, count));
        if (depth < names.length - 1) {
            Node child = children.get(name);
            if (child == null) {
                throw new IllegalStateException("no parent for " + String.join("/", names));
            }
            changed.children.put(name, child.with(names, depth + 1, node, parentGeneration, more, edit));
            return changed;
        }
        if (node == null) {
            changed.children.remove(name);
        } else {
            changed.children.put(name, node);
        }
        if (parentGeneration >= 0) {
            changed.generation = parentGeneration;
        }
        return changed;
    }

    private static String[] parts(String path) {
        return path.equals("/") ? new String[0] : path.substring(1).split("/", -1);
    }

    /** A child's path. */
    static String join(String path, String name) {
        return path.equals("/") ? "/" + name : path + "/" + name;
    }

    /** How many nodes a domain owns, here and below. */
    int countOwnedBy(int domid) {
        return owned.getOrDefault(domid, 0);
    }

    /** The nearest node at or above a path that exists. */
    Node nearest(String path) {
        String at = path;
        Node node = find(at);
        while (node == null) {
            at = StorePath.parent(at);
            node = find(at);
        }
        return node;
    }
}
