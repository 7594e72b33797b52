package io.tidegate.delivery.auth;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.Revocations;
import io.tidegate.contract.token.Token;
import io.tidegate.contract.token.TokenFault;
import io.tidegate.contract.token.TokenVerifier;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.delivery.frame.ClientFrame;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets devices in. Never waits, for it is asked on event loops: a signature costs about 0.2 ms, and
 * a key that is not known is fetched by another thread while the client comes again.
 */
public sealed interface Door {

  /** Whether that hello is taken. */
  Entry enter(ClientFrame.Greeting greeting);

  /** Whether another token is taken for the session of that user and device. */
  Entry renew(@Nullable String token, UserKey user, String device);

  /**
   * Whether the token of a session was revoked since.
   *
   * @param issuedMillis of the {@link Entry.Let} that the session was let in or renewed by, as is
   *     {@code tokenId}
   */
  boolean isRevoked(UserKey user, String device, long issuedMillis, @Nullable String tokenId);

  /** Takes every hello at its word, for the tenant {@code default}. */
  record Open() implements Door {
    @Override
    public Entry enter(ClientFrame.Greeting greeting) {
      String user = greeting.user();
      if (user == null) {
        return new Entry.Refused(CloseCode.BAD_HELLO, "user: missing", null);
      }
      ClientFrame.Hello hello =
          greeting
              .wishes()
              .of(
                  new UserKey(UserKey.DEFAULT_TENANT, user),
                  greeting.device() == null ? ClientProtocol.DEFAULT_DEVICE : greeting.device());
      Entry reserved = reserved(hello.user(), hello.device());
      return reserved == null ? Entry.Let.forEver(hello) : reserved;
    }

    @Override
    public Entry renew(@Nullable String token, UserKey user, String device) {
      return Entry.Let.forEver(ANY.of(user, device));
    }

    @Override
    public boolean isRevoked(
        UserKey user, String device, long issuedMillis, @Nullable String tokenId) {
      return false;
    }
  }

  /**
   * Takes who shows a token, for its user and tenant.
   *
   * @param keys those that are known now
   * @param missed told that a token was signed with a key that is not known
   * @param revocations as far as they are known now
   * @param complete whether those are all; no token is taken before
   * @param clock epoch milliseconds
   */
  record Guarded(
      TokenVerifier verifier,
      Supplier<PublicKeys> keys,
      Runnable missed,
      Revocations revocations,
      BooleanSupplier complete,
      LongSupplier clock)
      implements Door {
    @Override
    public Entry enter(ClientFrame.Greeting greeting) {
      long now = clock.getAsLong();
      return switch (verifier.check(greeting.token(), keys.get(), now)) {
        case TokenVerifier.Verdict.Bad bad -> refused(bad.fault(), bad.reason());
        case TokenVerifier.Verdict.Good(Token token) -> {
          String device = device(greeting.device(), token.device());
          if (greeting.user() != null && !greeting.user().equals(token.subject())) {
            yield refused(TokenFault.MISMATCH, "of another user than the hello names");
          } else if (device == null) {
            yield refused(TokenFault.MISMATCH, "of another device than the hello names");
          } else {
            UserKey user = new UserKey(token.tenant(), token.subject());
            Entry reserved = reserved(user, device);
            if (reserved != null) {
              yield reserved;
            }
            yield unlessRevoked(greeting.wishes().of(user, device), token, now);
          }
        }
      };
    }

    @Override
    public Entry renew(@Nullable String shown, UserKey user, String device) {
      long now = clock.getAsLong();
      return switch (verifier.check(shown, keys.get(), now)) {
        case TokenVerifier.Verdict.Bad bad -> refused(bad.fault(), bad.reason());
        case TokenVerifier.Verdict.Good(Token token) -> {
          boolean same =
              user.equals(new UserKey(token.tenant(), token.subject()))
                  && (token.device() == null || token.device().equals(device));
          yield same
              ? unlessRevoked(ANY.of(user, device), token, now)
              : refused(TokenFault.MISMATCH, "of another user or device than the session is");
        }
      };
    }

    /** Null: they are not the same. */
    private static @Nullable String device(@Nullable String said, @Nullable String signed) {
      if (signed == null) {
        return said == null ? ClientProtocol.DEFAULT_DEVICE : said;
      }
      return said == null || said.equals(signed) ? signed : null;
    }

    @Override
    public boolean isRevoked(
        UserKey user, String device, long issuedMillis, @Nullable String tokenId) {
      return revocations.revokes(user, device, issuedMillis, tokenId, clock.getAsLong());
    }

    private Entry unlessRevoked(ClientFrame.Hello hello, Token token, long now) {
      if (!complete.getAsBoolean()) {
        return refused(TokenFault.REVOCATIONS_UNKNOWN, TokenFault.REVOCATIONS_UNKNOWN.words());
      }
      long issued = token.issuedMillis();
      if (revocations.revokes(hello.user(), hello.device(), issued, token.id(), now)) {
        return refused(TokenFault.REVOKED, TokenFault.REVOKED.words());
      }
      return new Entry.Let(hello, Math.max(0, token.expiresMillis() - now), issued, token.id());
    }

    private Entry refused(TokenFault fault, String reason) {
      CloseCode code =
          switch (fault) {
            case UNKNOWN_KEY, REVOCATIONS_UNKNOWN -> CloseCode.TOKEN_KEY_UNKNOWN;
            case EXPIRED -> CloseCode.TOKEN_EXPIRED;
            default -> CloseCode.UNAUTHORIZED;
          };
      if (fault == TokenFault.UNKNOWN_KEY) {
        missed.run();
      }
      return new Entry.Refused(code, "token: " + reason, fault);
    }
  }

  /** Why nobody who comes by himself may be that device; null: he may. */
  private static @Nullable Entry reserved(UserKey user, String device) {
    if (EndpointKey.isReservedUser(user.user())) {
      return new Entry.Refused(
          CloseCode.BAD_HELLO, "user: only the endpoints of a group are called so", null);
    }
    return EndpointKey.isReservedDevice(device)
        ? new Entry.Refused(CloseCode.BAD_HELLO, "device: only endpoints are called so", null)
        : null;
  }

  /** A renewal asks for nothing but time. */
  ClientFrame.Wishes ANY =
      new ClientFrame.Wishes(ClientProtocol.DEFAULT_WINDOW, null, Urgency.VERY_LOW);
}
