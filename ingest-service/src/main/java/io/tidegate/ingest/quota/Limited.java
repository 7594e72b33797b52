package io.tidegate.ingest.quota;

import java.util.Locale;

/** What is limited. */
public enum Limited {
  /** Messages of a tenant. */
  TENANT_RATE,
  /** Messages sent with one key. */
  KEY_RATE,
  /** Bytes in flight of a tenant. */
  TENANT_BYTES,
  /** Bytes in flight of requests with one key. */
  KEY_BYTES,
  /** Bytes in flight that a tenant leaves to others. */
  SHARE_OF_BYTES,
  /** Requests in flight that a tenant leaves to others. */
  SHARE_OF_REQUESTS,
  /** Streams that a tenant leaves to others. */
  SHARE_OF_STREAMS,
  /** Memory of the producer that a tenant leaves to others. */
  SHARE_OF_PRODUCER;

  /** The metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** In words, after "the". */
  public String words() {
    return switch (this) {
      case TENANT_RATE -> "tenant's rate of messages";
      case KEY_RATE -> "key's rate of messages";
      case TENANT_BYTES -> "tenant's bytes in flight";
      case KEY_BYTES -> "key's bytes in flight";
      case SHARE_OF_BYTES -> "tenant's share of bytes in flight";
      case SHARE_OF_REQUESTS -> "tenant's share of requests in flight";
      case SHARE_OF_STREAMS -> "tenant's share of streams";
      case SHARE_OF_PRODUCER -> "tenant's share of the producer's memory";
    };
  }
}
