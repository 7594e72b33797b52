// wsload: N WebSockets on one thread, as cheap as they get, for DeliveryBench, which compiles and starts it.
//
//   gcc -O2 -Wall -o wsload wsload.c
//   wsload -p PORT -n CONNECTIONS [-f FIRST] [-u PATH] [-s SOURCES] [-i MOST AT ONCE] [-m FILE] [-l N] [-r BYTES] [-t] [-q]
//
// Connection i is user u00000000 + FIRST + i, from the source address 127.0.1.(2 + i % SOURCES), so that ports do not run
// out. -u: the path; one that ends with '/' gets the number behind it. -q: the server wants no hello. -m: eight bytes that
// say at all times how many pushes have come. -l: the latency of one push in so many. -r: SO_RCVBUF. -t: a whole device: it
// checks prev, acks every 16 pushes or 100 ms, and when it is closed it comes again with its cursor.
//
// Prints "ready ..." once all are welcomed, or have failed. Then each line of its input, "TAG COMMAND", is answered with one
// that begins with TAG:
//   stats    counts since the start, latencies since the last stats: of the first STALLED connections, and of the others
//   stall K  the first K connections read no more
//   go       they read again
// It ends with its input.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IDLE, CONNECTING, UPGRADING, GREETING, OPEN, DEAD };
enum { BUFFER = 1 << 20, EVENTS = 1024, BUCKETS = 64 * 32, ACK_EVERY = 16, CODES = 5000 };

struct conn {
  int fd;
  uint8_t state, stalled, due, known; // due: it is on the list of those that have something to ack
  uint8_t *carry;                     // the beginning of a frame, or of the answer to the upgrade
  uint32_t carried, unacked;
  uint64_t last; // the seq of its last push
  char epoch[17];
};

struct hist {
  uint64_t count, most, in[BUCKETS];
};

static struct conn *conns;
static int n = 1000, first, sources = 8, at_once = 256, port, receive_buffer, sample = 16, hello = 1, device;
static const char *path = "/v1/connect";
static struct sockaddr_in server;
static int ep, under_way, next_conn, open_now, dead, stalled;
static uint64_t pushes, bytes, pings, gaps, resets, again, closes[CODES];
static volatile uint64_t own_counter, *counter = &own_counter;
static struct hist latency[2]; // of the stalled ones, of the others
static uint32_t *due, dues;
static uint32_t *lost, losts; // connections that are to come again
static uint8_t buffer[BUFFER];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

// Buckets of microseconds, 32 to each power of two: within 3 %.
static int bucket(uint64_t us) {
  if (us < 32) return us;
  int e = 63 - __builtin_clzll(us);
  return (e - 4) * 32 + ((us >> (e - 5)) & 31);
}

static uint64_t unbucket(int b) {
  if (b < 32) return b;
  int e = b / 32 + 4;
  return (1ull << e) + ((uint64_t)(b & 31) << (e - 5));
}

static void record(struct hist *h, uint64_t us) {
  int b = bucket(us);
  h->in[b < BUCKETS ? b : BUCKETS - 1]++;
  h->count++;
  if (us > h->most) h->most = us;
}

static uint64_t percentile(struct hist *h, double share) {
  uint64_t seen = 0, rank = h->count * share;
  for (int i = 0; i < BUCKETS; i++)
    if ((seen += h->in[i]) > rank) return unbucket(i);
  return 0;
}

static void watch(struct conn *c, int op, uint32_t events) {
  struct epoll_event e = {.events = events, .data.u32 = (uint32_t)(c - conns)};
  epoll_ctl(ep, op, c->fd, &e);
}

static void hang_up(struct conn *c) {
  close(c->fd);
  c->fd = -1;
  free(c->carry);
  c->carry = NULL;
  c->carried = c->unacked = 0;
  if (c->state == OPEN) open_now--;
  else under_way--;
  if (device && c->known) {
    c->state = IDLE;
    again++;
    lost[losts++] = c - conns;
  } else {
    c->state = DEAD;
    dead++;
  }
}

