package io.tidegate.client.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.client.rule.FrameException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The whole of an answer's body, if it is not too long. */
final class WholeBody implements Flow.Subscriber<List<ByteBuffer>> {
  private final int most;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<String> text = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  private WholeBody(int most) {
    this.most = most;
  }

  /**
   * @param most bytes
   * @return the text; fails where the body does not come to its end, or is longer
   */
  static CompletableFuture<String> read(Flow.Publisher<List<ByteBuffer>> body, int most) {
    WholeBody whole = new WholeBody(most);
    body.subscribe(whole);
    return whole.text;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    Flow.Subscription from = subscription;
    for (ByteBuffer buffer : buffers) {
      byte[] piece = new byte[buffer.remaining()];
      buffer.get(piece);
      bytes.write(piece, 0, piece.length);
    }
    if (from == null) {
      return;
    }
    if (bytes.size() > most) {
      from.cancel();
      text.completeExceptionally(new FrameException("an answer is too long"));
    } else {
      from.request(1);
    }
  }

  @Override
  public void onError(Throwable error) {
    text.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    text.complete(bytes.toString(UTF_8));
  }
}
