package dev.jxl.config.stream;

/**
 * The types of pages in PAGE_DATA records, in the order of their numbers.
 *
 * @source docs/specs/libxc-migration-stream.pandoc: PAGE_DATA; tools/libs/guest/xg_sr_common.h: page_type_has_stream_data
 */
enum PageKind {
    NOTAB(0, true, 0),
    L1TAB(1, true, 1),
    L2TAB(2, true, 2),
    L3TAB(3, true, 3),
    L4TAB(4, true, 4),
    RESERVED_5(5, false, -1),
    RESERVED_6(6, false, -1),
    RESERVED_7(7, false, -1),
    RESERVED_8(8, false, -1),
    L1TAB_PIN(9, true, 1),
    L2TAB_PIN(10, true, 2),
    L3TAB_PIN(11, true, 3),
    L4TAB_PIN(12, true, 4),
    BROKEN(13, false, 0),
    XALLOC(14, false, 0),
    XTAB(15, false, 0);

    private static final PageKind[] ALL = values();

    /** The number in the stream. */
    final int number;

    /** Whether such a page's contents are in the stream. */
    final boolean contents;

    /** Of page tables the level, 0 for others; -1: nobody may use it. */
    final int level;

    PageKind(int number, boolean contents, int level) {
        this.number = number;
        this.contents = contents;
        this.level = level;
    }

    static PageKind of(long entry) {
        return ALL[(int) (entry >>> 60)];
    }

    /** Whether a restore makes a page of it. @source tools/libs/guest/xg_sr_common.h: page_type_to_populate */
    boolean populated() {
        return contents || this == XALLOC;
    }

    boolean reserved() {
        return level < 0;
    }
}
