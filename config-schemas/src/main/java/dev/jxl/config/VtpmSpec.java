package dev.jxl.config;

import java.util.Optional;

/**
 * A virtual TPM, served by a domain of its own.
 *
 * @param backendDomain name or domid of that domain
 * @param uuid which TPM; empty: a new one
 */
public record VtpmSpec(Optional<String> backendDomain, Optional<DomainUuid> uuid) {}
