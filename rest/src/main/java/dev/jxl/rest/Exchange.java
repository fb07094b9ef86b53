package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One request and its answer, in the API's words. */
final class Exchange {
    /** The largest body that is read, bytes. */
    static final int MAX_BODY = 1 << 20;

    private static final String JSON = "application/json";
    private final ServerRequest request;
    private final ServerResponse response;
    private final Query query;

    Exchange(ServerRequest request, ServerResponse response, Set<String> knownQuery) {
        this.request = request;
        this.response = response;
        this.query = new Query(parameters(request), knownQuery);
    }

    private static Map<String, List<String>> parameters(ServerRequest request) {
        Map<String, List<String>> all = new HashMap<>();
        for (String name : request.query().names()) {
            List<String> given = request.query().all(name);
            all.put(name, given.isEmpty() ? List.of("") : given);
        }
        return all;
    }

    /** Method and path. */
    String line() {
        return request.prologue().method().text() + " " + request.path().path();
    }

    String pathParameter(String name) {
        return request.path().pathParameters().get(name);
    }

    Query query() {
        return query;
    }

    Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    /** The media type of the body, lower case, without parameters; empty when there is none. */
    String contentType() {
        return header("Content-Type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /**
     * The body as text.
     *
     * @throws ApiException when it is larger than 1 MiB, or not UTF-8
     */
    String body() throws IOException {
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                response.header(HeaderNames.CONNECTION, "close");
                throw new ApiException(
                        ErrorCode.BODY_TOO_LARGE,
                        "the body is larger than " + MAX_BODY + " bytes: a configuration is not");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.badRequest("the body is not UTF-8 text");
        }
    }

    void answerHeader(String name, String value) {
        response.header(name, value);
    }

    /** Answers with JSON. */
    void json(int status, Object value) {
        bytes(status, JSON, Json.bytes(value));
    }

    /** Answers with the problem. */
    void problem(Problem problem) {
        bytes(problem.status(), "application/problem+json", Json.bytes(problem));
    }

    /** Answers with a text of a type. */
    void text(int status, String type, String text) {
        bytes(status, type + "; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(int status, String type, byte[] body) {
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, type);
        response.send(body);
    }

    /** Answers with a stream that goes on. */
    OutputStream stream(String type) {
        response.status(200);
        response.header(HeaderNames.CONTENT_TYPE, type);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        return response.outputStream();
    }
}
