package io.tidegate.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Output;
import io.tidegate.cli.Reason;
import io.tidegate.cli.Terminal;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidegate send}: hands messages to an ingest service. */
@Command(
    name = "send",
    description = {
      "Send messages: from arguments, from a file of NDJSON, or from stdin.",
      "With --to, --group or --all each argument or line is the data of one message. Without them"
          + " each is a whole request such as"
          + " {\"to\":{\"user\":\"alice\"},\"data\":{\"text\":\"hi\"}}; the options below fill in"
          + " what a line does not say.",
      "Exit codes: 0 all accepted, 1 some refused, 2 wrong usage or nobody there."
    })
public final class SendCommand implements Callable<Integer> {
  private static final int BATCH_LINES = 500;
  private static final int BATCH_CHARS = 512 * 1024;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DATA",
      arity = "0..*",
      description =
          "The data of one message each: JSON, or else a text; a request where nobody is named.")
  List<String> data = new ArrayList<>();

  @Option(names = "--to", split = ",", paramLabel = "USER", description = "For whom.")
  List<String> to = new ArrayList<>();

  @Option(names = "--group", description = "For those in a group.")
  @Nullable String group;

  @Option(names = "--all", description = "For everyone.")
  boolean all;

  @Option(names = "--file", paramLabel = "F.ndjson", description = "Read lines from a file.")
  @Nullable Path file;

  @Option(names = "--id", description = "For one message: sending it again counts once.")
  @Nullable String id;

  @Option(names = "--type", description = "CloudEvents type.")
  @Nullable String type;

  @Option(names = "--urgency", description = "very-low, low, normal or high.")
  @Nullable String urgency;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "Seconds, 90s, 5m, 6h, 7d, or ISO 8601 (PT1H30M); 0: now or never.")
  @Nullable String ttl;

  @Option(names = "--collapse-key", description = "A newer message with this key replaces it.")
  @Nullable String collapseKey;

  @Option(names = "--category", description = "What kind of message it is, for policies.")
  @Nullable String category;

  @Option(
      names = "--deliver-at",
      paramLabel = "WHEN",
      description = "Not before; RFC 3339, such as 2026-11-27T06:30:00Z.")
  @Nullable String deliverAt;

  @Mixin IngestUrl url = new IngestUrl();
  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    URI messages = url.messages();
    Map<String, Object> options = options();
    String unit = data.isEmpty() ? "line" : "argument";
    Result result = new Result(unit);
    try (IngestClient client =
        new IngestClient(
            messages, CallerKey.fromEnvironment(), OutgoingTls.fromEnvironment(), unit)) {
      if (data.isEmpty()) {
        sendLines(client, options, result);
      } else {
        sendArguments(client, options, result);
      }
    } catch (IOException e) {
      throw new StartupException(
          (file == null ? "stdin" : "--file " + file) + " can't be read: " + Reason.of(e), e);
    }
    result.print(output);
    return result.exitCode();
  }

  private void sendArguments(IngestClient client, Map<String, Object> options, Result result)
      throws StartupException, InterruptedException {
    if (file != null) {
      throw usage("--file: want arguments or a file, got both");
    }
    if (id != null && data.size() > 1) {
      throw usage("--id: names one message, got " + data.size());
    }
    List<RequestLine> lines = new ArrayList<>();
    for (String argument : data) {
      try {
        int number = lines.size() + 1;
        lines.add(MessageLine.ofArgument(number, argument, options));
      } catch (MessageLine.NotAMessageException e) {
        String hint = options.containsKey("to") ? "" : "; or name the user with --to";
        throw usage("DATA \"" + argument + "\": " + e.getMessage() + hint);
      }
    }
    for (int from = 0; from < lines.size(); from += BATCH_LINES) {
      int until = Math.min(lines.size(), from + BATCH_LINES);
      client.send(lines.subList(from, until)).forEach(result::add);
    }
  }

  private void sendLines(IngestClient client, Map<String, Object> options, Result result)
      throws IOException, StartupException, InterruptedException {
    if (id != null) {
      throw usage("--id: names one message, not lines");
    }
    Path path = file;
    if (path == null && Terminal.isStdin()) {
      throw usage("what to send? Give DATA, --file, or lines on stdin");
    }
    Progress progress =
        new Progress(
            spec.commandLine().getErr(),
            Terminal.isStderr() && !output.json(),
            path == null ? 0 : Files.size(path),
            System::nanoTime);
    try (BufferedReader reader =
        path == null
            ? new BufferedReader(new InputStreamReader(System.in, UTF_8))
            : Files.newBufferedReader(path, UTF_8)) {
      List<RequestLine> batch = new ArrayList<>();
      long read = 0;
      int chars = 0;
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        read += line.length() + 1;
        if (line.isBlank()) {
          continue;
        }
        try {
          RequestLine message =
              options.containsKey("to")
                  ? MessageLine.ofData(number, line, options)
                  : MessageLine.ofRequest(number, line, options);
          batch.add(message);
          chars += message.json().length();
        } catch (MessageLine.NotAMessageException e) {
          result.refused(number, String.valueOf(e.getMessage()));
        }
        if (batch.size() >= BATCH_LINES || chars >= BATCH_CHARS) {
          client.send(batch).forEach(result::add);
          batch.clear();
          chars = 0;
          progress.at(read, result.count());
        }
      }
      if (!batch.isEmpty()) {
        client.send(batch).forEach(result::add);
      }
    } finally {
      progress.end();
    }
  }

  /** The fields that options name, in the order of the documentation. */
  private Map<String, Object> options() {
    Map<String, Object> fields = new LinkedHashMap<>();
    Map<String, Object> receiver = receiver();
    if (!receiver.isEmpty()) {
      fields.put("to", receiver);
    }
    put(fields, "id", id);
    put(fields, "type", type);
    String word = urgency;
    if (word != null && Urgency.of(word) == null) {
      throw usage("--urgency: want very-low, low, normal or high, got \"" + word + "\"");
    }
    put(fields, "urgency", word);
    try {
      if (ttl != null) {
        fields.put("ttl", Timing.ttl(ttl));
      }
      put(fields, "deliver_at", deliverAt == null ? null : Timing.deliverAt(deliverAt));
    } catch (IllegalArgumentException e) {
      throw usage("" + e.getMessage());
    }
    put(fields, "collapse_key", collapseKey);
    put(fields, "category", category);
    return fields;
  }

  /** Empty if the command line names nobody. */
  private Map<String, Object> receiver() {
    List<String> named = new ArrayList<>();
    if (!to.isEmpty()) {
      named.add("--to");
    }
    String name = group;
    if (name != null) {
      named.add("--group");
    }
    if (all) {
      named.add("--all");
    }
    if (named.size() > 1) {
      throw usage("want one of --to, --group and --all, got " + String.join(" and ", named));
    }
    if (name != null) {
      try {
        return Map.of("group", new GroupKey(UserKey.DEFAULT_TENANT, name).group());
      } catch (IllegalArgumentException e) {
        throw usage("--" + e.getMessage());
      }
    }
    if (all) {
      return Map.of("all", true);
    }
    return switch (to.size()) {
      case 0 -> Map.of();
      case 1 -> Map.of("user", to.getFirst());
      default -> Map.of("users", List.copyOf(to));
    };
  }

  private static void put(Map<String, Object> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
