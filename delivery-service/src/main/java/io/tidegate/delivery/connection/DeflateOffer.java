package io.tidegate.delivery.connection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The negotiation of permessage-deflate (RFC 7692, 5 and 7.1). What is agreed on is always that
 * neither side keeps what was sent before.
 */
final class DeflateOffer {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_FORGETS = "server_no_context_takeover";
  private static final String CLIENT_FORGETS = "client_no_context_takeover";
  private static final String SERVER_WINDOW = "server_max_window_bits";
  private static final String CLIENT_WINDOW = "client_max_window_bits";

  /** Our window, as zlib of the JDK has it; whoever wants a smaller one is declined. */
  private static final String WINDOW = "15";

  private static final String NO_VALUE = "";

  private DeflateOffer() {}

  /**
   * The answer to the first offer that can be taken; null: none can, and nothing is compressed.
   *
   * @param headers values of {@code Sec-WebSocket-Extensions}
   */
  static @Nullable String accept(List<String> headers) {
    for (String header : headers) {
      for (String offer : header.split(",", -1)) {
        Map<String, String> parameters = parameters(offer);
        if (parameters != null) {
          String answer = NAME + "; " + SERVER_FORGETS + "; " + CLIENT_FORGETS;
          return parameters.containsKey(SERVER_WINDOW)
              ? answer + "; " + SERVER_WINDOW + "=" + WINDOW
              : answer;
        }
      }
    }
    return null;
  }

  /** Null: it is for something else, or cannot be taken. */
  private static @Nullable Map<String, String> parameters(String offer) {
    String[] parts = offer.split(";", -1);
    if (!parts[0].strip().equals(NAME)) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).strip();
      String value = equals < 0 ? NO_VALUE : unquoted(parts[i].substring(equals + 1).strip());
      if (!isTaken(name, value) || parameters.put(name, value) != null) {
        return null;
      }
    }
    return parameters;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static boolean isTaken(String name, String value) {
    return switch (name) {
      case SERVER_FORGETS, CLIENT_FORGETS -> value.equals(NO_VALUE);
      case SERVER_WINDOW -> value.equals(WINDOW);
      case CLIENT_WINDOW -> value.equals(NO_VALUE) || value.matches("[89]|1[0-5]");
      default -> false;
    };
  }
}
