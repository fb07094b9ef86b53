package dev.jxl.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder of the backend's domain, shared by the 9p protocol.
 *
 * @param tag the guest's name for it
 * @param path the folder
 * @param securityModel QEMU's word for who owns files, e.g. none
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param type which server; empty: QEMU
 * @param maxSpaceMib xen-9pfsd: the most space, in MiB; 0: no limit
 * @param maxFiles xen-9pfsd: the most files; 0: no limit
 * @param maxOpenFiles xen-9pfsd: the most open files; 0: its default
 * @param autoDelete xen-9pfsd: whether old files go when there is no space
 */
public record P9Spec(
        Optional<String> tag,
        Optional<Path> path,
        Optional<String> securityModel,
        Optional<String> backendDomain,
        Optional<Type> type,
        @Field(most = 2147483647, orElse = "0") int maxSpaceMib,
        @Field(most = 2147483647, orElse = "0") int maxFiles,
        @Field(most = 2147483647, orElse = "0") int maxOpenFiles,
        boolean autoDelete) {
    /** Servers. */
    public enum Type implements Worded {
        /** QEMU. */
        QEMU,
        /** Xen's own daemon (4.19). */
        XEN_9PFSD
    }
}
