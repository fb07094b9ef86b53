package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.rules.OneByOne;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads and writes over a connection, inside one transaction or outside of any (transaction 0). */
abstract class WireAccess implements StoreAccess {
    /** How many requests are sent before the first answer is waited for. Bounds what we hold for xenstored in memory. */
    private static final int WINDOW = 512;

    /** How often a long list is read again because it changed in between. */
    private static final int MAX_LIST_TRIES = 32;

    /** The connection to use now. */
    abstract Connection connection();

    abstract int transactionId();

    @Override
    public Optional<byte[]> findBytes(String path) {
        Request request = Request.about(PacketType.READ, path);
        return value(request, connection().call(request, transactionId()));
    }

    @Override
    public List<Optional<String>> findAll(List<String> paths) {
        List<Request> requests = new ArrayList<>(paths.size());
        for (String path : paths) {
            requests.add(Request.about(PacketType.READ, path));
        }
        List<Optional<String>> values = new ArrayList<>(paths.size());
        inWindows(
                connection(),
                requests,
                reply -> values.add(
                        value(reply.request(), reply.await()).map(b -> new String(b, StandardCharsets.UTF_8))));
        return List.copyOf(values);
    }

    private static Optional<byte[]> value(Request request, Packet reply) {
        try {
            return Optional.of(checked(request, reply).payload());
        } catch (NoSuchPath e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> list(String path) {
        Connection connection = connection();
        Request request = Request.about(PacketType.DIRECTORY, path);
        return names(connection, request, connection.call(request, transactionId()))
                .orElseGet(() -> listInParts(connection, path));
    }

    @Override
    public List<List<String>> listAll(List<String> paths) {
        List<Request> requests = new ArrayList<>(paths.size());
        for (String path : paths) {
            requests.add(Request.about(PacketType.DIRECTORY, path));
        }
        Connection connection = connection();
        List<Optional<List<String>>> names = new ArrayList<>(paths.size());
        inWindows(connection, requests, reply -> names.add(names(connection, reply.request(), reply.await())));
        List<List<String>> out = new ArrayList<>(paths.size());
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            out.add(names.get(i).orElseGet(() -> listInParts(connection, path)));
        }
        return List.copyOf(out);
    }

    /** The names in the answer that came over a connection; empty: they do not fit into one packet. */
    private Optional<List<String>> names(Connection connection, Request request, Packet reply) {
        try {
            return Optional.of(List.copyOf(understood(connection, () -> Payload.strings(checked(request, reply)))));
        } catch (NoSuchPath e) {
            return Optional.of(List.of());
        } catch (XenStoreException.Refused e) {
            if (e.error().equals("E2BIG")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Reads a list that is longer than a packet. Each part names the node's generation; when it changed, the parts do not
     * belong together and the list is read again.
     *
     * @source docs/misc/xenstore.txt: DIRECTORY_PART
     */
    private List<String> listInParts(Connection connection, String path) {
        for (int tries = 0; tries < MAX_LIST_TRIES; tries++) {
            Optional<List<String>> names = findPartsOfOneGeneration(connection, path);
            if (names.isPresent()) {
                return names.get();
            }
        }
        throw new XenStoreException.Refused(
                "list", path, "the list changed while it was read, " + MAX_LIST_TRIES + " times in a row");
    }

    private Optional<List<String>> findPartsOfOneGeneration(Connection connection, String path) {
        List<String> names = new ArrayList<>();
        String generation = "";
        int offset = 0;
        while (true) {
            Request request = Request.of(PacketType.DIRECTORY_PART, path, path, Integer.toString(offset));
            Packet reply = connection.call(request, transactionId());
            List<String> part;
            try {
                part = understood(connection, () -> Payload.strings(checked(request, reply)));
            } catch (NoSuchPath e) {
                return Optional.of(List.of());
            } catch (XenStoreException.Refused e) {
                // oxenstored over the kernel's device; over its socket it sends the list whole.
                throw e.error().equals("ENOSYS")
                        ? new XenStoreException.Refused(
                                "list", path, "E2BIG, and this xenstored cannot send a long list in parts")
                        : e;
            }
            if (part.size() < 2) {
                throw broken(
                        connection,
                        new ProtocolViolation("xenstored sent a part of the list of " + path
                                + " that holds neither a name nor the end"));
            }
            if (offset > 0 && !part.getFirst().equals(generation)) {
                return Optional.empty();
            }
            generation = part.getFirst();
            for (String name : part.subList(1, part.size())) {
                if (name.isEmpty()) {
                    return Optional.of(List.copyOf(names));
                }
                names.add(name);
                offset += name.length() + 1;
            }
        }
    }

    @Override
    public void writeBytes(String path, byte[] value) {
        perform(Request.write(path, value));
    }

    @Override
    public void mkdir(String path) {
        perform(Request.about(PacketType.MKDIR, path));
    }

    @Override
    public void remove(String path) {
        perform(Request.about(PacketType.RM, path));
    }

    @Override
    public List<Permission> permissions(String path) {
        Request request = Request.about(PacketType.GET_PERMS, path);
        Connection connection = connection();
        Packet reply = connection.call(request, transactionId());
        return understood(connection, () -> {
            List<Permission> permissions = new ArrayList<>();
            for (String text : Payload.strings(checked(request, reply))) {
                permissions.add(permission(text));
            }
            return List.copyOf(permissions);
        });
    }

    private static Permission permission(String text) {
        try {
            return Permission.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("xenstored sent " + e.getMessage());
        }
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) {
        perform(permissionsRequest(path, permissions));
    }

    private static Request permissionsRequest(String path, List<Permission> permissions) {
        OneByOne.requirePermissions(path, permissions);
        List<String> strings = new ArrayList<>(permissions.size() + 1);
        strings.add(path);
        permissions.forEach(p -> strings.add(p.toString()));
        return Request.of(PacketType.SET_PERMS, path, strings.toArray(String[]::new));
    }

    @Override
    public void performAll(List<StoreWrite> writes) {
        List<Request> requests = new ArrayList<>(writes.size());
        for (StoreWrite write : writes) {
            requests.add(
                    switch (write) {
                        case StoreWrite.Write w ->
                            Request.write(w.path(), w.value().getBytes(StandardCharsets.UTF_8));
                        case StoreWrite.Mkdir m -> Request.about(PacketType.MKDIR, m.path());
                        case StoreWrite.Remove r -> Request.about(PacketType.RM, r.path());
                        case StoreWrite.SetPermissions p -> permissionsRequest(p.path(), p.permissions());
                    });
        }
        inWindows(connection(), requests, reply -> finish(reply.request(), reply.await()));
    }

    private void perform(Request request) {
        finish(request, connection().call(request, transactionId()));
    }

    private static void finish(Request request, Packet reply) {
        try {
            checked(request, reply);
        } catch (NoSuchPath e) {
            // xenstored refuses to remove what has no parent either; to us it is just as gone.
            if (request.type() != PacketType.RM) {
                throw e;
            }
        }
    }

    /** Sends many requests at once; one that is refused does not stop the others, for they are on their way already. */
    private void inWindows(Connection connection, List<Request> requests, Consumer<? super PendingReply> use) {
        XenStoreException first = null;
        for (int from = 0; from < requests.size(); from += WINDOW) {
            List<Request> window = requests.subList(from, Math.min(from + WINDOW, requests.size()));
            List<PendingReply> replies = connection.send(window, transactionId());
            // Answers come in order as a rule: waiting for the last first means to be woken once and not for each.
            replies.getLast().await();
            for (PendingReply reply : replies) {
                try {
                    use.accept(reply);
                } catch (XenStoreException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** The reply, unless it is an error. */
    static Packet checked(Request request, Packet reply) {
        if (reply.type() == PacketType.ERROR) {
            throw Payload.error(request, reply);
        }
        return reply;
    }

    /** Reads a reply; one that cannot be understood is the end of the connection, for everybody. */
    static <T> T understood(Connection connection, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ProtocolViolation e) {
            throw broken(connection, e);
        }
    }

    private static ProtocolViolation broken(Connection connection, ProtocolViolation e) {
        connection.fail(e);
        return e;
    }
}
