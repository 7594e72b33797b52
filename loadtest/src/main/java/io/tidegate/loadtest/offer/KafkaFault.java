package io.tidegate.loadtest.offer;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/** Why Kafka could not be asked, in one line that says where it is and which setting may be it. */
public final class KafkaFault {
  private static final String OPTION = "--kafka-config";

  private KafkaFault() {}

  /**
   * @param kafka settings of the client that failed, of which none that is secret is said
   */
  public static String of(Map<String, Object> kafka, Throwable failure) {
    return "Kafka at %s %s"
        .formatted(kafka.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG), reason(kafka, failure));
  }

  private static String reason(Map<String, Object> kafka, Throwable failure) {
    Throwable login = find(failure, SaslAuthenticationException.class);
    if (login != null) {
      return "refuses the login that %s has: %s".formatted(OPTION, login.getMessage());
    }
    Throwable tls = find(failure, SslAuthenticationException.class);
    if (tls != null) {
      return "and this client, as %s has it, do not agree on TLS: %s"
          .formatted(OPTION, innermost(tls).getMessage());
    }
    boolean late =
        find(failure, TimeoutException.class) != null
            || find(failure, org.apache.kafka.common.errors.TimeoutException.class) != null;
    if (late) {
      return "does not answer"
          + (kafka.containsKey(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
              ? " to what %s has".formatted(OPTION)
              : "; if it wants TLS or a login, %s is to say how".formatted(OPTION));
    }
    return "refuses: "
        + (failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure);
  }

  private static @Nullable Throwable find(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable of = failure; of != null; of = of.getCause()) {
      if (kind.isInstance(of)) {
        return of;
      }
    }
    return null;
  }

  private static Throwable innermost(Throwable failure) {
    Throwable of = failure;
    while (of.getCause() != null) {
      of = of.getCause();
    }
    return of;
  }
}
