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
  KEY_BYTES;

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
    };
  }
}
