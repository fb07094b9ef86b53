/* A newer program takes the place of this one while the domain lives. It comes through jxl-upgrade in this domain's folder of
 * xenstore, where dom0 alone can write:
 *
 *   program       ID BYTES SHA256
 *   part/OFFSET   what stands there, in base64: UPGRADE_PART bytes, or what is left
 *   go            end now: the new one is started, on trial
 *   keep          the new one stays
 *
 * A folder that goes before that takes everything back. What this one answers is in data/jxl-backend/upgrade, after the ID:
 * taken BYTES, checked, refused WHY, trial, kept, failed WHY. The domain's /bin/keep swaps the files; this one ends with
 * UPGRADE_STATUS to have it done. */
#ifndef JXL_UPGRADE_H
#define JXL_UPGRADE_H

#include <stdbool.h>

#define UPGRADE_FOLDER "jxl-upgrade"

enum { UPGRADE_STATUS = 75, UPGRADE_PART = 1500 };

/* `program`: its own file; `said`: what keep knows of an upgrade, as it is to be answered, or null. */
void upgrade_start(const char *program, const char *said);
/* Something in the folder has changed. */
void upgrade_changed(void);
/* Takes at most one part. True: there is more to do at once. */
bool upgrade_work(void);
/* Whether the program is to end, for another one to be started. */
bool upgrade_leaves(void);

#endif
