package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Files of the host. */
public interface HostFiles {
    /** What kind of kernel a file is, by its first bytes; never more than a bounded part is read. */
    KernelKind inspectKernel(Path file);

    /** What a path is. */
    PathKind inspect(Path path);

    /**
     * A file's first bytes.
     *
     * @param most how many at most
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed when it cannot be read
     */
    byte[] read(Path file, int most);

    /**
     * Writes libxl's JSON about a domain where xl looks for it, with a NUL character behind the text: libxl reads the
     * file's bytes and hands them to a parser of C strings.
     *
     * @source tools/libs/light/libxl_dom.c: libxl__userdata_path
     */
    void writeUserdata(DomainId domain, DomainUuid uuid, String json);

    /**
     * Changes libxl's JSON about a domain while no xl command can. Nothing happens when there is none.
     *
     * @param change is given the text without its NUL character
     */
    void updateUserdata(DomainId domain, DomainUuid uuid, UnaryOperator<String> change);

    /** libxl's JSON about a domain, at most 1 MiB of it. */
    Optional<String> findUserdata(DomainId domain, DomainUuid uuid);

    /** Removes all of xl's notes about a domain (libxl-json, xl, …) and QEMU's leftovers. Idempotent. */
    void removeUserdata(DomainId domain, DomainUuid uuid);

    /** The domains about which there are notes of xl's. */
    List<Noted> listUserdata();

    /** A domain that has notes. */
    record Noted(DomainId domain, DomainUuid uuid) {}

    /** What kind of kernel a file is. */
    enum KernelKind {
        /** No such file. */
        MISSING,
        /** Not readable, or not a file. */
        UNREADABLE,
        /** A 64-bit ELF, perhaps compressed, or a Linux bzImage. */
        KERNEL,
        /** A 32-bit ELF that a PVH guest can be started in, such as GRUB for PVH. */
        PVH32,
        /** Another 32-bit ELF. */
        ELF32,
        /** Compressed by something that is only known after unpacking; the builder will tell. */
        COMPRESSED,
        /** Anything else. */
        NOT_A_KERNEL
    }

    /** What a path is. */
    enum PathKind {
        /** Nothing. */
        MISSING,
        /** A plain file. */
        FILE,
        /** A block device. */
        BLOCK_DEVICE,
        /** Something else: a folder, a socket. */
        OTHER
    }
}
