package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.policy.Policy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays cases of {@code strangers/fuzz} to a port and holds the answers to what a case is about.
 */
final class FuzzPlayer implements AutoCloseable {
  private final FuzzService service;
  private final FuzzTally tally;
  private final FuzzConnection connection;
  private final List<FuzzRequest> sent = new ArrayList<>();
  private int requests;

  FuzzPlayer(FuzzService service, FuzzTally tally) {
    this.service = service;
    this.tally = tally;
    this.connection = new FuzzConnection(service.port());
  }

  /** How many requests were sent. */
  int requests() {
    return requests;
  }

  /** Those of the last case. */
  List<FuzzRequest> lastSent() {
    return List.copyOf(sent);
  }

  /**
   * @throws AssertionError saying what is wrong with an answer
   */
  void play(JsonNode one) throws IOException {
    sent.clear();
    switch (one.get("kind").stringValue()) {
      case "one" -> {
        var _ = send(one.get("request"));
      }
      case "batch" -> batch(one);
      case "twice" -> twice(one);
      case "policy" -> policy(one);
      default -> throw new AssertionError("no kind of case: " + one);
    }
  }

  private ContractCheck.@Nullable Response send(JsonNode json) throws IOException {
    return send(FuzzRequest.of(json, service.number(), service));
  }

  private ContractCheck.@Nullable Response send(FuzzRequest request) throws IOException {
    requests++;
    sent.add(request);
    ContractCheck.Response response = connection.send(request);
    FuzzJudge.judge(request, response);
    if (response != null) {
      tally.count(request.operation(), request.fault() != null, response.status());
    }
    return response;
  }

  private ContractCheck.Response answer(JsonNode json) throws IOException {
    ContractCheck.Response response = send(json);
    if (response == null) {
      throw new AssertionError("closed without an answer");
    }
    return response;
  }

  /** Each item of a batch is answered in its turn, and as it would be alone. */
  private void batch(JsonNode one) throws IOException {
    List<String> results = answer(one.get("request")).body().lines().toList();
    List<JsonNode> alone = one.get("alone").valueStream().toList();
    assertThat(results).as("results of " + alone.size() + " items").hasSize(alone.size());
    for (int i = 0; i < alone.size(); i++) {
      JsonNode result = TestIngest.json(results.get(i));
      JsonNode single = TestIngest.json(answer(alone.get(i)).body().strip());
      if (single instanceof ObjectNode problem && problem.has("instance")) {
        problem.remove("instance"); // of the request, which the batch is for all its items
      }
      assertThat(result).as("item " + i + " of a batch, and what it is alone").isEqualTo(single);
    }
  }

  /** A key that comes again is answered as before; with another body it is refused. */
  private void twice(JsonNode one) throws IOException {
    int number = service.number();
    FuzzRequest request = FuzzRequest.of(one.get("request"), number, service);
    ContractCheck.Response first = send(request);
    ContractCheck.Response again = send(request);
    if (first == null || again == null) {
      throw new AssertionError("closed without an answer");
    }
    assertThat(again.status()).isEqualTo(first.status());
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("idempotency-replayed")).contains("true");
    assertThat(first.headers().firstValue("idempotency-replayed")).isEmpty();
    var _ = send(FuzzRequest.of(one.get("other"), number, service));
  }

  /** A policy that was taken is shown as it was answered, is the same when put again, and goes. */
  private void policy(JsonNode one) throws IOException {
    ContractCheck.Response put = answer(one.get("put"));
    ContractCheck.Response got = answer(one.get("get"));
    assertThat(got.body()).as("what GET shows").isEqualTo(put.body());
    assertThat(got.headers().firstValue("etag")).isEqualTo(put.headers().firstValue("etag"));
    JsonNode canonical = TestIngest.json(put.body()).get("policy");
    byte[] sent = Base64.getDecoder().decode(one.get("put").get("body").stringValue());
    assertThat(Policy.parse(canonical.toString()))
        .as("the policy as it is kept, and as it was sent")
        .isEqualTo(Policy.parse(sent));
    ObjectNode second = (ObjectNode) one.get("put").deepCopy();
    second.put("body", Base64.getEncoder().encodeToString(canonical.toString().getBytes(UTF_8)));
    assertThat(TestIngest.json(answer(second).body()).get("policy"))
        .as("the canonical form put again")
        .isEqualTo(canonical);
    var _ = answer(one.get("remove"));
    var _ = answer(one.get("gone"));
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
