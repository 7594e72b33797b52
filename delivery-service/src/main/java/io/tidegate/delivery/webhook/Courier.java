package io.tidegate.delivery.webhook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * What is next for one endpoint: one message after the other, each until the endpoint has it or it
 * need not be sent any more. Nothing is kept beyond the session: who begins anew is sent again what
 * was not acked. Nanoseconds are of any clock that runs forward.
 *
 * @param <T> what is posted
 */
public final class Courier<T> {
  /** Clocks of worker and fan-out may differ by it; fan-out records what expired. */
  static final long EXPIRY_GRACE_MILLIS = 2_000;

  /**
   * @param backoff after failures in a row of one message
   * @param refusals definite ones of one message before it is given up, 1 or more
   * @param refusedNanos from the first of them until it is
   */
  public record Rules(Backoff backoff, int refusals, long refusedNanos) {}

  /**
   * A message.
   *
   * @param expiryMillis epoch milliseconds; {@link Long#MAX_VALUE}: never
   */
  public record Item<T>(long seq, long expiryMillis, T what) {}

  /** What to do now. */
  public sealed interface Step<T> {
    /** Post that, and say {@link #begun}; then how it ended. */
    record Post<T>(Item<T> item) implements Step<T> {}

    /** Ask again then, or when something comes. */
    record Wait<T>(long untilNanos) implements Step<T> {}

    /** That one need not be sent any more: ack it, and ask again. */
    record Skip<T>(Item<T> item) implements Step<T> {}

    /** There is nothing to do until something comes. */
    record Rest<T>() implements Step<T> {}
  }

  /** What follows from the end of a request. */
  public sealed interface End<T> {
    /** The endpoint has it: ack it. */
    record Ack<T>(Item<T> item) implements End<T> {}

    /** It is tried again. */
    record Again<T>() implements End<T> {}

    /** It will never be taken: ack it as refused, and say {@link #refused} or {@link #kept}. */
    record Refuse<T>(Item<T> item) implements End<T> {}

    /** Nothing will ever be taken. */
    record Stop<T>() implements End<T> {}
  }

  private final Rules rules;
  private final DoubleSupplier chance;
  private final Deque<Item<T>> items = new ArrayDeque<>();

  private boolean underWay;
  private int failures;
  private int refusals;
  private long refusedSince;
  private long notBefore;
  private boolean held;

  public Courier(Rules rules, DoubleSupplier chance) {
    this.rules = rules;
    this.chance = chance;
  }

  /** It came after those before. */
  public void add(Item<T> item) {
    items.add(item);
  }

  public int size() {
    return items.size();
  }

  public boolean isUnderWay() {
    return underWay;
  }

  /** Whether something that may be posted once, now or never, may be so now. */
  public boolean isIdle() {
    return items.isEmpty() && !underWay && !held;
  }

  public Step<T> next(long nowNanos, long nowMillis) {
    Item<T> head = items.peek();
    if (underWay || head == null) {
      return new Step.Rest<>();
    }
    if (nowMillis >= head.expiryMillis()) {
      long recorded = head.expiryMillis() + EXPIRY_GRACE_MILLIS;
      if (nowMillis < recorded) {
        return new Step.Wait<>(nowNanos + TimeUnit.MILLISECONDS.toNanos(recorded - nowMillis));
      }
      toNext();
      return new Step.Skip<>(head);
    }
    if (held && nowNanos - notBefore < 0) {
      return new Step.Wait<>(notBefore);
    }
    return new Step.Post<>(head);
  }

  /** The post that was asked for is on its way. */
  public void begun() {
    underWay = true;
  }

  /** It is not, after all, and says nothing. */
  public void gaveUp() {
    underWay = false;
  }

  /**
   * It has ended.
   *
   * @param retryAfterNanos for which the answer asks; 0: it does not
   */
  public End<T> ended(Result result, long retryAfterNanos, long nowNanos) {
    Item<T> head = items.peek();
    if (!underWay || head == null) {
      throw new IllegalStateException("nothing was posted");
    }
    underWay = false;
    switch (result) {
      case TAKEN -> {
        toNext();
        return new End.Ack<>(head);
      }
      case GONE -> {
        return new End.Stop<>();
      }
      case REFUSED, LATER, FAILED, TIMEOUT, UNREACHABLE, FORBIDDEN, CROWDED -> {}
    }
    if (result.isDefinite()) {
      refusals++;
      refusedSince = refusals == 1 ? nowNanos : refusedSince;
      if (refusals >= rules.refusals() && nowNanos - refusedSince >= rules.refusedNanos()) {
        underWay = true;
        return new End.Refuse<>(head);
      }
    }
    failures += result.isOurs() ? 0 : 1;
    again(retryAfterNanos, nowNanos);
    return new End.Again<>();
  }

  private void again(long retryAfterNanos, long nowNanos) {
    long asked = Math.min(retryAfterNanos, rules.backoff().most());
    notBefore = nowNanos + Math.max(asked, rules.backoff().nanos(Math.max(1, failures), chance));
    held = true;
  }

  /** That the endpoint refused the message is kept. */
  public void refused() {
    underWay = false;
    toNext();
  }

  /** That it did could not be kept: the message is tried again. */
  public void kept(long nowNanos) {
    underWay = false;
    again(0, nowNanos);
  }

  private void toNext() {
    items.remove();
    failures = 0;
    refusals = 0;
    held = false;
  }
}
