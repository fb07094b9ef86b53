package dev.jxl.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code jxl events}: follows until it is interrupted. */
final class EventsCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option(' ', "after", "ID", "first those after that event; 0: all that are kept"),
                new Options.Option('n', "count", "N", "end after so many"),
                OUTPUT);
    }

    @Override
    public int run(Call call) throws IOException {
        call.operands(0, 0);
        boolean json = call.json();
        long left = call.options().value("count").map(EventsCommand::count).orElse(Long.MAX_VALUE);
        String after = call.options()
                .value("after")
                .map(id -> "?after=" + Daemon.encoded(id))
                .orElse("");
        ReplyReader reply = call.daemon().stream("/v1/events" + after, "Accept: text/event-stream\r\n");
        if (reply.status() != 200) {
            throw reply.whole().failure();
        }
        for (Optional<String> line = reply.line(); left > 0 && line.isPresent(); line = reply.line()) {
            if (line.get().startsWith("data: ")) {
                String data = line.get().substring("data: ".length());
                call.terminal().line(json ? data : sentence(JsonReader.object(data)));
                call.terminal().flush();
                if (--left == 0) {
                    return ExitCodes.OK;
                }
            }
        }
        throw new CliException(
                ExitCodes.DAEMON_UNREACHABLE, "jxld has stopped to send events: is it running? 'jxl version' tells");
    }

    private static long count(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw CliException.usage("option --count is a number, not '" + text + "'");
        }
    }

    private static String sentence(JsonObject event) {
        StringBuilder out = new StringBuilder(event.text("id"))
                .append(' ')
                .append(event.text("at"))
                .append(' ')
                .append(event.text("type"));
        if (!event.text("domainName").isEmpty()) {
            out.append(' ').append(event.text("domainName"));
            if (event.number("domid") >= 0) {
                out.append('(').append(event.text("domid")).append(')');
            }
        }
        for (Map.Entry<String, Object> more : event.object("data").members().entrySet()) {
            out.append(' ').append(more.getKey()).append('=').append(more.getValue());
        }
        return out.toString();
    }
}
