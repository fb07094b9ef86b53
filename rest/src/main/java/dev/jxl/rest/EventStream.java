package dev.jxl.rest;

import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.Toolstack;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Events as a stream (SSE): each with its id, a comment when nothing happens so that a dead client is noticed. */
final class EventStream implements AutoCloseable {
    static final Set<String> QUERY = Set.of("after");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int POLLS_PER_HEARTBEAT = 20;
    private final Toolstack toolstack;
    private volatile boolean open = true;

    EventStream(Toolstack toolstack) {
        this.toolstack = toolstack;
    }

    /** Sends events until the client or the server goes. */
    void answer(Exchange exchange) throws IOException {
        long after = after(exchange);
        try (Toolstack.EventSubscription events = toolstack.events(after);
                OutputStream out = exchange.stream("text/event-stream")) {
            send(out, "retry: 1000\n: jxl events\n\n");
            int quiet = 0;
            while (open) {
                Optional<DomainEvent> event = events.next(POLL);
                if (event.isPresent()) {
                    send(out, frame(event.get()));
                    quiet = 0;
                } else if (++quiet >= POLLS_PER_HEARTBEAT) {
                    send(out, ": still here\n\n");
                    quiet = 0;
                }
            }
        }
    }

    @Override
    public void close() {
        open = false;
    }

    private static long after(Exchange exchange) {
        Optional<String> asked =
                exchange.header("Last-Event-ID").or(() -> exchange.query().text("after"));
        if (asked.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try {
            long id = Long.parseLong(asked.get());
            if (id >= 0) {
                return id;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, together with a negative number.
        }
        throw ApiException.badRequest(
                "Last-Event-ID (or 'after') is the id of an event, 0 for all that are kept, not '" + asked.get() + "'");
    }

    private static String frame(DomainEvent event) {
        String data = new String(Json.bytes(event), StandardCharsets.UTF_8);
        return "id: " + event.id() + "\nevent: " + event.type() + "\ndata: " + data + "\n\n";
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
