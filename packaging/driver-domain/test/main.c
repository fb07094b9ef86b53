/* The tests of jxl-backend: `test [ROUNDS]`, ROUNDS of the fuzzer. What fails aborts and names its seed. */
#include "fake.h"

int main(int count, char **arguments) {
  unsigned rounds = count > 1 ? (unsigned)atoi(arguments[1]) : 3000;
  setvbuf(stdout, NULL, _IOLBF, 0);
  vbd_tests();
  pages_tests();
  offload_tests();
  vif_tests();
  agent_tests();
  upgrade_tests();
  hostile_tests(rounds);
  puts("all passed");
  return 0;
}
