package io.tidegate.contract.token;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Where a JWK set is read: a file, or a URL with http or https. At most {@value #MOST_BYTES}. */
public sealed interface KeySource {
  int MOST_BYTES = 256 * 1024;

  Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  /** For an answer to be there in full. */
  Duration FETCH = Duration.ofSeconds(5);

  /**
   * All of it.
   *
   * @throws IOException if it cannot be had now; the message says why
   */
  String read() throws IOException, InterruptedException;

  /**
   * @param text a URL with http or https, or else the path of a file
   * @param ca PEM file of who signs the certificate of an https URL; null: those whom the JDK
   *     trusts
   * @throws IllegalArgumentException if it is neither
   */
  static KeySource of(String text, @Nullable Path ca) {
    if (text.matches("(?i)https?:.*")) {
      URI uri = URI.create(text);
      if (uri.getHost() == null) {
        throw new IllegalArgumentException("a URL without a host");
      }
      return new Url(uri, ca);
    }
    return new InFile(Path.of(text));
  }

  /**
   * TLS to whose certificate is signed by one of {@code ca}.
   *
   * @throws StartupException naming the file and the reason
   */
  static SSLContext trusting(Path ca) throws StartupException {
    return ClientTls.context(new TlsFiles("TOKEN_", null, null, ca));
  }

  /** A file, which may be replaced at any time. */
  record InFile(Path path) implements KeySource {
    @Override
    public String read() throws IOException {
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw new IOException("longer than " + MOST_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
      }
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A URL. Redirects are not followed: a key that stands elsewhere is to be named there.
   *
   * @param ca read anew for every fetch, so that it may be replaced
   */
  record Url(URI uri, @Nullable Path ca) implements KeySource {
    /** Whether whoever stands between can say what the keys are. */
    boolean isInTheClear() {
      return "http".equalsIgnoreCase(uri.getScheme())
          && !LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
    }

    @Override
    public String read() throws IOException, InterruptedException {
      // One a fetch: they are rare, and an idle client costs a thread.
      try (HttpClient http = client()) {
        HttpRequest request =
            HttpRequest.newBuilder(uri).timeout(FETCH).header("Accept", "application/json").build();
        CompletableFuture<HttpResponse<String>> asked =
            http.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MOST_BYTES));
        try {
          // A request's own timeout ends with the headers.
          HttpResponse<String> answer = asked.get(FETCH.toMillis(), TimeUnit.MILLISECONDS);
          if (answer.statusCode() != 200) {
            throw new IOException("answers " + answer.statusCode());
          }
          return answer.body();
        } catch (TimeoutException e) {
          throw new IOException("no answer in " + FETCH.toSeconds() + " s", e);
        } catch (ExecutionException e) {
          throw new IOException(reason(e.getCause() == null ? e : e.getCause()), e);
        } finally {
          // Otherwise close() would wait for what is still under way.
          http.shutdownNow();
        }
      }
    }

    private HttpClient client() throws IOException {
      HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(FETCH);
      if (ca != null) {
        try {
          builder.sslContext(trusting(ca));
        } catch (StartupException e) {
          throw new IOException(e.getMessage(), e);
        }
      }
      return builder.build();
    }

    private static String reason(Throwable cause) {
      return cause.getClass().getSimpleName()
          + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }

    /** Without what may be a secret in it. */
    @Override
    public String toString() {
      return uri.getScheme()
          + "://"
          + uri.getHost()
          + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
          + uri.getPath();
    }
  }
}
