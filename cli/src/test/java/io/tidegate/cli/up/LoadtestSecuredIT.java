package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.testtls.TestAuthority;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code tidegate loadtest} against a deployment that lets nobody in without a certificate of its
 * authority, an API key, and a token for each device.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestSecuredIT {
  private static final List<String> SERVICES = List.of("INGEST", "FANOUT", "DELIVERY");

  private final Path folder;
  private final Path ca;
  private final Path client;
  private final Path profile;
  private final CommandProcess up;

  LoadtestSecuredIT(@TempDir Path temporary) throws Exception {
    folder = temporary;
    TestAuthority authority = TestAuthority.create("authority");
    ca = authority.write(temporary);
    authority.issue("server").write(temporary);
    client = Files.createDirectory(temporary.resolve("client"));
    authority.issue("client").write(client);
    profile =
        Files.writeString(
            temporary.resolve("paced.yaml"),
            """
            users: 10
            connect: {sse: 50%}
            policy: {limits: [{limit: 50, window: PT1S}]}
            phases: [{for: 1s, rate: 20}]
            """);
    up =
        new CommandProcess(
            asking(),
            "up",
            "--json",
            "--data-dir",
            temporary.resolve("data").toString(),
            "--ingest-port=0",
            "--delivery-port=0",
            "--fanout-port=0");
  }

  private Map<String, String> asking() {
    Map<String, String> variables = new HashMap<>();
    for (String service : SERVICES) {
      String prefix = "TIDEGATE_" + service;
      variables.put(prefix + "_AUTH", service.equals("DELIVERY") ? "tokens" : "keys");
      variables.put(prefix + "_TLS_CERT", folder.resolve("cert.pem").toString());
      variables.put(prefix + "_TLS_KEY", folder.resolve("key.pem").toString());
      variables.put(prefix + "_TLS_CLIENT_CA", ca.toString());
    }
    return variables;
  }

  private JsonNode ready() throws Exception {
    return up.awaitReady(Duration.ofSeconds(90));
  }

  @BeforeAll
  void everyPortShouldSpeakTls() throws Exception {
    JsonNode ready = ready();
    assertThat(ready.path("ingest").asString()).startsWith("https://");
    assertThat(ready.path("fanout").asString()).startsWith("https://");
    assertThat(ready.path("delivery").asString()).startsWith("wss://");
  }

  @AfterAll
  void stop() {
    up.close();
  }

  /** A key that both services that ask for one know. */
  private String issued(String scopes) throws Exception {
    CommandRun run =
        CommandRun.of(
            "keys",
            "issue",
            "--kafka",
            ready().path("kafka").asString(),
            "--scope",
            scopes,
            "--json");
    assertThat(run.status()).as("%s", run).isZero();
    String key = JsonMapper.shared().readTree(run.out()).path("key").asString();
    TlsFiles files = new TlsFiles("X_", client.resolve("cert.pem"), client.resolve("key.pem"), ca);
    try (HttpClient http = HttpClient.newBuilder().sslContext(ClientTls.context(files)).build()) {
      for (String url :
          new String[] {
            ready().path("ingest").asString() + "/v1/policies",
            ready().path("fanout").asString() + "/v1/users/nobody"
          }) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url))
                .header("authorization", "Bearer " + key)
                .build();
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () ->
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 401);
      }
    }
    return key;
  }

  private Map<String, String> showing(String key) {
    return Map.of(
        "TIDEGATE_KEY", key,
        "TIDEGATE_TLS_CA", ca.toString(),
        "TIDEGATE_TLS_CERT", client.resolve("cert.pem").toString(),
        "TIDEGATE_TLS_KEY", client.resolve("key.pem").toString());
  }

  private CommandRun loaded(Map<String, String> environment, String... more) throws Exception {
    JsonNode ready = ready();
    List<String> arguments = new ArrayList<>(List.of("loadtest", profile.toString()));
    arguments.addAll(
        List.of(
            "--ingest",
            ready.path("ingest").asString(),
            "--delivery",
            ready.path("delivery").asString().replace("wss:", "https:"),
            "--fanout",
            ready.path("fanout").asString()));
    arguments.addAll(List.of(more));
    try (CommandProcess run = new CommandProcess(environment, arguments.toArray(String[]::new))) {
      return new CommandRun(run.exitCode(Duration.ofMinutes(2)), run.output(), run.errors());
    }
  }

  private String signingKeys() {
    return folder.resolve("data/signing-keys.json").toString();
  }

  @Test
  void whoShowsACertificateAKeyAndTokensIsServed() throws Exception {
    CommandRun run =
        loaded(showing(issued("send,policies,inspect")), "--token-keys", signingKeys());

    assertThat(run.status()).as("%s", run).isZero();
    assertThat(run.out()).contains("PASSED: accepted 20, expected 20, shown 20, acked 20");
    assertThat(run.out().replaceAll("\\s+", " ")).contains("ingest+delivery+fanout");
  }

  @Test
  void ingestIsAskedForATokenForEachDeviceOfEachProcess() throws Exception {
    CommandRun run =
        loaded(
            showing(issued("send,policies,inspect,tokens")),
            "--ask-tokens",
            "--devices-per-process=5");

    assertThat(run.status()).as("%s", run).isZero();
    assertThat(run.out()).contains("PASSED: accepted 20, expected 20, shown 20, acked 20");
    assertThat(run.err()).contains("from 2 processes");
  }

  @Test
  void aKeyThatMayNotAskForTokensIsSaid() throws Exception {
    CommandRun run = loaded(showing(issued("send,policies,inspect")), "--ask-tokens");

    assertThat(run.status()).as("%s", run).isEqualTo(2);
    assertThat(run.err()).contains("/v1/tokens answered 403").contains("lacks the scope tokens");
  }

  @Test
  void anAuthorityThatIsNotTrustedIsNamedAndNothingIsOffered() throws Exception {
    CommandRun run = loaded(Map.of("TIDEGATE_KEY", issued("send")), "--token-keys", signingKeys());

    assertThat(run.status()).as("%s", run).isEqualTo(2);
    assertThat(run.err())
        .contains("no answer from https://127.0.0.1:")
        .contains("unable to find valid certification path");
  }
}
