#include "pages.h"

#include <stdlib.h>

#include "abi.h"
#include "ring.h"

enum { TABLE_BITS = 11, TABLE = 1 << TABLE_BITS };
static_assert(PAGES_MOST < TABLE * 2 / 3, "a search ends soon");

unsigned pages_in_use;

void pages_keep(struct pages *pages) {
  pages->table = calloc(TABLE, sizeof pages->table[0]);
  pages->count = pages->failures = 0;
}

/* Where a page is, or the free place where it would be. */
static struct mapped_page *find(const struct pages *pages, uint32_t ref) {
  uint32_t at = ref * 2654435769u >> (32 - TABLE_BITS);
  while (pages->table[at].address != NULL && pages->table[at].ref != ref) at = (at + 1) % TABLE;
  return &pages->table[at];
}

static bool is_among(const uint32_t *refs, unsigned count, uint32_t ref) {
  for (unsigned i = 0; i < count; i++)
    if (refs[i] == ref) return true;
  return false;
}

/* Which pages are to be mapped: each once, and as many as may be. */
static unsigned list_new(const struct pages *pages, const struct copy *pieces, unsigned count, uint32_t refs[COPY_MAX]) {
  unsigned found = 0;
  for (unsigned i = 0; i < count; i++) {
    if (pages->count + found == PAGES_MOST || pages_in_use + found == PAGES_MOST_OF_ALL) break;
    if (find(pages, pieces[i].ref)->address == NULL && !is_among(refs, found, pieces[i].ref)) refs[found++] = pieces[i].ref;
  }
  return found;
}

static void map_new(struct pages *pages, uint16_t domid, const struct copy *pieces, unsigned count) {
  uint32_t refs[COPY_MAX];
  if (pages->failures == PAGES_FAILURES) return;
  unsigned found = list_new(pages, pieces, count, refs);
  if (found == 0) return;
  uint8_t *address = host->map(domid, refs, found);
  if (address == NULL) {
    pages->failures++;
    return;
  }
  for (unsigned i = 0; i < found; i++) *find(pages, refs[i]) = (struct mapped_page){address + i * PAGE_BYTES, refs[i], i == 0 ? found : 0};
  pages->count += found;
  pages_in_use += found;
}

bool pages_move(struct pages *pages, uint16_t domid, const struct copy *pieces, unsigned count) {
  struct copy others[COPY_MAX];
  unsigned left = 0;
  if (pages->table == NULL || count > COPY_MAX) return host->copy(domid, pieces, count);
  map_new(pages, domid, pieces, count);
  for (unsigned i = 0; i < count; i++) {
    const struct copy *piece = &pieces[i];
    uint8_t *page = find(pages, piece->ref)->address;
    if (page == NULL) others[left++] = *piece;
    else if (piece->to_client) memcpy(page + piece->offset, piece->local, piece->length);
    else ring_copy(piece->local, page + piece->offset, piece->length);
  }
  return left == 0 || host->copy(domid, others, left);
}

void pages_release(struct pages *pages) {
  for (unsigned i = 0; pages->table != NULL && i < TABLE; i++)
    if (pages->table[i].together > 0) host->unmap(pages->table[i].address, pages->table[i].together);
  pages_in_use -= pages->count;
  free(pages->table);
  pages->table = NULL;
  pages->count = 0;
}
