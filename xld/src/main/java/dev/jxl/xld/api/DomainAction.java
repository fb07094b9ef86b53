package dev.jxl.xld.api;

/** What can be done to a domain. */
public sealed interface DomainAction {
    /** The word of the API: the last part of {@code …/actions/<word>}. */
    String word();

    /** Terminate at once. */
    record Destroy() implements DomainAction {
        @Override
        public String word() {
            return "destroy";
        }
    }

    /**
     * Ask the guest to power off.
     *
     * @param fallbackAcpi press the ACPI power button when the guest has no PV drivers
     * @param untilGone the operation ends when the domain is gone (or stopped and preserved), not when the guest was told
     */
    record Shutdown(boolean fallbackAcpi, boolean untilGone) implements DomainAction {
        @Override
        public String word() {
            return "shutdown";
        }
    }

    /**
     * Ask the guest to reboot.
     *
     * @param fallbackAcpi use ACPI's reset when the guest has no PV drivers
     * @param untilGone the operation ends when the new domain runs
     */
    record Reboot(boolean fallbackAcpi, boolean untilGone) implements DomainAction {
        @Override
        public String word() {
            return "reboot";
        }
    }

    /** Stop all vCPUs. */
    record Pause() implements DomainAction {
        @Override
        public String word() {
            return "pause";
        }
    }

    /** Let all vCPUs run. */
    record Unpause() implements DomainAction {
        @Override
        public String word() {
            return "unpause";
        }
    }
}
