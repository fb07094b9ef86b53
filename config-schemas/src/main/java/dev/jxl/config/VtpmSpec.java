package dev.jxl.config;

import java.util.Optional;

/**
 * A virtual TPM, served by a domain of its own.
 *
 * @param backendDomain name or domid of that domain
 * @param uuid which TPM; empty: a new one
 * @param devid the device's number; empty: the next free one
 */
public record VtpmSpec(
        Optional<String> backendDomain,
        Optional<DomainUuid> uuid,
        @Field(most = 65535) Optional<Integer> devid) {}