// A client's frames are masked; zeros are a mask too.
static void say(struct conn *c, uint8_t op, const void *payload, size_t length) {
  uint8_t frame[512] = {0x80 | op};
  size_t head = length < 126 ? 6 : 8;
  frame[1] = 0x80 | (length < 126 ? length : 126);
  if (length >= 126) {
    frame[2] = length >> 8;
    frame[3] = length;
  }
  memcpy(frame + head, payload, length);
  (void)!send(c->fd, frame, head + length, MSG_NOSIGNAL);
}

static void say_hello(struct conn *c) {
  char text[256];
  int length = snprintf(text, sizeof text, "{\"op\":\"hello\",\"user\":\"u%08d\"", first + (int)(c - conns));
  if (c->known)
    length += snprintf(text + length, sizeof text - length, ",\"resume\":{\"epoch\":\"%s\",\"seq\":%lu}", c->epoch, c->last);
  text[length++] = '}';
  say(c, 1, text, length);
}

static void ack(struct conn *c) {
  char text[64];
  say(c, 1, text, snprintf(text, sizeof text, "{\"op\":\"ack\",\"seq\":%lu}", c->last));
  c->unacked = 0;
}

static int number(const uint8_t *text, size_t length, const char *name, uint64_t *value) {
  const uint8_t *at = memmem(text, length, name, strlen(name));
  if (!at) return 0;
  *value = strtoull((const char *)at + strlen(name), NULL, 10); // ends before the end, which is a brace
  return 1;
}

static void opened(struct conn *c) {
  c->state = OPEN;
  c->known = 1;
  under_way--;
  open_now++;
}

static void welcome(struct conn *c, const uint8_t *text, size_t length) {
  const uint8_t *epoch = memmem(text, length, "\"epoch\":\"", 9);
  if (epoch && epoch + 25 <= text + length) memcpy(c->epoch, epoch + 9, 16);
  if (memmem(text, length, "\"mode\":\"reset\"", 14)) resets++;
  number(text, length, "\"seq\":", &c->last);
  opened(c);
}

static void push(struct conn *c, const uint8_t *text, size_t length) {
  pushes++;
  if (pushes % sample == 0) {
    const uint8_t *at = memmem(text, length, "\"t\":\"", 5);
    uint64_t sent = at ? strtoull((const char *)at + 5, NULL, 10) : 0, came = now();
    if (sent) record(&latency[c - conns >= stalled], came > sent ? (came - sent) / 1000 : 0);
  }
  if (!device) return;
  uint64_t prev = 0, seq = 0;
  if (!number(text, length, "\"prev\":", &prev) || !number(text, length, "\"seq\":", &seq) || prev != c->last) {
    gaps++;
    hang_up(c);
    return;
  }
  c->last = seq;
  if (++c->unacked >= ACK_EVERY) ack(c);
  else if (!c->due) {
    c->due = 1;
    due[dues++] = c - conns;
  }
}

static void frame(struct conn *c, int op, const uint8_t *payload, size_t length) {
  if (op == 9) {
    pings++;
    say(c, 10, payload, length < 126 ? length : 0);
  } else if (op == 8) {
    int code = length >= 2 ? payload[0] << 8 | payload[1] : 1005;
    closes[code < CODES ? code : 0]++;
    say(c, 8, payload, length >= 2 ? 2 : 0);
    hang_up(c);
  } else if (c->state == GREETING) {
    welcome(c, payload, length);
  } else {
    push(c, payload, length);
  }
}

