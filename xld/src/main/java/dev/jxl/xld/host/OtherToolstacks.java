package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import java.util.List;
import java.util.Optional;

/**
 * Other toolstacks at work on this host, each of which looks after the domains that it made. Whoever asks about a domain looks for
 * processes first and at the domain afterwards, and twice: a process that is just becoming another one may be missed once.
 */
public interface OtherToolstacks {
    /**
     * Processes of xl that wait for the end of a domain, or may come to: {@code xl create}, {@code restore} and
     * {@code migrate-receive}, in the background or not.
     *
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed when the processes cannot be listed
     */
    List<XlMonitor> listMonitors();

    /**
     * The name of libvirt's daemon for Xen, if it runs.
     *
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed when the processes cannot be listed
     */
    Optional<String> findLibvirt();

    /**
     * Whether libvirt made a domain: it leaves its own form of the configuration beside libxl's.
     *
     * @source libvirt: src/libxl/libxl_domain.c: libxlDomainStartPerform; tools/include/libxl.h: userdata
     */
    boolean madeByLibvirt(DomainId domain, DomainUuid uuid);

    /**
     * A process of xl.
     *
     * @param command with its arguments, fit for a terminal, not longer than a line
     * @param waitsFor the domain that it said last that it waits for; empty when that cannot be told
     */
    record XlMonitor(long pid, String command, Optional<DomainId> waitsFor) {}
}
