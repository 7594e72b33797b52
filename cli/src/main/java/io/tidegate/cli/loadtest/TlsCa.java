package io.tidegate.cli.loadtest;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file with certificates that workers are believed by. */
final class TlsCa {
  private TlsCa() {}

  /** Null where none is set. */
  static @Nullable Path fromEnvironment() {
    String file = System.getenv("TIDEGATE_TLS_CA");
    return file == null || file.isBlank() ? null : Path.of(file);
  }
}