// Returns how many of the bytes it has done with.
static size_t feed(struct conn *c, const uint8_t *from, size_t length) {
  size_t done = 0;
  if (c->state == UPGRADING) {
    const uint8_t *end = memmem(from, length, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(from, "HTTP/1.1 101", 12)) {
      if (dead < 3) fprintf(stderr, "no upgrade: %.*s\n", (int)(length < 60 ? length : 60), from);
      c->known = 0;
      hang_up(c);
      return length;
    }
    done = end + 4 - from;
    if (hello) {
      c->state = GREETING;
      say_hello(c);
    } else {
      opened(c);
    }
  }
  while (c->fd >= 0 && length - done >= 2) {
    const uint8_t *f = from + done;
    uint64_t size = f[1] & 127, head = size == 126 ? 4 : size == 127 ? 10 : 2;
    if (length - done < head) break;
    if (head > 2) {
      size = 0;
      for (uint64_t i = 2; i < head; i++) size = size << 8 | f[i];
    }
    if (length - done < head + size) break;
    frame(c, f[0] & 15, f + head, size);
    done += head + size;
  }
  return done;
}

static void receive(struct conn *c) {
  size_t have = c->carried;
  if (have) memcpy(buffer, c->carry, have);
  ssize_t got = recv(c->fd, buffer + have, sizeof buffer - have - 1, 0);
  if (got <= 0) {
    if (got == 0 || errno != EAGAIN) hang_up(c);
    return;
  }
  bytes += got;
  have += got;
  buffer[have] = 0;
  size_t done = feed(c, buffer, have);
  if (c->fd < 0) return;
  if (done == have) {
    if (c->carried) {
      free(c->carry);
      c->carry = NULL;
      c->carried = 0;
    }
    return;
  }
  c->carried = have - done;
  c->carry = realloc(c->carry, c->carried);
  memcpy(c->carry, buffer + done, c->carried);
}

static void upgrade(struct conn *c) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    if (dead < 3) fprintf(stderr, "connect: %s\n", strerror(error));
    hang_up(c);
    return;
  }
  char text[512], at[16] = "";
  if (path[strlen(path) - 1] == '/') snprintf(at, sizeof at, "%d", first + (int)(c - conns));
  int length = snprintf(text, sizeof text,
                        "GET %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                        path, at);
  (void)!send(c->fd, text, length, MSG_NOSIGNAL);
  c->state = UPGRADING;
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
}

