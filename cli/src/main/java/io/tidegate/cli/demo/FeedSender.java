package io.tidegate.cli.demo;

import io.tidegate.cli.send.IngestClient;
import io.tidegate.cli.send.RequestLine;
import io.tidegate.contract.StartupException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/** Sends events to ingest in batches, and enters in the account what was accepted and refused. */
final class FeedSender {
  /** The users that one message may name. */
  static final int MAX_USERS = 1_000;

  /** (message, user) pairs in one request, about; bounds what a retry repeats. */
  private static final int BATCH_PAIRS = 20_000;

  private static final int MAX_LINES = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final IngestClient ingest;
  private final String run;
  private final Account account;
  private final List<RequestLine> batch = new ArrayList<>();
  private final List<Integer> users = new ArrayList<>();
  private int pairs;

  /**
   * @param run tells this demo's users and messages from those of others
   */
  FeedSender(IngestClient ingest, String run, Account account) {
    this.ingest = ingest;
    this.run = run;
    this.account = account;
  }

  static String user(String run, String who) {
    return run + "/" + who;
  }

  /** Nobody of this demo's; {@link #probe} sends to it. */
  static String probeUser(String run) {
    return run + "-probe";
  }

  /** Sends a message that is in no account, and ends at once because nobody is there. */
  void probe() throws StartupException, InterruptedException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", run + "-probe");
    line.put("type", "io.tidegate.demo.probe");
    line.put("to", Map.of("user", probeUser(run)));
    line.put("ttl", 0);
    line.put("data", "is this the pipeline's Kafka?");
    RequestLine message = new RequestLine(1, JSON.writeValueAsString(line));
    if (ingest.send(List.of(message)).getFirst() instanceof IngestClient.Answer.Refused refused) {
      throw new StartupException("ingest refused the demo's first message: " + refused.reason());
    }
  }

  /** Takes an event; sends when the batch is full. */
  void add(FeedEvent event, List<String> recipients) throws StartupException, InterruptedException {
    for (int from = 0; from < recipients.size(); from += MAX_USERS) {
      List<String> part = recipients.subList(from, Math.min(recipients.size(), from + MAX_USERS));
      batch.add(new RequestLine(batch.size(), line(event, part)));
      users.add(part.size());
      pairs += part.size();
      account.offered.add(part.size());
      if (pairs >= BATCH_PAIRS || batch.size() >= MAX_LINES) {
        flush();
      }
    }
  }

  /** Sends what is there; returns when all of it was accepted or refused for good. */
  void flush() throws StartupException, InterruptedException {
    if (batch.isEmpty()) {
      return;
    }
    List<IngestClient.Answer> answers = ingest.send(batch);
    for (int i = 0; i < answers.size(); i++) {
      switch (answers.get(i)) {
        case IngestClient.Answer.Accepted accepted -> account.accepted.add(accepted.users());
        case IngestClient.Answer.Refused _ -> account.refused.add(users.get(i));
      }
    }
    batch.clear();
    users.clear();
    pairs = 0;
  }

  private String line(FeedEvent event, List<String> recipients) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("commit", event.id());
    data.put("who", event.who());
    data.put("areas", event.areas());
    data.put("files", event.files());
    data.put("time", event.time().toString());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", run + "-" + event.id());
    line.put("type", "io.tidegate.demo.commit");
    line.put("to", Map.of("users", recipients.stream().map(who -> user(run, who)).toList()));
    line.put("data", data);
    return JSON.writeValueAsString(line);
  }
}
