package io.tidegate.contract.kafka;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one user of Kafka has met and cannot get over by itself, such as a login that is not taken
 * any more. It comes again with every attempt, several times a second, so it is told when it is new
 * and then once in {@link #EVERY_NANOS}. For any threads.
 */
public final class KafkaTrouble {
  static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final KafkaAccess access;
  private final LongSupplier nanoTime;
  private String told = "";
  private long toldAt;
  private String refusal = "";

  public KafkaTrouble(KafkaAccess access, LongSupplier nanoTime) {
    this.access = access;
    this.nanoTime = nanoTime;
  }

  /**
   * Notes a failure.
   *
   * @return it in words for the log, such as {@code Kafka refuses the login that …}; null where it
   *     was told a moment ago
   */
  public synchronized @Nullable String met(Throwable failure) {
    String words;
    if (KafkaFault.isOfLogin(failure)) {
      words = "Kafka " + KafkaFault.reason(access, failure);
      refusal = words;
    } else {
      words = access.withoutValues(failure.toString());
    }
    long now = nanoTime.getAsLong();
    if (words.equals(told) && now - toldAt < EVERY_NANOS) {
      return null;
    }
    told = words;
    toldAt = now;
    return words;
  }

  /** Kafka lets its user in again. */
  public synchronized void over() {
    refusal = "";
  }

  /** Why Kafka does not let its user in, in words; empty: it does, as far as is known. */
  public synchronized String refusal() {
    return refusal;
  }
}
