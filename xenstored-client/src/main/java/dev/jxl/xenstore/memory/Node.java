package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.rules.StorePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node and all below it, never changed: a change makes new nodes from here up to the root. So a transaction's copy of
 * the whole tree costs nothing.
 */
final class Node {
    private static final byte[] EMPTY = {};

    private final byte[] value;
    private final List<Permission> permissions;
    private final long generation;
    private final Map<String, Node> children;

    private Node(byte[] value, List<Permission> permissions, long generation, Map<String, Node> children) {
        this.value = value;
        this.permissions = permissions;
        this.generation = generation;
        this.children = children;
    }

    /** A node without value and children. */
    static Node empty(List<Permission> permissions, long generation) {
        return new Node(EMPTY, permissions, generation, Map.of());
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
        return new Node(newValue.clone(), permissions, newGeneration, children);
    }

    Node withPermissions(List<Permission> newPermissions, long newGeneration) {
        return new Node(value, newPermissions, newGeneration, children);
    }

    private Node withChild(String name, @Nullable Node child, long newGeneration) {
        Map<String, Node> copy = new HashMap<>(children);
        if (child == null) {
            copy.remove(name);
        } else {
            copy.put(name, child);
        }
        return new Node(value, permissions, newGeneration, copy);
    }

    /** The node at a path below this one, which is the root; null when there is none. */
    @Nullable
    Node find(String path) {
        Node node = this;
        for (String name : parts(path)) {
            Node child = node.children.get(name);
            if (child == null) {
                return null;
            }
            node = child;
        }
        return node;
    }

    /**
     * This root with another node at a path, or none.
     *
     * @param parentGeneration of the parent, when its list of children changes by this
     */
    Node with(String path, @Nullable Node node, long parentGeneration) {
        String[] names = parts(path);
        if (names.length == 0) {
            if (node == null) {
                throw new IllegalArgumentException("the root cannot be removed");
            }
            return node;
        }
        return with(names, 0, node, parentGeneration);
    }

    private Node with(String[] names, int depth, @Nullable Node node, long parentGeneration) {
        String name = names[depth];
        Node child = children.get(name);
        if (depth == names.length - 1) {
            boolean listChanges = (child == null) != (node == null);
            return withChild(name, node, listChanges ? parentGeneration : generation);
        }
        if (child == null) {
            throw new IllegalStateException("no parent for " + String.join("/", names));
        }
        return withChild(name, child.with(names, depth + 1, node, parentGeneration), generation);
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
        int count = owner() == domid ? 1 : 0;
        for (Node child : children.values()) {
            count += child.countOwnedBy(domid);
        }
        return count;
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
