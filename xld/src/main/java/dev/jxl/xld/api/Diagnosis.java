package dev.jxl.xld.api;

import java.util.List;
import java.util.Optional;

/**
 * What was found on the host.
 *
 * @param healthy whether there is nothing worse than a note
 * @param findings all, the worst first
 * @param lastRepair what the last fix of this jxld did
 */
public record Diagnosis(boolean healthy, List<Finding> findings, Optional<Repair> lastRepair) {
    /** Makes the list immutable. */
    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /**
     * What a fix did.
     *
     * @param operation the fix's operation
     * @param findings what it tried to mend, each with what was done or why that failed
     */
    public record Repair(String operation, List<Finding> findings) {
        /** Makes the list immutable. */
        public Repair {
            findings = List.copyOf(findings);
        }
    }
}
