package io.tidegate.client.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands on the text of an answer in the pieces it comes in; the next one when it is asked for. */
final class PieceReader implements Flow.Subscriber<List<ByteBuffer>> {
  private final Consumer<String> pieces;
  private final Consumer<@Nullable Throwable> end;
  private final CharsetDecoder decoder =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** The bytes of a character that is not whole yet. */
  private ByteBuffer rest = ByteBuffer.allocate(0);

  private volatile Flow.@Nullable Subscription subscription;
  private volatile boolean cancelled;

  /**
   * @param pieces called with one after the other; {@link #more} asks for the next
   * @param end called once; null: it came to its end
   */
  PieceReader(Consumer<String> pieces, Consumer<@Nullable Throwable> end) {
    this.pieces = pieces;
    this.end = end;
  }

  void more() {
    Flow.Subscription from = subscription;
    if (from != null) {
      from.request(1);
    }
  }

  void cancel() {
    cancelled = true;
    Flow.Subscription from = subscription;
    if (from != null) {
      from.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (cancelled) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    StringBuilder piece = new StringBuilder();
    buffers.forEach(buffer -> decode(buffer, piece));
    pieces.accept(piece.toString());
  }

  private void decode(ByteBuffer buffer, StringBuilder piece) {
    ByteBuffer bytes = buffer;
    if (rest.hasRemaining()) {
      bytes = ByteBuffer.allocate(rest.remaining() + buffer.remaining());
      bytes.put(rest).put(buffer).flip();
    }
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    decoder.decode(bytes, chars, false);
    piece.append(chars.flip());
    byte[] left = new byte[bytes.remaining()];
    bytes.get(left);
    rest = ByteBuffer.wrap(left);
  }

  @Override
  public void onError(Throwable error) {
    end.accept(error);
  }

  @Override
  public void onComplete() {
    end.accept(null);
  }
}
