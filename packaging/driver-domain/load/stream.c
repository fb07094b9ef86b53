/* Two streams over one TCP connection, one each way, of which every byte is known beforehand. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { CHUNK = 65536, AT_ONCE = 16384, AHEAD = 1024 * 1024, SLICE_MS = 250 };

static uint8_t out[CHUNK + 8], in[CHUNK], wanted[CHUNK + 8];

/* Bytes [from, from + bytes) of a stream; gives where in the buffer they begin. */
static const uint8_t *make(uint8_t *buffer, uint64_t stream, uint64_t from, size_t bytes) {
  uint64_t first = from / 8;
  for (uint64_t i = 0; i * 8 < bytes + from % 8; i++) {
    uint64_t word = pattern(stream, first + i);
    memcpy(buffer + i * 8, &word, (bytes + from % 8) - i * 8 < 8 ? (bytes + from % 8) - i * 8 : 8);
  }
  return buffer + from % 8;
}

static void send_some(int fd, uint64_t stream, uint64_t most) {
  size_t bytes = most < CHUNK - 8 ? (size_t)most : CHUNK - 8;
  ssize_t sent = send(fd, make(out, stream, load->sent, bytes), bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) load->sent += (uint64_t)sent;
  else if (errno != EAGAIN) failed(&load->net, "send", -errno);
}

/* False: the other end sends no more. */
static bool receive_some(int fd, uint64_t stream) {
  ssize_t bytes = recv(fd, in, CHUNK - 8, MSG_DONTWAIT);
  if (bytes < 0 && errno == EAGAIN) return true;
  if (bytes < 0) failed(&load->net, "receive", -errno);
  if (bytes <= 0) return false;
  const uint8_t *expected = make(wanted, stream, load->came, (size_t)bytes);
  if (memcmp(expected, in, (size_t)bytes) != 0) {
    ssize_t at = 0;
    while (expected[at] == in[at]) at++;
    found_wrong(&load->net, "byte", load->came + (uint64_t)at, expected[at], in[at]);
  }
  load->came += (uint64_t)bytes;
  progress(&load->net);
  return true;
}

void load_stream(int fd, bool client, unsigned rate) {
  uint64_t begun = now_ms(), mine = client ? 1 : 2, others = client ? 2 : 1;
  bool coming = true, sending = true;
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  while ((coming || sending) && load->net.errors == 0) {
    uint64_t allowed = rate == 0 ? UINT64_MAX : (now_ms() - begun) * rate * 1024 / 1000;
    uint64_t room = allowed > load->sent ? allowed - load->sent : 0;
    if (room > AHEAD && rate != 0) begun = now_ms() - (load->sent + AHEAD) * 1000 / 1024 / rate; /* what an outage has left is not made up for */
    struct pollfd poll_fd = {fd, (short)((coming ? POLLIN : 0) | (sending && room >= AT_ONCE ? POLLOUT : 0)), 0};
    poll(&poll_fd, 1, SLICE_MS);
    if (coming && poll_fd.revents & (POLLIN | POLLHUP | POLLERR)) coming = receive_some(fd, others);
    if (sending && poll_fd.revents & POLLOUT) send_some(fd, mine, room);
    if (sending && (load->stop || !coming)) {
      if (client && !load->stop) failed(&load->net, "the other end is gone", 0);
      sending = false;
      shutdown(fd, SHUT_WR);
    }
  }
}
