package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.rules.StoreErrors;
import dev.jxl.xenstore.rules.TransactionRetry;
import java.util.List;

/** One transaction. It belongs to the connection it was begun on and ends with it. */
final class WireTransaction extends WireAccess implements TransactionRetry.Attempt {
    private final Connection connection;
    private final int id;
    private volatile boolean ended;

    private WireTransaction(Connection connection, int id) {
        this.connection = connection;
        this.id = id;
    }

    static WireTransaction begin(Connection connection) {
        // The payload is one empty string.
        Request request = Request.of(PacketType.TRANSACTION_START, "/", "");
        Packet reply = connection.call(request, 0);
        return new WireTransaction(
                connection, understood(connection, () -> parseId(Payload.string(checked(request, reply)))));
    }

    private static int parseId(String text) {
        try {
            int id = Integer.parseUnsignedInt(text);
            if (id != 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Said below, together with the other way to be wrong.
        }
        throw new ProtocolViolation("xenstored sent a transaction id that is none");
    }

    @Override
    Connection connection() {
        if (ended) {
            throw new IllegalStateException("the xenstore transaction has ended");
        }
        return connection;
    }

    @Override
    int transactionId() {
        return id;
    }

    @Override
    public boolean commit() {
        ended = true;
        Request request = Request.of(PacketType.TRANSACTION_END, "/", "T");
        Packet reply = connection.call(request, id);
        if (reply.type() != PacketType.ERROR) {
            return true;
        }
        String error = understood(connection, () -> Payload.string(reply));
        if (error.equals("EAGAIN")) {
            return false;
        }
        XenStoreException reason = StoreErrors.of("commit a transaction on", "/", error);
        throw reason instanceof NoSuchPath
                ? new XenStoreException.Refused("commit a transaction on", "/", error)
                : reason;
    }

    @Override
    public void abort() {
        if (ended) {
            return;
        }
        ended = true;
        try {
            // Nobody needs the answer; the reader takes it when it comes.
            connection.send(List.of(Request.of(PacketType.TRANSACTION_END, "/", "F")), id);
        } catch (XenStoreException e) {
            // The connection is gone, and the transaction with it.
        }
    }
}
