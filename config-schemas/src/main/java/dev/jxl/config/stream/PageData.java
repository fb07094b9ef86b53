package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.PageType;
import dev.jxl.config.stream.ImageReport.Pages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads PAGE_DATA records: the memory.
 *
 * @source docs/specs/libxc-migration-stream.pandoc: PAGE_DATA; tools/libs/guest/xg_sr_restore.c: handle_page_data
 */
final class PageData {
    /** The size of a page: x86 has no other here. */
    static final int PAGE = 4096;

    /** How many pages libxc writes in one record: MAX_BATCH_SIZE of tools/libs/guest/xg_sr_common.h. */
    static final int BATCH = 1024;

    /** The highest pfn that an x86 guest can have: its physical addresses have 48 bits. */
    static final long HIGHEST = (1L << 36) - 1;

    private static final long PFN = (1L << 52) - 1;
    private static final long RESERVED = 0xFFL << 52;

    private final StreamInput in;
    private final Findings findings;
    private final long[] batch = new long[BATCH];
    private final long[] counts = new long[PageKind.values().length];
    private final PfnSet different = new PfnSet();
    private long entries;
    private long withContents;
    private long highest = -1;
    private boolean tableTold;
    private long bound = HIGHEST;

    PageData(StreamInput in, Findings findings) {
        this.in = in;
        this.findings = findings;
    }

    /**
     * Bounds what a guest may have.
     *
     * @param highestPfn the last pfn that its configuration allows
     */
    void bound(long highestPfn) {
        bound = highestPfn;
    }

    /**
     * Reads one record's body.
     *
     * @param length the body's
     * @param limit the highest pfn that there may be
     * @param levels how many levels page tables may have; 0 for guests that need none
     */
    void read(long length, long limit, int levels) throws IOException {
        long start = in.offset();
        if (length < 8) {
            throw findings.fatal(start, "its body has " + length + " bytes: it needs 8 and more");
        }
        long count = in.u32();
        long reserved = in.u32();
        if (reserved != 0) {
            findings.error(start + 4, "a reserved field is " + reserved + ", not 0");
        }
        if (count == 0) {
            throw findings.fatal(start, "it has no pages: it needs one and more");
        }
        if (length < 8 + count * 8) {
            throw findings.fatal(
                    start,
                    "it is to have " + count + " pages, but its body of " + length
                            + " bytes has no room for their numbers");
        }
        if (count > BATCH) {
            findings.warning(start, "has " + count + " pages: libxc writes " + BATCH + " at most");
        }
        long pages = numbers(count, limit, levels);
        long expected = 8 + count * 8 + pages * PAGE;
        if (length != expected) {
            throw findings.fatal(
                    start - 4,
                    "its body has " + length + " bytes, but " + count + " numbers and " + pages + " pages are "
                            + expected);
        }
        in.skip(pages * PAGE);
    }

    private long numbers(long count, long limit, int levels) throws IOException {
        long pages = 0;
        long before = -1;
        boolean ascending = true;
        for (long i = 0; i < count; i++) {
            long at = in.offset();
            long entry = in.u64();
            PageKind kind = PageKind.of(entry);
            long pfn = entry & PFN;
            check(at, entry, kind, limit, levels);
            counts[kind.number]++;
            entries++;
            highest = Math.max(highest, pfn);
            different.add(pfn);
            if (kind.contents) {
                pages++;
            }
            if (i < BATCH) {
                batch[(int) i] = pfn;
            }
            ascending &= pfn > before;
            before = pfn;
        }
        withContents += pages;
        if (!ascending && count <= BATCH) {
            noneTwice((int) count);
        }
        return pages;
    }

    private void check(long at, long entry, PageKind kind, long limit, int levels) {
        long pfn = entry & PFN;
        if ((entry & RESERVED) != 0) {
            findings.error(at, "reserved bits of pfn " + hex(pfn) + " are not 0");
        }
        if (kind.reserved()) {
            findings.error(at, "pfn " + hex(pfn) + " has the page type " + kind.number + ", which nobody has");
        }
        if (pfn > limit) {
            findings.error(at, "pfn " + hex(pfn) + " is above the guest's last one, " + hex(limit));
        } else if (pfn > bound && kind.populated()) {
            findings.error(at, "pfn " + hex(pfn) + " is above what the configuration's memory can have, " + hex(bound));
        }
        if (levels > 0 && kind.level > levels) {
            findings.error(
                    at,
                    "pfn " + hex(pfn) + " is a " + kind + ", but the guest's page tables have " + levels + " levels");
        } else if (levels == 0 && kind.level > 0 && !tableTold) {
            tableTold = true;
            findings.warning(at, "pfn " + hex(pfn) + " is a " + kind + ": images of HVM and PVH guests have none");
        }
    }

    private void noneTwice(int count) {
        long end = in.offset();
        Arrays.sort(batch, 0, count);
        for (int i = 1; i < count; i++) {
            if (batch[i] == batch[i - 1]) {
                findings.error(end - count * 8L, "pfn " + hex(batch[i]) + " is there twice in one record");
                return;
            }
        }
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    Pages pages() {
        List<PageType> types = new ArrayList<>();
        for (PageKind kind : PageKind.values()) {
            if (counts[kind.number] > 0) {
                types.add(new PageType(kind.toString(), counts[kind.number]));
            }
        }
        OptionalLong known = different.count();
        return new Pages(
                entries,
                withContents,
                known.isPresent() ? Optional.of(known.getAsLong()) : Optional.empty(),
                highest < 0 ? Optional.empty() : Optional.of(highest),
                types);
    }
}
