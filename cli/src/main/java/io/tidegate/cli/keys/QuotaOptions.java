package io.tidegate.cli.keys;

import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.rate.Rate;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a tenant or a key may use of each ingest instance, on a command line and shown. */
final class QuotaOptions {
  private static final String AS_CONFIGURED = "as configured";

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description =
          "Messages: LIMIT/WINDOW or LIMIT/WINDOW/BURST, such as 100/1s/200, or none"
              + " (default: what each instance is set to).")
  @Nullable String rate;

  @Option(
      names = "--bytes",
      paramLabel = "BYTES",
      description =
          "Bytes of requests in flight, 65536 or more, or none"
              + " (default: what each instance is set to).")
  @Nullable String bytes;

  boolean isEmpty() {
    return rate == null && bytes == null;
  }

  /** Throws what {@link KeyCommand#usage} makes. */
  Quota read(KeyCommand command) {
    Rate parsed = null;
    if (rate != null) {
      try {
        parsed = Rate.parse(rate);
      } catch (IllegalArgumentException e) {
        throw command.usage("--rate: " + e.getMessage());
      }
    }
    Long most = null;
    if (bytes != null) {
      try {
        most = Quota.parseBytes(bytes);
      } catch (IllegalArgumentException e) {
        throw command.usage("--" + named(String.valueOf(e.getMessage())));
      }
    }
    return new Quota(parsed, most);
  }

  private static String named(String message) {
    return message.startsWith("bytes: ") ? message : "bytes: " + message;
  }

  static String rate(Quota quota) {
    return quota.rate() == null ? AS_CONFIGURED : quota.rate().toString();
  }

  static String bytes(Quota quota) {
    Long bytes = quota.bytes();
    return bytes == null ? AS_CONFIGURED : Quota.bytesText(bytes);
  }

  /** null stands for what is configured. */
  static void json(Map<String, @Nullable Object> json, Quota quota) {
    Long bytes = quota.bytes();
    json.put("rate", quota.rate() == null ? null : quota.rate().toString());
    json.put("bytes", bytes == null ? null : Quota.bytesText(bytes));
  }
}
