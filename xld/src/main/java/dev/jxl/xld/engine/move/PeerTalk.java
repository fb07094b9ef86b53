package dev.jxl.xld.engine.move;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.MigrationLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a jxld says to another one before a guest is sent, and when it asks what became of one: a question and its answer, each a JSON
 * object behind its length in bytes. While a guest is sent they use {@link MigrationTalk}'s words. What comes is another host's, and
 * may be anything.
 */
final class PeerTalk {
    /** What both must speak. */
    private static final int PROTOCOL = 1;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 2 << 20;
    private static final int LONGEST_SHOWN = 2000;
    private static final String ASK = "ask";
    private static final String ANSWER = "answer";
    private static final String TAKE = "take";
    private static final String WHOSE = "whose";
    private static final String READY = "ready";
    private static final String CPU = "cpu";

    /** A configuration is read and a host looked at; minutes are for busy ones. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MigrationLink link;
    private final Runnable tick;

    /** @param tick called several times a second while it waits; may throw to give up */
    PeerTalk(MigrationLink link, Runnable tick) {
        this.link = link;
        this.tick = tick;
    }

    /** What a caller wants. */
    sealed interface Question {
        /**
         * Whether it may send a guest; if so, it does.
         *
         * @param cpu the guest's; empty when the caller does not say it
         */
        record Take(String id, String xenVersion, String configuration, Optional<CpuPolicy> cpu, boolean paused)
                implements Question {}

        /** What has become of a guest that it sent. */
        record Whose(String id) implements Question {}
    }

    /** Where a guest is that was sent. */
    enum Answer {
        /** It runs here. */
        RUNS,
        /** It does not, and never will. */
        REFUSED,
        /** That is not decided yet, and soon will be. */
        PENDING,
        /** Nothing is known of it, at least not for this caller. */
        UNKNOWN
    }

    // The caller's part.

    /**
     * Asks whether a guest would be taken.
     *
     * @throws MigrationFailed with all reasons when not
     */
    void offer(Question.Take take, String host, String name) {
        ObjectNode question = JSON.createObjectNode()
                .put("jxl", PROTOCOL)
                .put(ASK, TAKE)
                .put("id", take.id())
                .put("xen", take.xenVersion())
                .put("configuration", take.configuration())
                .put("paused", take.paused());
        take.cpu().ifPresent(cpu -> question.put(CPU, CpuText.of(cpu)));
        send(question);
        JsonNode answer = receive();
        if (!answer.path(ANSWER).asText().equals(READY)) {
            throw new MigrationFailed(
                    host + " does not take '" + name + "': " + shown(answer.path("message")) + "; it goes on here",
                    null);
        }
    }

    /** Asks what has become of a guest. */
    Answer ask(String id) {
        send(JSON.createObjectNode().put("jxl", PROTOCOL).put(ASK, WHOSE).put("id", id));
        String said = receive().path(ANSWER).asText();
        return Arrays.stream(Answer.values())
                .filter(answer -> answer.name().equals(said))
                .findFirst()
                .orElseThrow(() -> new MigrationFailed("it answers what is not known here", null));
    }

    // The answerer's part.

    Question question() {
        JsonNode said = receive();
        if (said.path("jxl").asInt() != PROTOCOL) {
            throw new MigrationFailed(
                    "the caller speaks version " + shown(said.path("jxl")) + " of jxl's protocol, this jxld "
                            + PROTOCOL,
                    null);
        }
        String id = text(said, "id");
        return switch (said.path(ASK).asText()) {
            case TAKE ->
                new Question.Take(
                        id,
                        text(said, "xen"),
                        text(said, "configuration"),
                        said.has(CPU) ? Optional.of(CpuText.parse(text(said, CPU))) : Optional.empty(),
                        said.path("paused").asBoolean());
            case WHOSE -> new Question.Whose(id);
            default -> throw new MigrationFailed("the caller asks for what is not known here", null);
        };
    }

    private static String text(JsonNode said, String field) {
        return Optional.of(said.path(field))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .orElseThrow(() -> new MigrationFailed("the caller does not say its " + field, null));
    }

    void sayReady() {
        send(JSON.createObjectNode().put(ANSWER, READY));
    }

    /** Refuses an offer, with whatever is wrong, each problem with its field. */
    void refuse(ToolstackException why) {
        ObjectNode answer = JSON.createObjectNode()
                .put(ANSWER, "refused")
                .put("code", why.code().code())
                .put("message", String.valueOf(why.getMessage()));
        if (why instanceof ToolstackException.InvalidSpec invalid) {
            ArrayNode problems = answer.putArray("problems");
            for (SpecProblem p : invalid.problems()) {
                problems.addObject().put("field", p.field()).put("message", p.message());
            }
        }
        send(answer);
    }

    void say(Answer answer) {
        send(JSON.createObjectNode().put(ANSWER, answer.name()));
    }

    private void send(ObjectNode said) {
        byte[] text = said.toString().getBytes(StandardCharsets.UTF_8);
        link.send(
                ByteBuffer.allocate(Integer.BYTES + text.length)
                        .putInt(text.length)
                        .put(text)
                        .array(),
                tick);
    }

    private JsonNode receive() {
        int length =
                ByteBuffer.wrap(link.receive(Integer.BYTES, PATIENCE, tick)).getInt();
        if (length <= 0 || length > LONGEST) {
            throw new MigrationFailed("the other side says what is no jxld's: a word of " + length + " bytes", null);
        }
        try {
            JsonNode said = JSON.readTree(link.receive(length, PATIENCE, tick));
            if (said != null && said.isObject()) {
                return said;
            }
        } catch (JsonProcessingException e) {
            throw new MigrationFailed("the other side says what is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new MigrationFailed("the other side cannot be understood", e);
        }
        throw new MigrationFailed("the other side says what is no JSON object", null);
    }

    /** Another host's words, for people here. */
    private static String shown(JsonNode node) {
        String text = node.asText().replaceAll("\\p{Cntrl}", " ");
        return text.substring(0, Math.min(text.length(), LONGEST_SHOWN));
    }
}
