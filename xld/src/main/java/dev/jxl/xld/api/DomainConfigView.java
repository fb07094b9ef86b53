package dev.jxl.xld.api;

import java.util.Optional;

/**
 * What a domain was made from.
 *
 * @param domid its number
 * @param libxlJson libxl's JSON, as xl keeps it; {@code {}} when nothing is known
 * @param source the text the user gave, where jxl has it
 */
public record DomainConfigView(int domid, String libxlJson, Optional<String> source) {}
