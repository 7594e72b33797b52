package io.tidegate.loadtest.devices;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Acks by request of a loop's devices, on a few connections for all of them. A device waits in the
 * queue once, and then acks the newest that it may.
 */
final class AckPosts {
  private static final long AGAIN_MILLIS = 1_000;

  private final DeviceLoop loop;
  private final int most;
  private final Deque<Device> due = new ArrayDeque<>();
  private final Deque<AckLine> idle = new ArrayDeque<>();
  private boolean isClosing;
  private final List<AckLine> lines = new ArrayList<>();

  AckPosts(DeviceLoop loop) {
    this.loop = loop;
    this.most = loop.settings().dialing().ackConnections();
  }

  /** An ack under way. */
  record Post(Device device, String session, long seq) {}

  void due(Device device) {
    if (!device.ackQueued) {
      device.ackQueued = true;
      due.add(device);
      next();
    }
  }

  private void next() {
    while (!due.isEmpty()) {
      AckLine line = idle.poll();
      if (line == null) {
        dial();
        return;
      }
      Post post = nextPost();
      if (post == null) {
        park(line);
        return;
      }
      line.send(post);
    }
  }

  private @Nullable Post nextPost() {
    while (!due.isEmpty()) {
      Device device = due.remove();
      device.ackQueued = false;
      String session = device.session();
      if (session != null && device.cursor().isAckDue()) {
        long seq = device.cursor().ackable();
        device.ackHanded(seq);
        return new Post(device, session, seq);
      }
    }
    return null;
  }

  private void dial() {
    if (lines.size() < most) {
      AckLine line = new AckLine(loop, this);
      lines.add(line);
      line.dial(lines.size());
    }
  }

  /** It has nothing under way. */
  void ready(AckLine line) {
    park(line);
    next();
  }

  private void park(AckLine line) {
    if (isClosing) {
      line.close();
    } else {
      idle.push(line);
    }
  }

  void answered(Post post, int status) {
    Device device = post.device();
    boolean stands = post.session().equals(device.session());
    if (status == 204) {
      if (stands) {
        device.ackTaken(post.seq());
      }
      return;
    }
    boolean forNow = status == 503 || status == 429;
    failed(post, Integer.toString(status), !forNow && stands);
    if (forNow) {
      again(post);
    }
  }

  private void failed(Post post, String answer, boolean forGood) {
    loop.tally().ackFailures.incrementAndGet();
    loop.events().ackRefused(post.device().index(), answer, forGood);
  }

  void ended(AckLine line, @Nullable Post post) {
    lines.remove(line);
    idle.remove(line);
    if (post != null) {
      failed(post, Words.NO_ANSWER, false);
      again(post);
    } else if (!due.isEmpty() && lines.isEmpty()) {
      loop.after(AGAIN_MILLIS, this::next);
    }
  }

  private void again(Post post) {
    loop.after(
        AGAIN_MILLIS,
        () -> {
          Device device = post.device();
          if (post.session().equals(device.session())) {
            device.ackAgain(post.seq());
            due(device);
          }
          next();
        });
  }

  void sweep(long now) {
    List.copyOf(lines).forEach(line -> line.sweep(now));
  }

  /** Those that wait for an answer close when it has come. */
  void close() {
    isClosing = true;
    List.copyOf(idle).forEach(AckLine::close);
  }
}
