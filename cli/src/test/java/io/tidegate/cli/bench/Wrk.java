package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The load generator {@code wrk}, which must be on the PATH: as fast as its connections go. */
final class Wrk {
  private static final Pattern RATE = Pattern.compile("Requests/sec: +([\\d.]+)");
  private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
  private static final Pattern LATENCY = Pattern.compile(" (50|99)% +([\\d.]+)(us|ms|s)\\b");
  private static final Pattern BAD = Pattern.compile("Non-2xx.*|Socket errors.*");

  private final Path script;

  private Wrk(Path script) {
    this.script = script;
  }

  /**
   * @param millis50 half of the requests took up to that
   * @param millis99 and 99 % up to that, as seen by a generator that waits for answers
   */
  record Result(double perSecond, long requests, double millis50, double millis99) {}

  /** Posts messages of that text to 1,000 users in turn, one a request. */
  static Wrk single(Path folder, String text) throws IOException {
    return new Wrk(
        Files.writeString(
            folder.resolve("single.lua"),
            """
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            local key = os.getenv("TIDEGATE_KEY")
            if key then wrk.headers["Authorization"] = "Bearer " .. key end
            local n = 0
            request = function()
              n = n + 1
              return wrk.format(nil, nil, nil,
                '{"to":{"user":"u' .. (n %% 1000) .. '"},"data":{"text":"%s"}}')
            end
            """
                .formatted(text)));
  }

  /** Posts batches of 1,000 such messages. */
  static Wrk batches(Path folder, String text) throws IOException {
    return new Wrk(
        Files.writeString(
            folder.resolve("batches.lua"),
            """
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/x-ndjson"
            local lines = {}
            for n = 1, 1000 do
              lines[n] = '{"to":{"user":"u' .. n .. '"},"data":{"text":"%s"}}'
            end
            wrk.body = table.concat(lines, "\\n") .. "\\n"
            """
                .formatted(text)));
  }

  Result run(int port, int connections, int seconds) throws Exception {
    return run(port, connections, seconds, null);
  }

  /**
   * @param key shown with each request, null: none
   * @throws IllegalStateException if a request failed or was refused
   */
  Result run(int port, int connections, int seconds, @Nullable String key) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "30s",
                "--latency",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + port + "/v1/messages")
            .redirectErrorStream(true);
    if (key != null) {
      builder.environment().put("TIDEGATE_KEY", key);
    }
    Process wrk = builder.start();
    String out = new String(wrk.getInputStream().readAllBytes(), UTF_8);
    if (wrk.waitFor() != 0 || BAD.matcher(out).find()) {
      throw new IllegalStateException(out);
    }
    double[] millis = new double[100];
    Matcher latency = LATENCY.matcher(out);
    while (latency.find()) {
      double unit =
          switch (latency.group(3)) {
            case "us" -> 1e-3;
            case "ms" -> 1;
            default -> 1e3;
          };
      millis[Integer.parseInt(latency.group(1))] = Double.parseDouble(latency.group(2)) * unit;
    }
    return new Result(
        Double.parseDouble(only(RATE, out)),
        Long.parseLong(only(COUNT, out)),
        millis[50],
        millis[99]);
  }

  private static String only(Pattern pattern, String in) {
    Matcher matcher = pattern.matcher(in);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in:\n" + in);
    }
    return matcher.group(1);
  }
}
