package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * A paravirtual display.
 *
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param backendAllocates whether the backend makes the buffers
 * @param connectors its screens
 */
public record VdisplSpec(Optional<String> backendDomain, boolean backendAllocates, List<Connector> connectors) {
    /** Makes the list immutable. */
    public VdisplSpec {
        connectors = List.copyOf(connectors);
    }

    /**
     * A screen.
     *
     * @param uniqueId a name that the backend knows it by
     * @param width in pixels
     * @param height in pixels
     */
    public record Connector(
            Optional<String> uniqueId,
            @Field(most = 4294967295L) long width,
            @Field(most = 4294967295L) long height) {}
}
