package dev.jxl.cli;

import java.util.List;
import java.util.Optional;

/**
 * xl's commands that jxl does not have: what to use instead, so that fingers which know xl are answered.
 *
 * @source tools/xl/xl_cmdtable.c: cmd_table
 */
final class XlCommands {
    /** Name, and what to do instead; names that share an answer are separated by blanks. */
    private static final String[][] INSTEAD = {
        {"vdispl-attach vdispl-list vdispl-detach", "virtual displays are xl's: make such guests with xl"},
        {"vsnd-attach vsnd-list vsnd-detach", "virtual sound cards are xl's: make such guests with xl"},
        {"getenforce setenforce loadpolicy", "'xl' of the same name handles Xen's security module"},
        {"remus", "checkpointing is xl's and experimental there: a cluster manager above jxl restarts guests elsewhere"
        },
        {"devd", "jxld looks after backends itself"},
        {
            "psr-hwinfo psr-cmt-attach psr-cmt-detach psr-cmt-show psr-cat-set psr-cat-show psr-mba-set psr-mba-show",
            "'xl' of the same name handles cache and bandwidth allocation"
        },
        {"dt-overlay", "device-tree overlays are for Arm hosts, which jxl does not run on"},
        {"xenstore-quota-get xenstore-quota-set", "'xl' of the same name handles xenstore's quotas"},
    };

    private XlCommands() {}

    /** What to do instead of a command of xl that jxl does not have. */
    static Optional<String> instead(String name) {
        for (String[] row : INSTEAD) {
            if (List.of(row[0].split(" ", -1)).contains(name)) {
                return Optional.of("jxl has no '" + name + "': " + row[1]);
            }
        }
        return Optional.empty();
    }
}