static void start(struct conn *c) {
  int one = 1, i = c - conns;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) {
    perror("socket");
    exit(1);
  }
  setsockopt(c->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
  if (receive_buffer) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(0x7f000100u + 2 + i % sources);
  if (bind(c->fd, (void *)&from, sizeof from)) perror("bind");
  c->state = CONNECTING;
  under_way++;
  if (connect(c->fd, (void *)&server, sizeof server) && errno != EINPROGRESS) {
    perror("connect");
    hang_up(c);
    return;
  }
  watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void stats(const char *tag) {
  uint64_t seqs = 0;
  for (int i = 0; i < n; i++) seqs += conns[i].last;
  printf("%s open=%d dead=%d pushes=%lu bytes=%lu pings=%lu gaps=%lu resets=%lu again=%lu seqs=%lu", tag, open_now, dead,
         pushes, bytes, pings, gaps, resets, again, seqs);
  for (int i = 0; i < 2; i++) {
    struct hist *h = &latency[i];
    const char *of = i ? "" : "stalled_";
    printf(" %scount=%lu %sp50=%lu %sp99=%lu %smax=%lu", of, h->count, of, percentile(h, .5), of, percentile(h, .99), of,
           h->most);
  }
  for (int i = 0; i < CODES; i++)
    if (closes[i]) printf(" close_%d=%lu", i, closes[i]);
  printf("\n");
  memset(latency, 0, sizeof latency);
}

static void command(char *line) {
  char *tag = strtok(line, " "), *word = strtok(NULL, " "), *argument = strtok(NULL, " ");
  if (!tag || !word) return;
  if (!strcmp(word, "stats")) {
    stats(tag);
  } else if (!strcmp(word, "stall") && argument) {
    stalled = atoi(argument);
    for (int i = 0; i < stalled; i++) {
      conns[i].stalled = 1;
      if (conns[i].fd >= 0) watch(&conns[i], EPOLL_CTL_DEL, 0);
    }
    printf("%s stalled=%d\n", tag, stalled);
  } else if (!strcmp(word, "go")) {
    for (int i = 0; i < stalled; i++) {
      conns[i].stalled = 0;
      if (conns[i].fd >= 0) watch(&conns[i], EPOLL_CTL_ADD, EPOLLIN);
    }
    printf("%s going=%d\n", tag, stalled);
  } else {
    printf("%s unknown command %s\n", tag, word);
  }
  fflush(stdout);
}

static void commands(void) {
  static char text[4096];
  static size_t have;
  ssize_t got = read(0, text + have, sizeof text - have - 1);
  if (got <= 0) exit(0);
  text[have += got] = 0;
  char *line = text, *end;
  while ((end = strchr(line, '\n'))) {
    *end = 0;
    command(line);
    line = end + 1;
  }
  have -= line - text;
  memmove(text, line, have);
}

static void options(int count, char **values) {
  int o, fd;
  while ((o = getopt(count, values, "p:n:f:u:s:i:m:l:r:tq")) > 0) switch (o) {
      case 'p': port = atoi(optarg); break;
      case 'n': n = atoi(optarg); break;
      case 'f': first = atoi(optarg); break;
      case 'u': path = optarg; break;
      case 's': sources = atoi(optarg); break;
      case 'i': at_once = atoi(optarg); break;
      case 'l': sample = atoi(optarg); break;
      case 'r': receive_buffer = atoi(optarg); break;
      case 't': device = 1; break;
      case 'q': hello = 0; break;
      case 'm':
        fd = open(optarg, O_RDWR);
        counter = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (counter == MAP_FAILED) {
          perror(optarg);
          exit(1);
        }
        break;
      default: exit(2);
    }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if ((rlim_t)n + 16 > files.rlim_max) {
    fprintf(stderr, "%d connections are more than the %lu files that a process may open\n", n, (unsigned long)files.rlim_max);
    exit(1);
  }
}

int main(int count, char **values) {
  options(count, values);
  signal(SIGPIPE, SIG_IGN);
  conns = calloc(n, sizeof *conns);
  due = calloc(n, sizeof *due);
  lost = calloc(n, sizeof *lost);
  for (int i = 0; i < n; i++) conns[i].fd = -1;
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ep = epoll_create1(0);
  struct epoll_event input = {.events = EPOLLIN, .data.u32 = UINT32_MAX}, events[EVENTS];
  epoll_ctl(ep, EPOLL_CTL_ADD, 0, &input);
  uint64_t began = now(), acked = began;
  int ready = 0;
  while (1) {
    while (next_conn < n && under_way < at_once) start(&conns[next_conn++]);
    while (losts && under_way < at_once) start(&conns[lost[--losts]]);
    int k = epoll_wait(ep, events, EVENTS, device ? 10 : 100);
    for (int i = 0; i < k; i++) {
      if (events[i].data.u32 == UINT32_MAX) {
        commands();
        continue;
      }
      struct conn *c = &conns[events[i].data.u32];
      if (c->fd < 0 || c->stalled) continue;
      if (c->state == CONNECTING) upgrade(c);
      else receive(c);
    }
    *counter = pushes;
    if (device && now() - acked > 100000000ull) {
      acked = now();
      for (uint32_t i = 0; i < dues; i++) {
        struct conn *c = &conns[due[i]];
        c->due = 0;
        if (c->state == OPEN && c->unacked) ack(c);
      }
      dues = 0;
    }
    if (!ready && next_conn == n && !under_way) {
      ready = 1;
      printf("ready open=%d dead=%d seconds=%.1f\n", open_now, dead, (now() - began) / 1e9);
      fflush(stdout);
    }
  }
}
