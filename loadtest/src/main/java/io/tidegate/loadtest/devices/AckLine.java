package io.tidegate.loadtest.devices;

import io.netty.buffer.ByteBuf;
import io.tidegate.loadtest.devices.rule.Ending;
import io.tidegate.loadtest.devices.wire.AnswerHead;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection for acks by request, one after the other. */
final class AckLine extends Line {
  private static final long ANSWER = TimeUnit.SECONDS.toNanos(30);

  private final AckPosts posts;
  private AckPosts.@Nullable Post post;
  private long since;

  /** Of the answer's body. */
  private int left;

  private boolean inBody;

  AckLine(DeviceLoop loop, AckPosts posts) {
    super(loop);
    this.posts = posts;
  }

  /** Sends it; only while none is under way. */
  void send(AckPosts.Post next) {
    post = next;
    since = System.nanoTime();
    Device device = next.device();
    String user = device.user();
    String name = device.name();
    write(loop.text().ack(alloc(), user, name, loop.token(user, name), next.session(), next.seq()));
  }

  @Override
  @Nullable ByteBuf request() {
    posts.ready(this);
    return null;
  }

  @Override
  void answered(AnswerHead head) {
    AckPosts.Post sent = post;
    post = null;
    if (sent == null) {
      end(Ending.lost(Words.MALFORMED));
      return;
    }
    posts.answered(sent, head.status());
    boolean hasBody = head.status() != 204 && head.status() != 304;
    left = hasBody ? head.number("content-length") : 0;
    inBody = true;
    if (left < 0 || head.says("connection", "close")) {
      end(Ending.lost(Words.CUT));
    }
  }

  /** Also where the body is empty. */
  @Override
  int read(byte[] bytes, int from, int to, long nanos) {
    int length = Math.min(left, to - from);
    left -= length;
    if (inBody && left == 0) {
      inBody = false;
      awaitHead();
      posts.ready(this);
    }
    return from + length;
  }

  void sweep(long now) {
    if (post != null && now - since > ANSWER) {
      end(Ending.lost(Words.TIMEOUT));
    }
  }

  void close() {
    end(Ending.lost(Words.LEFT));
  }

  @Override
  void ended(Ending ending) {
    AckPosts.Post sent = post;
    post = null;
    posts.ended(this, sent);
  }
}
