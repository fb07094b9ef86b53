#include "upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "sha256.h"
#include "store.h"

#define ANSWER "data/jxl-backend/upgrade"

enum { ID = 33, FILE_NAME = 200, MOST_BYTES = 8 << 20 };

static char own[FILE_NAME];
static bool changed, on_trial, leaves;

/* What is coming; refused: without a file, and not whole. */
static struct {
  char id[ID], sum[SHA256_TEXT];
  uint64_t bytes, taken, told;
  int file;
  bool whole;
  struct sha256 summed;
} coming = {.file = -1};

static void name(char text[FILE_NAME + 8], const char *end) { snprintf(text, FILE_NAME + 8, "%s.%s", own, end); }

static void tell(const char *word, const char *more) {
  char text[200];
  snprintf(text, sizeof text, "%s %s%s%s", coming.id, word, *more != '\0' ? " " : "", more);
  if (!store_write(ANSWER, text)) say(ANSWER " cannot be written: %s", strerror(errno));
}

static void close_file(void) {
  if (coming.file >= 0) close(coming.file);
  coming.file = -1;
}

static void drop(void) {
  char next[FILE_NAME + 8];
  name(next, "next");
  close_file();
  unlink(next);
  coming.id[0] = '\0';
  coming.whole = false;
}

static void refuse(const char *why) {
  say("the newer program is refused: %s", why);
  close_file();
  tell("refused", why);
}

/* Writes a small file beside the program. */
static bool leave_note(const char *end, const char *text) {
  char path[FILE_NAME + 8];
  name(path, end);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ssize_t written = file < 0 ? -1 : write(file, text, strlen(text));
  if (file >= 0) close(file);
  return written == (ssize_t)strlen(text);
}

static void tell_taken(void) {
  char count[24];
  snprintf(count, sizeof count, "%llu", (unsigned long long)coming.taken);
  tell("taken", count);
  coming.told = coming.taken;
}

/* Whether something is on offer; what is new begins. */
static bool look(void) {
  char text[160], id[ID], sum[SHA256_TEXT], path[FILE_NAME + 8];
  unsigned long long bytes;
  if (!store_read(UPGRADE_FOLDER "/program", text, sizeof text) || sscanf(text, "%32[0-9a-f] %llu %64[0-9a-f]", id, &bytes, sum) != 3) {
    if (coming.id[0] != '\0') drop();
    return false;
  }
  if (strcmp(id, coming.id) == 0) return true;
  drop();
  memcpy(coming.id, id, sizeof id);
  memcpy(coming.sum, sum, sizeof sum);
  coming.bytes = bytes;
  coming.taken = 0;
  sha256_start(&coming.summed);
  name(path, "next");
  if (bytes == 0 || bytes > MOST_BYTES) {
    refuse("no program has that many bytes");
    return true;
  }
  coming.file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
  if (coming.file < 0) refuse(strerror(errno));
  else tell_taken();
  return true;
}

static int digit(char c) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = c == '\0' ? NULL : strchr(digits, c);
  return at == NULL ? -1 : (int)(at - digits);
}

/* The number of bytes, or -1. */
static int decode(const char *text, uint8_t bytes[UPGRADE_PART]) {
  size_t length = strlen(text);
  int count = 0;
  if (length == 0 || length % 4 != 0 || length > UPGRADE_PART / 3 * 4) return -1;
  size_t padding = text[length - 1] != '=' ? 0 : text[length - 2] != '=' ? 1 : 2;
  for (size_t i = 0; i < length; i += 4) {
    uint32_t word = 0;
    for (size_t j = i; j < i + 4; j++) {
      int value = j >= length - padding ? 0 : digit(text[j]);
      if (value < 0) return -1;
      word = word << 6 | (uint32_t)value;
    }
    for (int shift = 16; shift >= 0; shift -= 8) bytes[count++] = (uint8_t)(word >> shift);
  }
  return count - (int)padding;
}

static void finish(void) {
  char sum[SHA256_TEXT];
  sha256_end(&coming.summed, sum);
  if (strcmp(sum, coming.sum) != 0) {
    refuse("its SHA-256 is another one than was told");
    return;
  }
  close_file();
  coming.whole = true;
  tell("checked", "");
}

/* False: the next part is not there yet. */
static bool take_part(void) {
  char path[STORE_PATH], text[STORE_TEXT];
  uint8_t bytes[UPGRADE_PART];
  snprintf(path, sizeof path, UPGRADE_FOLDER "/part/%llu", (unsigned long long)coming.taken);
  if (!store_read(path, text, sizeof text)) return false;
  uint64_t left = coming.bytes - coming.taken, wanted = left < UPGRADE_PART ? left : UPGRADE_PART;
  int count = decode(text, bytes);
  if (count < 0 || (uint64_t)count != wanted) {
    refuse("a part of it is garbled");
    return false;
  }
  if (write(coming.file, bytes, (size_t)count) != count) {
    refuse(strerror(errno));
    return false;
  }
  sha256_add(&coming.summed, bytes, (size_t)count);
  coming.taken += (uint64_t)count;
  if (coming.taken == coming.bytes) finish();
  return coming.file >= 0;
}

static void receive(void) {
  changed = false;
  if (!look()) return;
  char text[8];
  if (coming.whole && store_read(UPGRADE_FOLDER "/go", text, sizeof text)) {
    leaves = leave_note("id", coming.id);
    if (!leaves) refuse(strerror(errno));
    return;
  }
  if (coming.file < 0) return;
  if (take_part()) changed = true;
  else if (coming.file >= 0 && coming.taken != coming.told) tell_taken();
}

/* The one before waits for its end until dom0 has seen this one do its work. */
static void stand_trial(void) {
  char text[160], id[ID], path[FILE_NAME + 8];
  changed = false;
  bool offered = store_read(UPGRADE_FOLDER "/program", text, sizeof text) && sscanf(text, "%32[0-9a-f]", id) == 1;
  if (!offered || strcmp(id, coming.id) != 0) {
    say("the trial of this program has been ended: the one before it comes back");
    leaves = true;
    return;
  }
  if (!store_read(UPGRADE_FOLDER "/keep", text, sizeof text)) return;
  name(path, "before");
  if (unlink(path) != 0) say("%s cannot be removed: %s", path, strerror(errno));
  on_trial = false;
  tell("kept", "");
}

void upgrade_start(const char *program, const char *said) {
  char word[8] = "", id[ID] = "";
  snprintf(own, sizeof own, "%s", program);
  coming.id[0] = '\0';
  on_trial = leaves = false;
  drop();
  if (said != NULL && sscanf(said, "%32[0-9a-f] %7s", id, word) == 2) {
    memcpy(coming.id, id, sizeof id);
    on_trial = strcmp(word, "trial") == 0;
    if (on_trial && !leave_note("up", "")) say("%s.up cannot be made: %s", own, strerror(errno));
    if (!store_write(ANSWER, said)) say(ANSWER " cannot be written: %s", strerror(errno));
  }
  changed = true;
}

void upgrade_changed(void) { changed = true; }

bool upgrade_work(void) {
  if (changed && on_trial) stand_trial();
  else if (changed) receive();
  return changed;
}

bool upgrade_leaves(void) { return leaves; }
