package dev.jxl.xld.api;

/** Looks for what does not belong on the host, and takes it away. A part of {@link Toolstack}. */
public interface Doctor {
    /** Looks, and changes nothing. What cannot be looked at is a finding too. */
    Diagnosis examine();

    /**
     * Starts to mend what can be mended without touching anything that a domain, an operation or another toolstack may need.
     * It looks anew; {@link Diagnosis#lastRepair} tells what was done.
     *
     * @throws ToolstackException.DomainBusy when another fix is under way
     */
    OperationView fix();
}
