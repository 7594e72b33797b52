package io.tidegate.ingest.quota;

import static java.util.Objects.requireNonNull;

import io.tidegate.contract.auth.Quota;
import io.tidegate.ingest.admission.Part;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What every tenant and every key may use of this instance. There is an account only of those that
 * have a quota or a share and have used some of it: once all of that has come back, it is as good
 * as none and is forgotten, at the latest when there is no room. At most {@value #MOST} tenants and
 * keys have one at once, as many as there may be keys and tenants of keys; those beyond are not let
 * in. Safe for use by many threads.
 */
public final class Quotas {
  public static final int MOST = 200_000;
  private static final long SWEEP_NANOS = 1_000_000_000L;

  /** What is set for single tenants and keys. */
  public interface Own {
    /** Nothing is. */
    Own NOTHING =
        new Own() {
          @Override
          public Quota ofTenant(String tenant) {
            return Quota.UNSET;
          }

          @Override
          public Quota ofKey(String keyId) {
            return Quota.UNSET;
          }
        };

    Quota ofTenant(String tenant);

    Quota ofKey(String keyId);
  }

  private final Allowance perTenant;
  private final Allowance perKey;
  private final Part part;
  private final Own own;
  private final int most;
  private final LongSupplier nanoTime;
  private final long origin;
  private final ConcurrentHashMap<String, Account> accounts = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong sweptNanos = new AtomicLong(-SWEEP_NANOS);

  /**
   * @param perTenant for those for whom nothing else is set
   * @param perKey the same
   * @param part what each tenant may hold of the instance's bytes, requests and streams
   * @param most how many may have an account at once
   */
  public Quotas(
      Allowance perTenant, Allowance perKey, Part part, Own own, int most, LongSupplier nanoTime) {
    this.perTenant = perTenant;
    this.perKey = perKey;
    this.part = part;
    this.own = own;
    this.most = most;
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
  }

  /** Whether messages of the tenant, or with the key, are counted. */
  public boolean hasRate(String tenant, @Nullable String keyId) {
    return !perTenant.with(own.ofTenant(tenant)).rate().isNone()
        || (keyId != null && !perKey.with(own.ofKey(keyId)).rate().isNone());
  }

  /**
   * Lets a request in; null if there are as many accounts as may be.
   *
   * @param keyId null: it showed no key
   */
  public @Nullable Lease enter(String tenant, @Nullable String keyId) {
    Allowance ofTenant = perTenant.with(own.ofTenant(tenant));
    Allowance ofKey = keyId == null ? Allowance.NONE : perKey.with(own.ofKey(keyId));
    if (part.isAll() && ofTenant.isNone() && ofKey.isNone()) {
      return Lease.UNLIMITED;
    }
    String key = ofKey.isNone() ? null : keyId;
    Lease lease = tryEnter(tenant, key, ofTenant, ofKey);
    return lease == null && sweep() ? tryEnter(tenant, key, ofTenant, ofKey) : lease;
  }

  private @Nullable Lease tryEnter(
      String tenant, @Nullable String key, Allowance ofTenant, Allowance ofKey) {
    Lease[] lease = new Lease[1];
    var _ =
        accounts.compute(
            tenant,
            (_, there) -> {
              Account account = there == null ? new Account() : there;
              synchronized (account) {
                int more = account.lacks(key) + (there == null ? 1 : 0);
                if (more > 0 && size.addAndGet(more) > most) {
                  size.addAndGet(-more);
                  return there;
                }
                account.tenant().enter();
                Usage usage = key == null ? null : account.key(key);
                if (usage != null) {
                  usage.enter();
                }
                lease[0] =
                    new Lease(
                        account,
                        ofTenant,
                        usage,
                        ofKey,
                        part,
                        this::now,
                        () -> leave(tenant, account, key, usage));
                return account;
              }
            });
    return lease[0];
  }

  private void leave(String tenant, Account account, @Nullable String key, @Nullable Usage usage) {
    var _ =
        accounts.computeIfPresent(
            tenant,
            (_, there) -> {
              synchronized (account) {
                account.tenant().leave();
                if (key != null) {
                  requireNonNull(usage).leave();
                  if (account.forgetIfIdle(key, now())) {
                    size.decrementAndGet();
                  }
                }
                return kept(there);
              }
            });
  }

  private @Nullable Account kept(Account account) {
    if (account.isIdle(now())) {
      size.decrementAndGet();
      return null;
    }
    return account;
  }

  /** Forgets who is as good as new; false if that was done a moment ago. */
  private boolean sweep() {
    long now = now();
    long before = sweptNanos.get();
    if (now - before < SWEEP_NANOS || !sweptNanos.compareAndSet(before, now)) {
      return false;
    }
    for (Iterator<String> tenants = accounts.keySet().iterator(); tenants.hasNext(); ) {
      var _ =
          accounts.computeIfPresent(
              tenants.next(),
              (_, account) -> {
                synchronized (account) {
                  size.addAndGet(-account.forgetIdleKeys(now));
                  return kept(account);
                }
              });
    }
    return true;
  }

  /** How many tenants and keys have an account. */
  public int size() {
    return size.get();
  }

  private long now() {
    return nanoTime.getAsLong() - origin;
  }
}
