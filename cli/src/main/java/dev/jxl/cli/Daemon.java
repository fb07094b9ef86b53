package dev.jxl.cli;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * jxld, spoken to by HTTP/1.1 over its Unix socket. One connection, kept for the next request. A message's end is known by
 * its length or its chunks, never by the end of the connection.
 */
final class Daemon implements AutoCloseable {
    private static final String UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    private final Path socket;
    private @Nullable SocketChannel channel;
    private @Nullable SocketChannel streaming;

    Daemon(Path socket) {
        this.socket = socket;
    }

    Path socket() {
        return socket;
    }

    /**
     * Asks, and gives the answer's body.
     *
     * @throws CliException when jxld is not there, or answers with a problem: with its sentence and exit code
     */
    String text(String method, String path) {
        return reply(method, path, "", "").requireOk().body();
    }

    /** Asks and reads an object. */
    JsonObject object(String method, String path) {
        return JsonReader.object(text(method, path));
    }

    /**
     * Asks with a body.
     *
     * @param headers further header lines, each with its line end
     */
    Reply reply(String method, String path, String headers, String body) {
        try {
            return new ReplyReader(send(method, path, headers, body)).whole();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Asks, and reads an answer that goes on line by line; the connection is for it alone. */
    ReplyReader stream(String path, String headers) throws IOException {
        ReplyReader reader = new ReplyReader(send("GET", path, headers, ""));
        streaming = channel;
        channel = null;
        return reader;
    }

    private SocketChannel send(String method, String path, String headers, String body) throws IOException {
        SocketChannel open = channel == null ? connect() : channel;
        channel = open;
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers
                + (content.length > 0 || method.equals("POST") ? "Content-Length: " + content.length + "\r\n" : "")
                + "\r\n";
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(start.length + content.length);
        all.put(start).put(content).flip();
        while (all.hasRemaining()) {
            open.write(all);
        }
        return open;
    }

    private SocketChannel connect() {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            boolean denied = String.valueOf(e.getMessage()).contains("ermission denied");
            throw denied
                    ? new CliException(
                            ExitCodes.of("forbidden"),
                            "no permission for " + socket + ": jxl is for root and the members of group jxl")
                    : new CliException(
                            ExitCodes.DAEMON_UNREACHABLE,
                            "jxld is not running (nobody answers on " + socket
                                    + "): start it with 'systemctl start jxld', or name its socket with --socket or"
                                    + " JXL_SOCKET");
        }
    }

    private CliException lost(IOException e) {
        return new CliException(
                ExitCodes.DAEMON_UNREACHABLE,
                "the connection to jxld on " + socket + " was lost: " + e.getMessage()
                        + "; what was asked may go on: 'jxl operations' shows it");
    }

    @Override
    public void close() {
        try (SocketChannel _ = channel;
                SocketChannel _ = streaming) {
            channel = null;
            streaming = null;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** A part of a path or query, as a URL writes it. */
    static String encoded(String part) {
        StringBuilder out = new StringBuilder();
        for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(hex(b >> 4)).append(hex(b));
            }
        }
        return out.toString();
    }

    private static char hex(int digit) {
        return "0123456789ABCDEF".charAt(digit & 15);
    }

    /**
     * An answer.
     *
     * @param status HTTP's
     * @param body the text
     */
    record Reply(int status, String body) {
        /** This, when it is not a problem. */
        Reply requireOk() {
            if (status >= 200 && status < 300) {
                return this;
            }
            throw failure();
        }

        /** The problem as jxld told it. */
        CliException failure() {
            try {
                JsonObject problem = JsonReader.object(body);
                String step = problem.text("step");
                String sentence = problem.text("detail");
                return new CliException(
                        ExitCodes.of(problem.text("code")),
                        step.isEmpty() || sentence.contains(step) ? sentence : step + ": " + sentence);
            } catch (IllegalArgumentException e) {
                return new CliException(ExitCodes.INTERNAL, "jxld answered with status " + status + ": " + body);
            }
        }
    }
}
