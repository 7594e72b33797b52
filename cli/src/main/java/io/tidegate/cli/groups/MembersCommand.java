package io.tidegate.cli.groups;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Output;
import io.tidegate.cli.Reason;
import io.tidegate.cli.send.IngestClient;
import io.tidegate.cli.send.IngestClient.Answer;
import io.tidegate.cli.send.IngestUrl;
import io.tidegate.cli.send.Refusals;
import io.tidegate.cli.send.RequestLine;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.LineText;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Users who join or leave one group: named as arguments, or one a line on stdin. */
abstract class MembersCommand implements Callable<Integer> {
  /** No more than ingest takes in one request. */
  private static final int BATCH_LINES = 500;

  private static final String STDIN = "-";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final boolean joins;
  private final List<RequestLine> batch = new ArrayList<>();
  private final long began = System.nanoTime();
  private long changed;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "GROUP", description = "1 to 128 of [A-Za-z0-9._~:@+-].")
  String group = "";

  @Parameters(
      index = "1..*",
      paramLabel = "USER",
      description = "Who; or - for one user a line on stdin.")
  List<String> users = new ArrayList<>();

  @Mixin IngestUrl url = new IngestUrl();

  @Mixin Output output = new Output();

  MembersCommand(boolean joins) {
    this.joins = joins;
  }

  @Override
  public Integer call() throws StartupException, InterruptedException {
    requireGroup();
    boolean stdin = users.equals(List.of(STDIN));
    String unit = stdin ? "line" : "argument";
    Refusals refusals = new Refusals(unit);
    if (!stdin) {
      takeArguments();
    }
    try (IngestClient client =
        new IngestClient(
            url.resolve("/v1/groups/" + group + "/members"),
            CallerKey.fromEnvironment(),
            OutgoingTls.fromEnvironment(),
            unit)) {
      if (stdin) {
        readLines(client, refusals);
      }
      send(client, refusals);
    } catch (IOException e) {
      throw new StartupException("stdin can't be read: " + Reason.of(e), e);
    }
    print(refusals);
    return refusals.count() == 0 ? 0 : 1;
  }

  /** All of its characters may stand in a path as they are. */
  private void requireGroup() {
    try {
      var _ = new GroupKey(UserKey.DEFAULT_TENANT, group);
    } catch (IllegalArgumentException e) {
      throw usage("GROUP \"" + LineText.quotable(group) + "\": " + reason(e));
    }
  }

  private void takeArguments() {
    if (users.isEmpty()) {
      throw usage("which users? Name them, or give - and one user a line on stdin");
    }
    if (users.contains(STDIN)) {
      throw usage("USER: want names or -, got both");
    }
    for (String user : users) {
      try {
        add(batch.size() + 1, user);
      } catch (IllegalArgumentException e) {
        throw usage("USER \"" + LineText.quotable(user) + "\": " + reason(e));
      }
    }
  }

  private void readLines(IngestClient client, Refusals refusals)
      throws IOException, StartupException, InterruptedException {
    // Bytes as characters, so that a line that is not UTF-8 costs no other, and is nobody else.
    BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, ISO_8859_1));
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        byte[] bytes = line.getBytes(ISO_8859_1);
        add(number, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException e) {
        refusals.add(number, 0, "not UTF-8");
      } catch (IllegalArgumentException e) {
        refusals.add(number, 0, reason(e));
      }
      if (batch.size() == BATCH_LINES) {
        send(client, refusals);
      }
    }
  }

  /**
   * @throws IllegalArgumentException if nobody can have that name
   */
  private void add(int number, String user) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("user", new UserKey(UserKey.DEFAULT_TENANT, user).user());
    if (!joins) {
      line.put("remove", true);
    }
    batch.add(new RequestLine(number, JSON.writeValueAsString(line)));
  }

  private void send(IngestClient client, Refusals refusals)
      throws StartupException, InterruptedException {
    for (int from = 0; from < batch.size(); from += BATCH_LINES) {
      int until = Math.min(batch.size(), from + BATCH_LINES);
      for (Answer answer : client.send(batch.subList(from, until))) {
        switch (answer) {
          case Answer.Accepted _ -> changed++;
          case Answer.Refused refused -> refusals.add(refused);
        }
      }
    }
    batch.clear();
  }

  private void print(Refusals refusals) {
    String word = joins ? "joined" : "left";
    double seconds = (System.nanoTime() - began) / 1e9;
    if (output.json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("group", group);
      all.put(word, changed);
      all.put("refused", refusals.count());
      all.put("seconds", Math.round(seconds * 1000) / 1000.0);
      all.put("refusals", refusals.json());
      output.json(all);
      return;
    }
    refusals.note(output);
    output.line(
        String.format(
            Locale.ROOT,
            "group %s: %,d %s, %,d refused, in %.1f s",
            group,
            changed,
            word,
            refusals.count(),
            seconds));
  }

  /** Without the field as the contract calls it. */
  private static String reason(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).replaceFirst("^(user|group): ", "");
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
