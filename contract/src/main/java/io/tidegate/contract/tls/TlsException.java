package io.tidegate.contract.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of TLS is not what it should be; the message is one line: {@code VARIABLE=file: why}. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsException(String variable, Path file, String why, @Nullable Throwable cause) {
    super(variable + "=" + file + ": " + why, cause);
  }
}
