package dev.jxl.rest;

import java.io.IOException;
import java.util.Set;

/**
 * One route of the API.
 *
 * @param method GET, POST or DELETE
 * @param path with {@code {parameters}}
 * @param query the names of the query parameters that it knows
 * @param handler what answers
 */
record Route(String method, String path, Set<String> query, Handler handler) {
    Route {
        query = Set.copyOf(query);
    }

    /** What answers a request. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws IOException;
    }
}
