package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xld.api.ToolstackException;
import java.util.function.Supplier;

/** Errors of Xen as errors of jxl, with what was being done and the cause kept. */
final class XenErrors {
    private XenErrors() {}

    /**
     * Asks Xen.
     *
     * @param doing what, for the message: "pausing"
     * @throws ToolstackException for every error of Xen
     */
    static <T> T asking(String doing, DomainId domain, Supplier<T> call) {
        try {
            return call.get();
        } catch (XenControlException e) {
            throw about(doing, domain, e);
        }
    }

    /** Asks Xen about the host. */
    static <T> T asking(String doing, Supplier<T> call) {
        try {
            return call.get();
        } catch (XenControlException e) {
            throw aboutHost(doing, e);
        }
    }

    /** Has Xen do something to a domain. */
    static void having(String doing, DomainId domain, Runnable call) {
        asking(doing, domain, () -> {
            call.run();
            return true;
        });
    }

    /** The error of jxl for one of Xen that is about a domain. */
    static ToolstackException about(String doing, DomainId domain, XenControlException e) {
        if (e instanceof XenControlException.HypercallFailed failed && failed.errno() == Errno.ESRCH) {
            ToolstackException gone = new ToolstackException.DomainNotFound(domain.toString());
            gone.addSuppressed(e);
            return gone;
        }
        return aboutHost(doing + " domain " + domain, e);
    }

    private static ToolstackException aboutHost(String doing, XenControlException e) {
        return switch (e) {
            case XenControlException.WaitInterrupted interrupted -> {
                ToolstackException cancelled = new ToolstackException.OperationCancelled(doing);
                cancelled.addSuppressed(interrupted);
                yield cancelled;
            }
            case XenControlException.LibraryMissing _,
                    XenControlException.SymbolMissing _,
                    XenControlException.AbiMismatch _,
                    XenControlException.NotADom0 _,
                    XenControlException.Closed _ ->
                new ToolstackException.HostUnavailable(doing + " is not possible: " + e.getMessage(), e);
            default -> new ToolstackException.HypercallRefused("Xen refused " + doing + ": " + e.getMessage(), e);
        };
    }
}
