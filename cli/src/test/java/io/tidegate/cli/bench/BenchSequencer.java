package io.tidegate.cli.bench;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.inbox.UnreadableException;
import io.tidegate.delivery.session.SessionLog;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stands in for fan-out and Kafka: attaches sessions, pushes, and keeps what was not acked for a
 * session to come. Users are {@code u00000000} and so on. All but what the event loops call is done
 * by one thread, which is the worker's reader as well.
 */
final class BenchSequencer implements SessionLog, PushSender {
  static final long EPOCH = 0x00c0ffee00c0ffeeL;

  /** The seq before the first, so that all have as many digits. */
  static final long BASE = 1_000_000;

  static final long INCARNATION = 17;

  /** Of a hello that names none. */
  private static final int WINDOW = 256;

  private static final int EVENTS_A_TURN = 500;

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final int connections;
  private final InboxTemplate one;
  private final InboxTemplate many;

  /** By user: the session's number, 0: none; and seqs. */
  private final long[] sessions;

  private final long[] head;
  private final long[] sent;
  private final long[] acked;

  /** By user, from the first message on: when it was offered. */
  private final long[][] offered;

  /** Set before the thread does anything. */
  @SuppressWarnings("NullAway.Init")
  private InboxFeed feed;

  /** Something for the one thread. */
  interface Event {
    void run() throws Exception;
  }

  BenchSequencer(int connections, int dataBytes) {
    this.connections = connections;
    this.one = InboxTemplate.one(INCARNATION, dataBytes);
    this.many = InboxTemplate.many(INCARNATION, dataBytes, connections);
    this.sessions = new long[connections];
    this.head = new long[connections];
    this.sent = new long[connections];
    this.acked = new long[connections];
    this.offered = new long[connections][0];
    Arrays.fill(head, BASE);
    Arrays.fill(sent, BASE);
    Arrays.fill(acked, BASE);
  }

  /** Lets the one thread do that. */
  void tell(Event event) {
    events.add(event);
  }

  /** Does what it was told until it is interrupted. */
  void run(InboxFeed to) throws Exception {
    feed = to;
    while (true) {
      turn(Long.MAX_VALUE);
    }
  }

  /** Waits for something to do, does what there is, and hands it over. */
  private void turn(long mostNanos) throws Exception {
    Event event = events.poll(mostNanos, TimeUnit.NANOSECONDS);
    for (int i = 0; event != null && i < EVENTS_A_TURN; i++) {
      event.run();
      event = i + 1 < EVENTS_A_TURN ? events.poll() : null;
    }
    feed.hand();
  }

  // From the event loops.

  @Override
  public boolean up(UserKey user, SessionId id, ClientFrame.Hello hello) {
    ClientFrame.Resume resume = hello.resume();
    int index = index(user.user());
    tell(() -> attach(index, id.getN(), resume == null ? -1 : resume.seq()));
    return true;
  }

  @Override
  public boolean down(UserKey user, SessionId id, String device) {
    int index = index(user.user());
    tell(
        () -> {
          if (sessions[index] == id.getN()) {
            sessions[index] = 0;
          }
        });
    return true;
  }

  @Override
  public boolean unknown(String user, SessionId id) {
    return true;
  }

  @Override
  public boolean acks(int partition, byte[] batch, Consumer<Boolean> done) {
    tell(
        () -> {
          for (Ack ack : AckBatch.parseFrom(batch).getAcksList()) {
            int index = index(UserKey.parse(ack.getUser()).user());
            acked[index] = Math.max(acked[index], ack.getSeq());
            release(index);
          }
        });
    done.accept(true);
    return true;
  }

  private static int index(String user) {
    return Integer.parseInt(user.substring(1));
  }

  // On the one thread.

  private void attach(int user, long session, long resume) throws UnreadableException {
    acked[user] = Math.max(acked[user], resume);
    sent[user] = resume < 0 ? acked[user] : resume;
    sessions[user] = session;
    feed.add(
        InboxRecord.newBuilder()
            .setIncarnation(INCARNATION)
            .setSession(session)
            .setUser("default/u%08d".formatted(user))
            .setAttach(
                Attach.newBuilder()
                    .setEpoch(EPOCH)
                    .setMode(resume < 0 ? Attach.Mode.FRESH : Attach.Mode.RESUMED)
                    .setSeq(sent[user])
                    .setHead(head[user]))
            .build()
            .toByteArray());
    release(user);
  }

  /** Sends what the window has room for. */
  private void release(int user) throws UnreadableException {
    while (sessions[user] != 0 && sent[user] < head[user] && sent[user] - acked[user] < WINDOW) {
      one.time(offered[user][(int) (sent[user] - BASE)]);
      one.target(0, sessions[user], user, sent[user], sent[user] + 1);
      sent[user]++;
      feed.add(one.bytes());
    }
  }

  /** Offers messages to random users at a steady rate, within their windows. */
  void offer(int perSecond, int seconds, SplittableRandom random) throws Exception {
    long began = System.nanoTime();
    long count = (long) perSecond * seconds;
    for (long i = 0; i < count; ) {
      long now = System.nanoTime();
      long due = Math.min(count, (long) ((now - began) / 1e9 * perSecond));
      for (; i < due; i++) {
        int user = random.nextInt(connections);
        int place = (int) (head[user] - BASE);
        if (place == offered[user].length) {
          offered[user] = Arrays.copyOf(offered[user], Math.max(16, 2 * place));
        }
        // From the instant it was due, so that a stall counts for everything behind it.
        offered[user][place] = began + (long) (i * 1e9 / perSecond);
        head[user]++;
        release(user);
      }
      turn(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** The sum of the last seqs of all users; what devices that have everything add up to. */
  long heads() {
    return Arrays.stream(head).sum();
  }

  // Without windows and acks.

  @Override
  public int connections() {
    return connections;
  }

  @Override
  public void all() throws UnreadableException {
    many.time(System.nanoTime());
    for (int user = 0; user < connections; user++) {
      many.target(user, sessions[user], user, sent[user], sent[user] + 1);
      sent[user]++;
    }
    feed.add(many.bytes());
  }

  @Override
  public void push(int user, int count) throws UnreadableException {
    for (int i = 0; i < count; i++) {
      one.time(System.nanoTime());
      one.target(0, sessions[user], user, sent[user], sent[user] + 1);
      sent[user]++;
      feed.add(one.bytes());
    }
  }

  @Override
  public void hand() throws InterruptedException {
    feed.hand();
  }
}
