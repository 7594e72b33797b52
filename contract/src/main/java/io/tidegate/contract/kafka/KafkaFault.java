package io.tidegate.contract.kafka;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/**
 * Why Kafka could not be asked, in one line that says where it is and which setting may be it.
 * Nothing that the settings of access have as a value is ever in it.
 */
public final class KafkaFault {
  /** Such as PEM, which may be in what was said by chance. */
  private static final int SHORT = 3;

  private KafkaFault() {}

  /** A sentence that begins with where Kafka is. */
  public static String of(KafkaAccess access, Throwable failure) {
    UnusableException unusable = first(failure, UnusableException.class);
    return unusable != null
        ? String.valueOf(unusable.getMessage())
        : "Kafka at " + access.servers() + " " + reason(access, failure);
  }

  /** What Kafka does, such as {@code refuses the login that TIDEGATE_KAFKA_CONFIG has: …}. */
  public static String reason(KafkaAccess access, Throwable failure) {
    if (isLate(failure)) {
      return "does not answer" + ofLate(access);
    }
    Throwable tls = first(failure, SslAuthenticationException.class);
    if (tls != null) {
      return "and this client, %s, do not agree on TLS: %s"
          .formatted(
              access.settings().isEmpty()
                  ? "without " + access.setBy()
                  : "as " + access.setBy() + " has it",
              innermost(access, tls));
    }
    Throwable login = first(failure, AuthenticationException.class);
    if (login != null) {
      return access.settings().isEmpty()
          ? "wants a login, and %s is to say which: %s"
              .formatted(access.setBy(), said(access, login))
          : "refuses the login that %s has: %s".formatted(access.setBy(), said(access, login));
    }
    return "refuses: " + said(access, asked(failure));
  }

  /** What the innermost cause says. */
  public static String innermost(KafkaAccess access, Throwable failure) {
    return said(access, last(failure));
  }

  /** What follows where Kafka did not answer in time. */
  public static String ofLate(KafkaAccess access) {
    return access.settings().isEmpty()
        ? "; if it wants TLS or a login, " + access.setBy() + " is to say how"
        : " (asked as " + access.setBy() + " says)";
  }

  /** Whether Kafka does not take who asks for who it says it is, or is not whom it trusts. */
  public static boolean isOfLogin(Throwable failure) {
    return first(failure, AuthenticationException.class) != null;
  }

  /** Whether no answer came in time, which says nothing of why. */
  public static boolean isLate(Throwable failure) {
    return !isOfLogin(failure)
        && (first(failure, TimeoutException.class) != null
            || first(failure, org.apache.kafka.common.errors.TimeoutException.class) != null);
  }

  /** A client that could not be made. */
  static KafkaException unusable(KafkaAccess access, KafkaException failure) {
    String reason = innermost(access, failure);
    if (access.settings().isEmpty()
        || reason.contains(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
      return new UnusableException(
          "Kafka address \"" + access.servers() + "\" is not usable: " + reason);
    }
    return new UnusableException(
        "%s: %s: %s%s".formatted(access.setBy(), access.file(), about(access, failure), reason));
  }

  /** The setting whose value is in what was said, the longest of them, and a colon; or nothing. */
  private static String about(KafkaAccess access, Throwable failure) {
    String all =
        causes(failure)
            .map(each -> String.valueOf(each.getMessage()))
            .collect(Collectors.joining("\n"));
    return access.settings().entrySet().stream()
        .filter(each -> each.getValue().strip().length() > SHORT)
        .filter(each -> !KafkaAccess.isWord(each.getKey(), each.getValue()))
        .filter(each -> all.contains(each.getValue().strip()))
        .max(Comparator.comparingInt(each -> each.getValue().length()))
        .map(each -> each.getKey() + ": ")
        .orElse("");
  }

  /**
   * The first line of what an exception says, without values: whole ones, and what Kafka quotes of
   * a login's text.
   */
  private static String said(KafkaAccess access, Throwable failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "the file may not be read";
    }
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    if (message == null || message.isBlank()) {
      return name;
    }
    String text = access.withoutValues(message);
    String unquoted = text.contains("JAAS") ? text.replaceAll("'[^']*'", "'…'") : text;
    return unquoted.lines().findFirst().orElse(name);
  }

  private static Throwable asked(Throwable failure) {
    return failure instanceof ExecutionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static <T extends Throwable> @Nullable T first(Throwable failure, Class<T> kind) {
    return causes(failure).filter(kind::isInstance).map(kind::cast).findFirst().orElse(null);
  }

  private static Throwable last(Throwable failure) {
    return causes(failure).reduce(failure, (_, later) -> later);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  /** Says all there is to say. */
  private static final class UnusableException extends KafkaException {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }
}
