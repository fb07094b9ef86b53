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
    /** The run of ordinary pages that is being counted: from the first one to before the next one; none where they are the same. */
    private long first;

    private long next;
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

    /** A guest has hundreds of thousands of them, nearly all one behind the other: those are looked at as one. */
    private long numbers(long count, long limit, int levels) throws IOException {
        long ordinary = Math.min(limit, bound);
        long before = withContents;
        first = 0;
        next = 0;
        boolean ascending = true;
        long last = -1;
        for (long done = 0; done < count; ) {
            long at = in.offset();
            // Of a record as libxc writes it, all are kept, to be compared.
            int from = count <= BATCH ? (int) done : 0;
            int got = in.longs(batch, from, (int) Math.min(BATCH, count - done));
            for (int i = 0; i < got; i++) {
                long entry = batch[from + i];
                if (entry == next && entry <= ordinary && next > first) {
                    next++;
                } else {
                    last = next > first ? next - 1 : last;
                    endRun();
                    long pfn = entry & PFN;
                    ascending &= pfn > last;
                    last = pfn;
                    one(at + i * 8L, entry, limit, levels);
                }
            }
            done += got;
        }
        endRun();
        if (!ascending && count <= BATCH) {
            noneTwice((int) count);
        }
        return withContents - before;
    }

    /** An ordinary page begins a run of those that follow. */
    private void one(long at, long entry, long limit, int levels) {
        PageKind kind = PageKind.of(entry);
        long pfn = entry & PFN;
        check(at, entry, kind, limit, levels);
        if (kind == PageKind.NOTAB) {
            first = pfn;
            next = pfn + 1;
            return;
        }
        count(kind, pfn, 1);
    }

    private void endRun() {
        if (next > first) {
            count(PageKind.NOTAB, first, next - first);
        }
        first = 0;
        next = 0;
    }

    private void count(PageKind kind, long pfn, long pages) {
        counts[kind.number] += pages;
        entries += pages;
        withContents += kind.contents ? pages : 0;
        highest = Math.max(highest, pfn + pages - 1);
        different.add(pfn, pages);
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
        for (int i = 0; i < count; i++) {
            batch[i] &= PFN;
        }
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
