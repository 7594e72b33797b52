package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static io.tidegate.ingest.TestIngest.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies with a {@code Content-Encoding}. */
class EncodedBodiesTest {
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";
  private static final int MIB = 1 << 20;

  private static byte[] packed(String encoding, byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        encoding.equals("zstd") ? new ZstdOutputStream(packed) : new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] packed(String encoding, String text) throws IOException {
    return packed(encoding, text.getBytes(UTF_8));
  }

  private static HttpResponse<String> send(
      TestIngest ingest, String method, String path, String type, String encoding, byte[] body)
      throws Exception {
    return ingest.send(
        ingest
            .request(path)
            .header("Content-Type", type)
            .header("Content-Encoding", encoding)
            .method(method, BodyPublishers.ofByteArray(body))
            .build());
  }

  private static HttpResponse<String> post(
      TestIngest ingest, String type, String encoding, byte[] body) throws Exception {
    return send(ingest, "POST", "/v1/messages", type, encoding, body);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(answer.body()).get("detail").asString()).contains(detail);
  }

  private static void assertNothingHeld(TestIngest ingest) {
    await()
        .untilAsserted(() -> assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "x-gzip", "GZIP"})
  void messageShouldBeAccepted(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> answer = post(ingest, JSON, encoding, packed(encoding, TO_ALICE));

      // Then
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      assertThat(ingest.kafka.history()).hasSize(1);
      assertThat(ingest.kafka.history().getFirst().value()).asString(UTF_8).isEqualTo("{\"n\":1}");
      assertNothingHeld(ingest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void batchShouldBeAcceptedOverChunksToo(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] body = packed(encoding, (TO_ALICE + "\n").repeat(500) + "no JSON\n");
      HttpRequest chunked =
          ingest
              .request("/v1/messages")
              .header("Content-Type", NDJSON)
              .header("Content-Encoding", encoding)
              .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
              .build();

      // When
      HttpResponse<String> answer = ingest.send(chunked);

      // Then
      assertThat(answer.statusCode()).isEqualTo(200);
      List<String> results = answer.body().lines().toList();
      assertThat(results).hasSize(501);
      assertThat(results.subList(0, 500)).containsOnly("{\"id\":\"m1\",\"accepted\":1}");
      assertThat(json(results.getLast()).get("status").asInt()).isEqualTo(400);
      assertNothingHeld(ingest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void everyRouteWithABodyShouldTakeIt(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> policy =
          send(ingest, "PUT", "/v1/policies/p", JSON, encoding, packed(encoding, "{}"));
      HttpResponse<String> user =
          send(
              ingest,
              "PUT",
              "/v1/users/alice/policy",
              JSON,
              encoding,
              packed(encoding, "{\"policy\":\"p\"}"));
      HttpResponse<String> members =
          send(
              ingest,
              "POST",
              "/v1/groups/g/members",
              NDJSON,
              encoding,
              packed(encoding, "{\"user\":\"alice\"}\n{\"user\":\"bob\"}"));

      // Then
      assertThat(policy.statusCode()).as(policy.body()).isEqualTo(201);
      assertThat(user.statusCode()).as(user.body()).isEqualTo(200);
      assertThat(members.statusCode()).as(members.body()).isEqualTo(200);
      assertThat(members.body().lines()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "deflate, want Content-Encoding: gzip or zstd",
    "br, want Content-Encoding: gzip or zstd",
    "nonsense, want Content-Encoding: gzip or zstd",
    "'gzip, gzip', want one Content-Encoding only",
    "'zstd, identity', want one Content-Encoding only",
  })
  void otherEncodingsShouldBeToldWhichThereAre(String encoding, String detail) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      for (String type : List.of(JSON, NDJSON)) {
        // When
        HttpResponse<String> answer =
            post(ingest, type, encoding, packed("gzip", packed("gzip", TO_ALICE)));

        // Then
        assertProblem(answer, 415, detail);
        assertThat(answer.headers().firstValue("Accept-Encoding")).hasValue("gzip, zstd");
        assertThat(json(answer.body()).get("type").asString())
            .isEqualTo("urn:tidegate:problem:unsupported-encoding");
      }
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void severalFieldsShouldBeAsManyEncodings() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      HttpRequest request =
          ingest
              .request("/v1/messages")
              .headers("Content-Type", JSON, "Content-Encoding", "gzip", "Content-Encoding", "gzip")
              .POST(BodyPublishers.ofByteArray(packed("gzip", TO_ALICE)))
              .build();

      // When
      HttpResponse<String> answer = ingest.send(request);

      // Then
      assertProblem(answer, 415, "want one Content-Encoding only");
    }
  }

  /** RFC 7694: it must not stand where the media type is the matter. */
  @Test
  void wrongMediaTypeShouldNotBeTakenForAWrongEncoding() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> answer = post(ingest, "text/plain", "gzip", packed("gzip", TO_ALICE));
      HttpResponse<String> identity = post(ingest, JSON, "identity", TO_ALICE.getBytes(UTF_8));

      // Then
      assertProblem(answer, 415, "want Content-Type");
      assertThat(answer.headers().firstValue("Accept-Encoding")).isEmpty();
      assertThat(identity.statusCode()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void messageOfExactlyTheLimitShouldFitAndOneByteMoreShouldNot(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String whole = TO_ALICE + " ".repeat(MIB - TO_ALICE.length());

      // When
      HttpResponse<String> fits = post(ingest, JSON, encoding, packed(encoding, whole));
      HttpResponse<String> larger = post(ingest, JSON, encoding, packed(encoding, whole + " "));

      // Then
      assertThat(fits.statusCode()).as(fits.body()).isEqualTo(202);
      assertProblem(larger, 413, "larger than 1048576 bytes");
      assertNothingHeld(ingest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void bombShouldBeRefusedOnceTheLimitIsPassed(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] bomb = packed(encoding, new byte[256 * MIB]);
      assertThat(bomb).hasSizeLessThan(MIB);

      // When
      HttpResponse<String> single = post(ingest, JSON, encoding, bomb);
      HttpResponse<String> batch = post(ingest, NDJSON, encoding, bomb);

      // Then
      assertProblem(single, 413, "larger than 1048576 bytes");
      assertProblem(batch, 413, "the body is larger than 8388608 bytes");
      assertThat(ingest.kafka.history()).isEmpty();
      assertNothingHeld(ingest);
    }
  }

  /** Nothing ever comes out of them, so what goes in is bounded as well. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void emptyFramesWithoutEndShouldBeRefused(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] empty = packed(encoding, new byte[0]);
      byte[] frames = new byte[empty.length * (8 * MIB / empty.length + 1)];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = empty[i % empty.length];
      }
      HttpRequest chunked =
          ingest
              .request("/v1/messages")
              .headers("Content-Type", JSON, "Content-Encoding", encoding)
              .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(frames)))
              .build();

      // When
      HttpResponse<String> answer = ingest.send(chunked);

      // Then
      assertProblem(answer, 413, "larger than 8388608 bytes");
      assertNothingHeld(ingest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void corruptBodyShouldBeSaidToBe(String encoding) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] body = packed(encoding, TO_ALICE);

      // When
      HttpResponse<String> plain = post(ingest, JSON, encoding, TO_ALICE.getBytes(UTF_8));
      HttpResponse<String> cut = post(ingest, JSON, encoding, Arrays.copyOf(body, body.length - 1));
      HttpResponse<String> none = post(ingest, JSON, encoding, new byte[0]);
      HttpResponse<String> batch =
          post(ingest, NDJSON, encoding, Arrays.copyOf(body, body.length - 1));

      // Then
      assertProblem(plain, 400, "the body is not good " + encoding + ": it does not begin as");
      assertProblem(cut, 400, "the body is not good " + encoding + ": it ends early");
      assertProblem(none, 400, "it ends early");
      assertProblem(batch, 400, "the body is not good " + encoding + ": it ends early");
      assertThat(ingest.kafka.history()).isEmpty();
      assertNothingHeld(ingest);
    }
  }

  @Test
  void batchThatIsCutBehindALineShouldHaveTheResultOfTheLine() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      byte[] lines = packed("gzip", TO_ALICE + "\n");
      HttpResponse<String> taken =
          post(ingest, NDJSON, "gzip", Arrays.copyOf(lines, lines.length - 1));

      // Then
      assertThat(taken.statusCode()).isEqualTo(200);
      assertThat(taken.body().lines()).hasSize(2);
      assertThat(json(taken.body().lines().toList().getLast()).get("detail").asString())
          .contains("it ends early");
      assertThat(ingest.kafka.history()).hasSize(1);
      assertNothingHeld(ingest);
    }
  }

  @Test
  void bodyShouldCountAsWhatIsInIt() throws Exception {
    try (TestIngest ingest = TestIngest.silent(c -> c.withInFlight(10, 2L * c.maxBatchBytes()))) {
      // Given
      String line = "{\"to\":{\"user\":\"a\"},\"data\":\"" + "x".repeat(200_000) + "\"}\n";
      byte[] lines = packed("gzip", line.repeat(10));
      assertThat(lines).hasSizeLessThan(10_000);
      HttpRequest request =
          ingest
              .request("/v1/messages")
              .headers("Content-Type", NDJSON, "Content-Encoding", "gzip")
              .POST(BodyPublishers.ofByteArray(lines))
              .build();

      // When
      CompletableFuture<HttpResponse<String>> first = ingest.sendLater(request);
      ingest.awaitSent(10);
      double held = ingest.metric("tidegate_ingest_inflight_bytes");
      HttpResponse<String> second =
          post(ingest, NDJSON, "gzip", packed("gzip", " ".repeat(7 * MIB)));
      for (int i = 0; i < 10; i++) {
        ingest.kafka.completeNext();
      }

      // Then
      // What came with the head of the request is given back without having been counted.
      assertThat(held).isGreaterThan(2.0 * (10 * 200_000 - lines.length));
      assertThat(second.body()).contains("too much is in flight now").contains("\"status\":503");
      assertThat(first.get().body().lines()).hasSize(10).allMatch(l -> l.contains("accepted"));
      assertNothingHeld(ingest);
    }
  }

  @Test
  void curlAndTheGzipCommandShouldDo(@TempDir Path folder) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      Path lines = folder.resolve("lines");
      Files.writeString(lines, (TO_ALICE + "\n").repeat(3));
      String command =
          "gzip -c "
              + lines
              + " | curl -s --data-binary @- -H 'content-type: application/x-ndjson'"
              + " -H 'content-encoding: gzip' http://127.0.0.1:"
              + ingest.service.port()
              + "/v1/messages";

      // When
      Process process = new ProcessBuilder("sh", "-c", command).start();
      String answer = new String(process.getInputStream().readAllBytes(), UTF_8);

      // Then
      assertThat(process.waitFor()).isZero();
      assertThat(answer).isEqualTo("{\"id\":\"m1\",\"accepted\":1}\n".repeat(3));
    }
  }
}
