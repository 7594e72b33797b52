package io.tidegate.contract.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.UserKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tidegate.revocations} says as far as it has been read, at most {@value #MOST}
 * revocations. A further one is not kept, but every token that was issued until then is revoked in
 * its place, whosever it is: too many are turned away rather than one let in. Any thread may change
 * it and ask.
 */
public final class Revocations {
  public static final int MOST = 100_000;

  /** By how much the clock of an issuer may be ahead, as {@link TokenRules} has it. */
  private static final long MOST_SKEW_MILLIS = 5 * 60_000;

  private static final Comparator<Revocation> FIRST_OVER =
      Comparator.comparingLong(Revocation::untilMillis).thenComparing(Revocation::key);

  private final int most;
  private final Map<String, Revocation> byKey = new ConcurrentHashMap<>();

  /** The same; guarded by this. */
  private final TreeSet<Revocation> byEnd = new TreeSet<>(FIRST_OVER);

  /** In the place of those for which there was no room. */
  private volatile Everyone everyone = new Everyone(Long.MIN_VALUE, Long.MIN_VALUE);

  private record Everyone(long beforeMillis, long untilMillis) {}

  public Revocations() {
    this(MOST);
  }

  Revocations(int most) {
    this.most = most;
  }

  /**
   * Takes one record. One that cannot be read changes nothing.
   *
   * @param value null: it is taken back
   * @throws IllegalArgumentException saying what is wrong with it, or that there are too many
   */
  public synchronized void changed(byte[] key, byte @Nullable [] value, long offset) {
    String text = new String(key, UTF_8);
    if (value == null) {
      remove(text);
      return;
    }
    Revocation revocation = Revocation.parse(key, value);
    if (byKey.size() >= most && !byKey.containsKey(text)) {
      throw tooMany(revocation);
    }
    Revocation before = byKey.put(text, revocation);
    if (before != null) {
      byEnd.remove(before);
    }
    byEnd.add(revocation);
  }

  private IllegalArgumentException tooMany(Revocation revocation) {
    boolean token = revocation.kind() == Revocation.Kind.TOKEN;
    // When one token was issued is not known; not after it was revoked, by its issuer's clock.
    long before = revocation.beforeMillis() + (token ? MOST_SKEW_MILLIS : 0);
    everyone =
        new Everyone(
            Math.max(everyone.beforeMillis, before),
            Math.max(everyone.untilMillis, revocation.untilMillis()));
    return new IllegalArgumentException(
        "there are "
            + most
            + " revocations already, so all tokens issued until "
            + Rfc3339.format(everyone.beforeMillis)
            + " are refused");
  }

  private void remove(String key) {
    Revocation gone = byKey.remove(key);
    if (gone != null) {
      byEnd.remove(gone);
    }
  }

  /** Drops those that are over; returns them. */
  public synchronized List<Revocation> forget(long nowMillis) {
    List<Revocation> over = new ArrayList<>();
    while (!byEnd.isEmpty() && byEnd.first().isOver(nowMillis)) {
      Revocation first = byEnd.first();
      remove(first.key());
      over.add(first);
    }
    return over;
  }

  /**
   * Whether a token is not to be taken.
   *
   * @param device for which it is shown
   * @param issuedMillis epoch milliseconds; 0: it does not say
   * @param tokenId null: it has none
   */
  public boolean revokes(
      UserKey user, String device, long issuedMillis, @Nullable String tokenId, long nowMillis) {
    Everyone all = everyone;
    if (issuedMillis <= all.beforeMillis && nowMillis < all.untilMillis) {
      return true;
    }
    return !byKey.isEmpty()
        && (covers(Revocation.userKey(user), issuedMillis, nowMillis)
            || covers(Revocation.deviceKey(user, device), issuedMillis, nowMillis)
            || (tokenId != null
                && covers(Revocation.tokenKey(user.tenant(), tokenId), issuedMillis, nowMillis)));
  }

  private boolean covers(String key, long issuedMillis, long nowMillis) {
    Revocation found = byKey.get(key);
    return found != null && !found.isOver(nowMillis) && found.covers(issuedMillis);
  }

  /** The one of that key, over or not. */
  public @Nullable Revocation find(String key) {
    return byKey.get(key);
  }

  public List<Revocation> all() {
    return List.copyOf(byKey.values());
  }

  public int size() {
    return byKey.size();
  }
}
