package io.tidegate.contract.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.Token;
import io.tidegate.contract.token.TokenFault;
import io.tidegate.contract.token.TokenVerifier;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what the tokens of a trusted issuer allow. A signature costs more than all else of a small
 * request, so a token that was found good is known again, by its SHA-256, until it ends or the keys
 * change; {@value #KNOWN} of them at the least, twice as many at the most, of some 500 bytes each.
 * Safe for use by many threads.
 */
public final class CallerTokens {
  static final int KNOWN = 10_000;

  /** Before a token's subject, where a caller is named; no id of a key has a colon. */
  public static final String SUBJECT = "sub:";

  private final TokenVerifier verifier;
  private final Supplier<PublicKeys> keys;
  private final Runnable missed;
  private final String scopePrefix;
  private final int mostYoung;
  private final LongAdder checked = new LongAdder();
  private final Map<TokenFault, LongAdder> refused = new EnumMap<>(TokenFault.class);
  private volatile Known known = new Known(PublicKeys.NONE);

  /**
   * @param scopePrefix what stands before a {@link Scope} in the tokens' scopes
   * @param keys those that are known now
   * @param missed told that a token was signed with a key that is not known
   */
  public CallerTokens(
      TokenVerifier verifier, String scopePrefix, Supplier<PublicKeys> keys, Runnable missed) {
    this(verifier, scopePrefix, keys, missed, KNOWN);
  }

  CallerTokens(
      TokenVerifier verifier,
      String scopePrefix,
      Supplier<PublicKeys> keys,
      Runnable missed,
      int mostYoung) {
    this.scopePrefix = scopePrefix;
    this.mostYoung = mostYoung;
    this.verifier = verifier;
    this.keys = keys;
    this.missed = missed;
    for (TokenFault fault : TokenFault.values()) {
      refused.put(fault, new LongAdder());
    }
  }

  /** How many tokens were looked at that were not known as good ones. */
  public long checked() {
    return checked.sum();
  }

  int known() {
    return known.young().size() + known.old().size();
  }

  /** How many tokens were not taken for that. */
  public long refused(TokenFault fault) {
    return requireNonNull(refused.get(fault)).sum();
  }

  /** What is kept of a good token. */
  private record Caller(String tenant, String name, Set<Scope> scopes, long expiresMillis) {}

  private Caller caller(Token token) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : token.scopes()) {
      Scope scope =
          word.startsWith(scopePrefix) ? Scope.of(word.substring(scopePrefix.length())) : null;
      if (scope != null) {
        scopes.add(scope);
      }
    }
    return new Caller(token.tenant(), SUBJECT + token.subject(), scopes, token.expiresMillis());
  }

  /** The tokens that were found good with some keys: those used of late, and those before them. */
  private record Known(
      PublicKeys keys, Map<ByteString, Caller> young, Map<ByteString, Caller> old) {
    Known(PublicKeys keys) {
      this(keys, new ConcurrentHashMap<>(), Map.of());
    }
  }

  Access check(String text, Scope scope, long nowMillis) {
    PublicKeys current = keys.get();
    if (current.size() == 0) {
      return new Access.NotReadYet("the issuer's keys are not read yet");
    }
    ByteString hash = text.length() > TokenVerifier.MAX_CHARS ? null : sha256(text);
    Caller caller = hash == null ? null : find(hash, current, nowMillis);
    if (caller == null) {
      checked.increment();
      switch (verifier.check(text, current, nowMillis)) {
        case TokenVerifier.Verdict.Bad bad -> {
          return unknown(bad);
        }
        case TokenVerifier.Verdict.Good(Token token) -> {
          if (token.device() != null) {
            return unknown(
                new TokenVerifier.Verdict.Bad(TokenFault.MISMATCH, "it is one of a device"));
          }
          caller = caller(token);
          if (hash != null) {
            keep(hash, caller, current);
          }
        }
      }
    }
    Access.Granted who = new Access.Granted(caller.tenant(), caller.name());
    return caller.scopes().contains(scope)
        ? who
        : new Access.Lacking(who, "the token of " + caller.name(), scope);
  }

  private Access unknown(TokenVerifier.Verdict.Bad bad) {
    requireNonNull(refused.get(bad.fault())).increment();
    if (bad.fault() == TokenFault.UNKNOWN_KEY) {
      missed.run();
    }
    return new Access.Unknown(true, "Authorization: the token is not taken: " + bad.reason());
  }

  private @Nullable Caller find(ByteString hash, PublicKeys current, long nowMillis) {
    Known there = known;
    if (!isOf(there, current)) {
      return null;
    }
    Caller caller = there.young().get(hash);
    if (caller == null) {
      caller = there.old().get(hash);
      if (caller != null) {
        keep(hash, caller, current);
      }
    }
    return caller == null || caller.expiresMillis() <= nowMillis ? null : caller;
  }

  private void keep(ByteString hash, Caller caller, PublicKeys current) {
    Known there = known;
    if (!isOf(there, current)) {
      there = new Known(current);
      known = there;
    } else if (there.young().size() >= mostYoung) {
      there = new Known(current, new ConcurrentHashMap<>(), there.young());
      known = there;
    }
    there.young().put(hash, caller);
  }

  /** The same object, and not an equal one: the keys are what is trusted. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isOf(Known known, PublicKeys current) {
    return known.keys() == current;
  }

  private static ByteString sha256(String text) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
