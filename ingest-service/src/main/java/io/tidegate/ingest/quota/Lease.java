package io.tidegate.ingest.quota;

import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.rate.Rate;
import io.tidegate.ingest.admission.Part;
import io.tidegate.ingest.admission.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request may use of its tenant's quota and its key's, and of its tenant's share of the
 * instance: all must have room, or nothing is taken of any. For one thread, and until it is closed.
 */
public final class Lease implements Share, AutoCloseable {
  static final Lease UNLIMITED =
      new Lease(new Account(), Allowance.NONE, null, Allowance.NONE, Part.ALL, () -> 0, () -> {});

  private final Account account;
  private final Allowance ofTenant;
  private final @Nullable Usage key;
  private final Allowance ofKey;
  private final Part part;
  private final LongSupplier now;
  private final Runnable leave;
  private boolean closed;
  private int streams;
  private long held;
  private long refused;
  private @Nullable Excess last;

  Lease(
      Account account,
      Allowance ofTenant,
      @Nullable Usage key,
      Allowance ofKey,
      Part part,
      LongSupplier now,
      Runnable leave) {
    this.account = account;
    this.ofTenant = ofTenant;
    this.key = key;
    this.ofKey = ofKey;
    this.part = part;
    this.now = now;
    this.leave = leave;
  }

  /** Whether a message could be sent now; null if so. Takes nothing. */
  public @Nullable Excess check() {
    if (hasNoRate()) {
      return null;
    }
    synchronized (account) {
      return refusal(now.getAsLong());
    }
  }

  /**
   * Takes room for one message; null if there is some. What is told of the wait is for all that
   * were refused, each behind those before it; but of one lease's no more than a burst, which is
   * all that it could send at once.
   */
  public @Nullable Excess take() {
    if (hasNoRate()) {
      return null;
    }
    synchronized (account) {
      long at = now.getAsLong();
      Excess refusal = refusal(at);
      if (refusal != null) {
        return refusal;
      }
      if (!ofTenant.rate().isNone()) {
        account.tenant().take(ofTenant.rate(), at);
      }
      if (key != null && !ofKey.rate().isNone()) {
        key.take(ofKey.rate(), at);
      }
      return null;
    }
  }

  private boolean hasNoRate() {
    return ofTenant.rate().isNone() && ofKey.rate().isNone();
  }

  /** The one that has to be waited for longest; null if one more conforms. */
  private @Nullable Excess refusal(long at) {
    Excess tenant = refusal(Limited.TENANT_RATE, ofTenant.rate(), account.tenant(), at);
    Excess own = refusal(Limited.KEY_RATE, ofKey.rate(), key, at);
    if (tenant != null || own != null) {
      refused++;
    }
    if (tenant == null || own == null) {
      return tenant == null ? own : tenant;
    }
    return own.waitNanos() > tenant.waitNanos() ? own : tenant;
  }

  private @Nullable Excess refusal(Limited limited, Rate rate, @Nullable Usage usage, long at) {
    if (usage == null || rate.isNone() || usage.waitNanos(rate, at, 1) <= 0) {
      return null;
    }
    long wait =
        refused < rate.burst()
            ? usage.promiseNanos(rate, at)
            : usage.waitNanos(rate, at, rate.burst());
    return new Excess(limited, rate.toString(), wait, false);
  }

  /** How much of each rate is left. */
  public List<Standing> standings() {
    List<Standing> standings = new ArrayList<>(2);
    if (!hasNoRate()) {
      synchronized (account) {
        long at = now.getAsLong();
        if (!ofTenant.rate().isNone()) {
          standings.add(account.tenant().standing("tenant", ofTenant.rate(), at));
        }
        if (key != null && !ofKey.rate().isNone()) {
          standings.add(key.standing("key", ofKey.rate(), at));
        }
      }
    }
    return standings;
  }

  @Override
  public boolean enter(int free) {
    if (part.isAll()) {
      return true;
    }
    synchronized (account) {
      last = beyondShare(Limited.SHARE_OF_REQUESTS, account.tenant().requests(), 1, free);
      if (last == null) {
        account.tenant().addRequests(1);
      }
      return last == null;
    }
  }

  @Override
  public void leave() {
    if (!part.isAll()) {
      synchronized (account) {
        account.tenant().addRequests(-1);
      }
    }
  }

  /**
   * Takes a stream's place until this is closed; null if there is one.
   *
   * @param free how many streams more there may be
   */
  public @Nullable Excess takeStream(int free) {
    if (part.isAll()) {
      return null;
    }
    synchronized (account) {
      Excess excess = beyondShare(Limited.SHARE_OF_STREAMS, account.tenant().streams(), 1, free);
      if (excess == null) {
        streams++;
        account.tenant().addStreams(1);
      }
      return excess;
    }
  }

  /** Where nothing is free for anyone, it is not the share that is in the way. */
  private @Nullable Excess beyondShare(Limited limited, long has, long more, long free) {
    return free < more || part.allows(has, more, free)
        ? null
        : new Excess(limited, part.percent() + " %", 0, false);
  }

  @Override
  public boolean grow(long more, long free) {
    if (hasNoBytes()) {
      return true;
    }
    synchronized (account) {
      last = excess(Limited.TENANT_BYTES, ofTenant.bytes(), account.tenant(), more);
      if (last == null) {
        last = excess(Limited.KEY_BYTES, ofKey.bytes(), key, more);
      }
      if (last == null) {
        last = beyondShare(Limited.SHARE_OF_BYTES, account.tenant().bytes(), more, free);
      }
      if (last == null) {
        add(more);
      }
      return last == null;
    }
  }

  private @Nullable Excess excess(Limited limited, long most, @Nullable Usage usage, long more) {
    if (usage == null || most == Quota.NO_LIMIT || usage.bytes() + more <= most) {
      return null;
    }
    return new Excess(limited, Long.toString(most), 0, held + more > most);
  }

  /** How many bytes this may hold at the most, whatever is free; {@code Long.MAX_VALUE}: any. */
  public long mostBytes() {
    return Math.min(most(ofTenant.bytes()), key == null ? Long.MAX_VALUE : most(ofKey.bytes()));
  }

  private static long most(long bytes) {
    return bytes == Quota.NO_LIMIT ? Long.MAX_VALUE : bytes;
  }

  @Override
  public void shrink(long less) {
    if (!hasNoBytes()) {
      synchronized (account) {
        add(-less);
      }
    }
  }

  private boolean hasNoBytes() {
    return part.isAll() && ofTenant.bytes() == Quota.NO_LIMIT && ofKey.bytes() == Quota.NO_LIMIT;
  }

  private void add(long more) {
    held += more;
    account.tenant().add(more);
    if (key != null) {
      key.add(more);
    }
  }

  /** Why {@link #enter} or {@link #grow} last said no; null if it said yes. */
  public @Nullable Excess last() {
    return last;
  }

  /** What else it holds is to be given back before. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (streams > 0) {
        synchronized (account) {
          account.tenant().addStreams(-streams);
        }
      }
      leave.run();
    }
  }
}
