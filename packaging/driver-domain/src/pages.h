/* Pages of a client that stay mapped ("persistent grants"): mapped when they are first named, then data move by memcpy, where a copy by
 * the hypervisor costs many times as much. A client that has agreed to it names the same pages again and again, and takes none back.
 * Whatever does not fit or cannot be mapped (a reference that is wild, or lets us only read) is copied as before: nobody is told.
 * The pages change under our eyes, as rings do. A reference that the client has meanwhile given another page still means the old one
 * here: that harms nobody else. */
#ifndef JXL_PAGES_H
#define JXL_PAGES_H

#include "host.h"

enum {
  PAGES_MOST = 1056,        /* of one disk: a ring's page of requests, each with 32 pages and one for its segments, as Linux' backend */
  PAGES_MOST_OF_ALL = 8192, /* a mapped page takes memory of this domain where its kernel has no unpopulated addresses for it */
  PAGES_FAILURES = 16,      /* attempts that failed: then it is left alone */
};
extern unsigned pages_in_use; /* by all disks together */

struct mapped_page {
  uint8_t *address; /* null: this place in the table is free */
  uint32_t ref;
  uint32_t together; /* this one and so many behind it have been mapped as one; 0: it is one of those behind */
};

struct pages {
  struct mapped_page *table; /* null: all is copied */
  unsigned count, failures;
};

/* From now on pages stay mapped, memory permitting. */
void pages_keep(struct pages *pages);
/* All pieces, or false, as host->copy. */
bool pages_move(struct pages *pages, uint16_t domid, const struct copy *pieces, unsigned count);
/* Gives all of them back. May be called twice. */
void pages_release(struct pages *pages);

#endif
