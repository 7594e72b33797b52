package io.tidegate.contract;

import org.jspecify.annotations.Nullable;

/**
 * A W3C trace context as it came, both of its headers.
 *
 * @param parent {@code traceparent}
 * @param state {@code tracestate}; null or empty: none
 */
public record TraceContext(String parent, @Nullable String state) {
  /** What a vendor should be able to hand on (W3C Trace Context, 3.3.1.5). */
  public static final int MAX_STATE_CHARS = 512;

  public TraceContext {
    state = state == null || state.isEmpty() ? null : state;
  }

  /** Without a parent there is none. */
  public static @Nullable TraceContext of(@Nullable String parent, @Nullable String state) {
    return parent == null || parent.isEmpty() ? null : new TraceContext(parent, state);
  }
}
