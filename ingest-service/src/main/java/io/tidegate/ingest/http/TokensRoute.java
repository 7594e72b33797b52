package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.TokenRequest;
import io.tidegate.ingest.tokens.TokenSigner;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/tokens}: a token for a device of one of the caller's users; and {@code GET
 * /.well-known/jwks.json}: what everyone may check it with. Where nobody is asked who he is no
 * tokens are made either, because they would be worth nothing.
 */
final class TokensRoute {
  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  /** Sooner than a new key signs. */
  private static final Header SHORT =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "max-age=15");

  private static final Header JWK_SET =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/jwk-set+json");

  private final @Nullable TokenSigner signer;
  private final boolean callersAreKnown;
  private final Entrance entrance;
  private final Answers answers;

  /**
   * @param signer null: there are no keys to sign with
   */
  TokensRoute(
      @Nullable TokenSigner signer, boolean callersAreKnown, Entrance entrance, Answers answers) {
    this.signer = signer;
    this.callersAreKnown = callersAreKnown;
    this.entrance = entrance;
    this.answers = answers;
  }

  void issue(ServerRequest request, ServerResponse response) {
    if (!request.prologue().method().equals(Method.POST)) {
      answers.notAllowed("POST", request, response);
      return;
    }
    if (signer == null || !callersAreKnown) {
      throw Rejection.of(
          Problem.Kind.NOT_FOUND,
          "tokens are made where TIDEGATE_INGEST_SIGNING_KEYS is set and callers are asked who"
              + " they are");
    }
    try (Entrance.Entry entry = entrance.enter(request)) {
      byte[] body = Bodies.readJson(request, TokenRequest.MAX_BYTES, entry);
      TokenRequest wanted = TokenRequest.parse(body, Caller.of(request).tenant());
      SigningKeys.Issued issued =
          signer
              .keys(System.nanoTime())
              .issue(wanted.user(), wanted.device(), wanted.life(), System.currentTimeMillis());
      response.header(Answers.JSON);
      response.header(NO_STORE);
      response.send(Json.token(issued));
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    }
  }

  void keys(ServerRequest request, ServerResponse response) {
    Method method = request.prologue().method();
    if (!method.equals(Method.GET) && !method.equals(Method.HEAD)) {
      answers.notAllowed("GET, HEAD", request, response);
      return;
    }
    if (signer == null) {
      throw Rejection.of(
          Problem.Kind.NOT_FOUND, "there are no signing keys; set TIDEGATE_INGEST_SIGNING_KEYS");
    }
    String json = signer.keys(System.nanoTime()).publicJson();
    response.header(JWK_SET);
    response.header(SHORT);
    Answers.leaveUnread(request, response);
    Answers.send(request, response, json.getBytes(StandardCharsets.UTF_8));
  }
}
