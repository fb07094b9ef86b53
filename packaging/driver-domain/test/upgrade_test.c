/* A newer program, as the toolstack sends it, and what becomes of it. */
#include "../src/upgrade.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../src/sha256.h"
#include "../src/store.h"
#include "fake.h"
#include "fake_store.h"

#define ID "0123456789abcdef"

enum { BYTES = 2 * UPGRADE_PART + 7 };

static char folder[] = "/tmp/jxl-upgrade-XXXXXX", own[64];
static uint8_t program[BYTES];

static void answers(const char *words) {
  const char *said = fake_store_get("data/jxl-backend/upgrade");
  CHECK(strncmp(said, ID " ", sizeof ID) == 0 && strcmp(said + sizeof ID, words) == 0, "'%s' was said, not '%s'", said, words);
}

static bool exists(const char *end) {
  char path[80];
  struct stat status;
  snprintf(path, sizeof path, "%s.%s", own, end);
  return stat(path, &status) == 0;
}

static void work(void) {
  upgrade_changed();
  while (upgrade_work()) continue;
}

static void encode(const uint8_t *bytes, size_t count, char *text) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < count; i += 3) {
    uint32_t word = 0;
    for (size_t j = 0; j < 3; j++) word = word << 8 | (i + j < count ? bytes[i + j] : 0);
    for (size_t j = 0; j < 4; j++) *text++ = i + j > count ? '=' : digits[word >> (18 - 6 * j) & 63];
  }
  *text = '\0';
}

static void part(unsigned number) {
  char path[64], text[2 * UPGRADE_PART];
  size_t at = number * UPGRADE_PART, left = BYTES - at;
  snprintf(path, sizeof path, UPGRADE_FOLDER "/part/%zu", at);
  encode(program + at, left < UPGRADE_PART ? left : UPGRADE_PART, text);
  fake_store_set(path, text);
  work();
}

static void offer(const char *sum) {
  char text[128];
  snprintf(text, sizeof text, ID " %d %s", BYTES, sum);
  fake_store_set(UPGRADE_FOLDER "/program", text);
  work();
}

static void begin(char sum[SHA256_TEXT]) {
  struct sha256 summed;
  fake_reset(1);
  fake_store_reset();
  for (size_t i = 0; i < BYTES; i++) program[i] = (uint8_t)fake_random(256);
  sha256_start(&summed);
  sha256_add(&summed, program, BYTES);
  sha256_end(&summed, sum);
  upgrade_start(own, NULL);
}

static void sums_are_right(void) {
  struct sha256 summed;
  char text[SHA256_TEXT];
  sha256_start(&summed);
  for (int i = 0; i < 1000; i++) sha256_add(&summed, "aaaaaaaaaa", 10);
  sha256_end(&summed, text);
  CHECK(strcmp(text, "27dd1f61b867b6a0f6e9d8a41c43231de52107e53ae424de8f847b821db4b711") == 0, "%s", text);
  sha256_start(&summed);
  sha256_add(&summed, "abc", 3);
  sha256_end(&summed, text);
  CHECK(strcmp(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0, "%s", text);
}

static void it_comes_in_parts(void) {
  char sum[SHA256_TEXT], path[80];
  static uint8_t came[BYTES + 1];
  begin(sum);
  offer(sum);
  answers("taken 0");
  part(1);
  answers("taken 0");
  part(0);
  answers("taken 3000");
  CHECK(!upgrade_leaves(), "it leaves before all is there");
  part(2);
  answers("checked");
  snprintf(path, sizeof path, "%s.next", own);
  FILE *file = fopen(path, "r");
  CHECK(file != NULL && fread(came, 1, sizeof came, file) == BYTES && memcmp(came, program, BYTES) == 0, "another file came");
  fclose(file);
  CHECK(access(path, X_OK) == 0, "it cannot be run");
  fake_store_set(UPGRADE_FOLDER "/go", "1");
  work();
  CHECK(upgrade_leaves() && exists("id"), "it does not leave");
  printf("upgrade: a newer program comes in parts, whole\n");
}

static void what_is_wrong_is_refused(void) {
  char sum[SHA256_TEXT];
  begin(sum);
  sum[0] = sum[0] == '0' ? '1' : '0';
  offer(sum);
  for (unsigned i = 0; i < 3; i++) part(i);
  answers("refused its SHA-256 is another one than was told");
  fake_store_set(UPGRADE_FOLDER "/go", "1");
  work();
  CHECK(!upgrade_leaves(), "it leaves for a program that it has refused");
  static const char *garbled[] = {"", "=", "====", "AAA", "AAAA", "A=AA", "\x01\x02\x03\x04", "AAAAAAAAAAAAAAAAAAAA"};
  for (size_t i = 0; i < sizeof garbled / sizeof *garbled; i++) {
    begin(sum);
    offer(sum);
    fake_store_set(UPGRADE_FOLDER "/part/0", garbled[i]);
    work();
    answers("refused a part of it is garbled");
  }
  begin(sum);
  fake_store_set(UPGRADE_FOLDER "/program", ID " 99999999999999 00");
  work();
  answers("refused no program has that many bytes");
  printf("upgrade: what is wrong is refused\n");
}

static void what_is_taken_back_goes(void) {
  char sum[SHA256_TEXT];
  begin(sum);
  offer(sum);
  part(0);
  CHECK(exists("next"), "nothing came");
  store_remove(UPGRADE_FOLDER);
  work();
  CHECK(!exists("next") && !upgrade_leaves(), "what was taken back is there");
  offer(sum);
  answers("taken 0");
  printf("upgrade: what is taken back goes\n");
}

static void trial(const char *decision, bool stays) {
  char sum[SHA256_TEXT], path[80];
  begin(sum);
  offer(sum);
  snprintf(path, sizeof path, "%s.before", own);
  fclose(fopen(path, "w"));
  upgrade_start(own, ID " trial");
  answers("trial");
  CHECK(exists("up"), "keep does not hear of it");
  work();
  CHECK(exists("before") && !upgrade_leaves(), "it decides by itself");
  if (stays) fake_store_set(decision, "1");
  else store_remove(decision);
  work();
  CHECK(exists("before") != stays && upgrade_leaves() != stays, "%s", stays ? "it does not stay" : "it does not go");
  if (stays) answers("kept");
}

void upgrade_tests(void) {
  CHECK(mkdtemp(folder) != NULL, "no folder");
  snprintf(own, sizeof own, "%s/program", folder);
  sums_are_right();
  it_comes_in_parts();
  what_is_wrong_is_refused();
  what_is_taken_back_goes();
  trial(UPGRADE_FOLDER "/keep", true);
  trial(UPGRADE_FOLDER, false);
  upgrade_start(own, ID " failed it ended with status 139");
  answers("failed it ended with status 139");
  char command[80];
  snprintf(command, sizeof command, "rm -r %s", folder);
  CHECK(system(command) == 0, "the folder stays");
  printf("upgrade: a trial ends as dom0 says, and its failure is told\n");
}
