package dev.jxl.xenstore;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes of xenstore, outside of a transaction ({@link XenStore}) or inside one ({@link Transaction}).
 *
 * <p>Paths are absolute ({@code /local/domain/0/name}), at most 3071 bytes, of {@code [A-Za-z0-9-/_@]}; anything else is an
 * {@link IllegalArgumentException} before a byte is sent. Values are bytes; the text forms are UTF-8 and replace what
 * cannot be decoded. All calls may be made from any thread, virtual ones included, and block until the answer is there or
 * the connection has failed; an interrupt does not end them (it is kept).
 *
 * <p>Every call may throw {@link XenStoreException.AccessDenied} (never on domain 0's own connection), {@link
 * XenStoreException.QuotaExceeded}, {@link XenStoreException.ConnectionLost} and {@link
 * XenStoreException.ProtocolViolation}; of a write that ended in one of the last two it is not known whether it was done.
 *
 * @source docs/misc/xenstore.txt
 */
public interface StoreAccess {
    /**
     * A node's value, if the node exists.
     *
     * @param path the node
     */
    Optional<byte[]> findBytes(String path);

    /** A node's value as text, if the node exists. */
    default Optional<String> find(String path) {
        return findBytes(path).map(b -> new String(b, StandardCharsets.UTF_8));
    }

    /**
     * A node's value as text.
     *
     * @throws XenStoreException.NoSuchPath when it does not exist
     */
    default String require(String path) {
        return find(path).orElseThrow(() -> new XenStoreException.NoSuchPath(path));
    }

    /**
     * The values of many nodes, asked for at once (pipelined), in the order of the paths. They are not a snapshot: another
     * writer may come in between.
     */
    List<Optional<String>> findAll(List<String> paths);

    /** Names of a node's children, in no promised order; empty when the node does not exist. */
    List<String> list(String path);

    /** The children of many nodes, asked for at once (pipelined) where the transport can, in the order of the paths; no snapshot. */
    default List<List<String>> listAll(List<String> paths) {
        return paths.stream().map(this::list).toList();
    }

    /**
     * Writes a node; it and its parents are made when missing, with the permissions of the nearest parent there is.
     *
     * @param path the node
     * @param value at most 4096 bytes less the path's length and one; an unprivileged domain may write less
     * @throws IllegalArgumentException when it is longer
     */
    void writeBytes(String path, byte[] value);

    /** Writes a node as UTF-8. */
    default void write(String path, String value) {
        writeBytes(path, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a node with an empty value, unless it exists. */
    void mkdir(String path);

    /** Removes a node and everything below it; nothing happens when it does not exist. */
    void remove(String path);

    /**
     * Who may do what with a node; the first entry is the owner, whose access is what all others have.
     *
     * @throws XenStoreException.NoSuchPath when it does not exist
     */
    List<Permission> permissions(String path);

    /**
     * Sets who may do what with a node.
     *
     * @param permissions at least one: the owner first
     * @throws XenStoreException.NoSuchPath when it does not exist
     */
    void setPermissions(String path, List<Permission> permissions);

    /**
     * Writes many nodes at once (pipelined), in order: what a device's creation needs. Outside of a transaction others see
     * the writes one by one, and one that is refused does not stop those behind it.
     *
     * @throws XenStoreException for the first that was refused, after all have been tried
     */
    void performAll(List<StoreWrite> writes);
}
