package dev.jxl.config.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.MemorySize;
import dev.jxl.config.Worded;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.form.RecordWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an image holds. Each number was counted in the image, none was taken from another's word.
 *
 * @param format what it is
 * @param sound whether nothing was found that would stop a restore
 * @param verified whether all of its contents were read
 * @param bytes its size, as far as it was read
 * @param xl xl's header and the configuration
 * @param libxl libxl's stream
 * @param libxc libxc's image
 * @param records the records in their order, those of one type that follow each other in one row
 * @param recordsUntold how many records have no row, because there are too many
 * @param errors what stops a restore, in the order in which it was found
 * @param warnings what is unusual, and does not stop a restore
 */
public record ImageReport(
        Format format,
        boolean sound,
        boolean verified,
        long bytes,
        Optional<Xl> xl,
        Optional<Libxl> libxl,
        Optional<Libxc> libxc,
        List<RecordRow> records,
        long recordsUntold,
        List<Finding> errors,
        List<Finding> warnings) {
    /** What an image is, by its first bytes. */
    public enum Format implements Worded {
        /** A file of {@code xl save}, or what {@code xl migrate} sends. */
        XL,
        /** libxl's stream without xl's header. */
        LIBXL,
        /** libxc's image alone. */
        LIBXC,
        /** None of these. */
        UNKNOWN
    }

    /** Which end of a number comes first. */
    public enum Endian implements Worded {
        /** The least significant byte first: all x86 hosts. */
        LITTLE,
        /** The most significant byte first. */
        BIG
    }

    /** What libxc calls the guest's type: PVH is HVM here. */
    public enum ImageType implements Worded {
        /** Paravirtual. */
        X86_PV,
        /** With hardware's help: HVM and PVH. */
        X86_HVM;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * xl's header.
     *
     * @param endian that of its numbers
     * @param mandatoryFlags 1: the configuration is JSON; 2: libxl's stream version 2 follows
     * @param optionalFlags 0
     * @param optionalBytes between the header and libxl's stream
     * @param configurationOffset where the configuration begins
     * @param configurationBytes its length with the NUL at its end
     * @param domain what it says, when it can be read
     * @param unmodelled JSON pointers of what jxl does not know and would not restore
     */
    public record Xl(
            Endian endian,
            long mandatoryFlags,
            long optionalFlags,
            long optionalBytes,
            long configurationOffset,
            long configurationBytes,
            Optional<Domain> domain,
            List<String> unmodelled) {}

    /**
     * The domain, by its configuration.
     *
     * @param name its name
     * @param uuid its UUID
     * @param type pv, pvh or hvm
     * @param memory what it was started with
     * @param maxMemory what it may grow to
     * @param maxVcpus how many vCPUs it has
     * @param disks how many disks
     * @param nics how many network cards
     */
    public record Domain(
            String name,
            Optional<DomainUuid> uuid,
            GuestType type,
            MemorySize memory,
            MemorySize maxMemory,
            int maxVcpus,
            int disks,
            int nics) {}

    /**
     * libxl's stream.
     *
     * @param offset where it begins
     * @param version 2
     * @param endian that of its records
     * @param converted whether it was made from the format of Xen 4.5 and older
     * @param emulators what is kept for device models
     */
    public record Libxl(long offset, long version, Endian endian, boolean converted, List<Emulator> emulators) {}

    /**
     * What is kept for one device model.
     *
     * @param name {@code qemu-upstream}, {@code qemu-traditional} or {@code unknown}
     * @param index which of the domain's device models
     * @param stateOffset where its state begins; 0 when there is none
     * @param stateBytes its state's size
     * @param xenstorePairs how many keys of xenstore are kept for it
     */
    public record Emulator(String name, long index, long stateOffset, long stateBytes, long xenstorePairs) {}

    /**
     * libxc's image.
     *
     * @param offset where it begins
     * @param version 2 or 3
     * @param endian that of its records
     * @param type what it is an image of
     * @param pageBytes the size of a page
     * @param xenMajor the version of Xen that made it; 0: it was converted from an older format
     * @param xenMinor its second part
     * @param pages the memory
     * @param pv what only PV guests have
     * @param hvm what only HVM and PVH guests have
     * @param tsc the time stamp counter
     * @param cpuidLeaves of the CPU policy
     * @param msrs of the CPU policy
     * @param checkpoints how many checkpoints it has: 0 in a saved file
     * @param verifying whether it repeats memory for debugging
     */
    public record Libxc(
            long offset,
            long version,
            Endian endian,
            ImageType type,
            long pageBytes,
            long xenMajor,
            long xenMinor,
            Pages pages,
            Optional<Pv> pv,
            Optional<Hvm> hvm,
            Optional<Tsc> tsc,
            long cpuidLeaves,
            long msrs,
            long checkpoints,
            boolean verifying) {}

    /**
     * The memory.
     *
     * @param entries how many pages are told about; a page that was sent again counts again
     * @param withContents how many of these come with their contents
     * @param different how many different pages; empty when there are too many to know
     * @param highestPfn the highest number of a page; empty when there is none
     * @param types how many entries have which type
     */
    public record Pages(
            long entries,
            long withContents,
            Optional<Long> different,
            Optional<Long> highestPfn,
            List<PageType> types) {}

    /**
     * Entries of one type.
     *
     * @param type Xen's word
     * @param count how many
     */
    public record PageType(String type, long count) {}

    /**
     * What only PV guests have.
     *
     * @param guestBits 32 or 64
     * @param pageTableLevels 3 or 4
     * @param p2mEndPfn the last pfn of the physical-to-machine table; empty when its record is missing
     * @param p2mFrames how many pages that table has
     * @param vcpus of how many vCPUs there are basic registers
     */
    public record Pv(int guestBits, int pageTableLevels, Optional<Long> p2mEndPfn, long p2mFrames, int vcpus) {}

    /**
     * What only HVM and PVH guests have.
     *
     * @param contextBytes the size of Xen's state of the machine
     * @param contextEntries how many parts that state has
     * @param vcpus of how many vCPUs there are registers in it
     * @param params how many parameters there are
     */
    public record Hvm(long contextBytes, long contextEntries, int vcpus, long params) {}

    /**
     * The time stamp counter.
     *
     * @param mode Xen's TSC_MODE
     * @param khz its frequency
     * @param nanoseconds the guest's time
     * @param incarnation how often the guest was restored
     */
    public record Tsc(long mode, long khz, long nanoseconds, long incarnation) {}

    /**
     * Records of one type that follow each other.
     *
     * @param stream {@code libxl} or {@code libxc}
     * @param type the type
     * @param number the first one's, from 1 in each stream
     * @param count how many
     * @param offset where the first one begins
     * @param bytes their size, with headers and padding
     */
    public record RecordRow(String stream, String type, long number, long count, long offset, long bytes) {}

    /** The report in JSON, as the schema {@code image} says. */
    public String toJson() {
        ObjectNode json = RecordWriter.write(this);
        return JsonText.write(json).stripTrailing();
    }
}
