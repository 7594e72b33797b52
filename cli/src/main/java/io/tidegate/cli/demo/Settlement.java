package io.tidegate.cli.demo;

import io.tidegate.cli.demo.MailboxReader.NotNowException;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.StartupException;
import java.time.Duration;
import java.util.List;

/** Waits, when all is sent, until the account balances or nothing changes any more. */
final class Settlement {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Account account;
  private final MailboxReader mailboxes;
  private final List<String> users;
  private final long patienceNanos;

  /**
   * @param patience without any progress, or any answer, for so long it ends
   */
  Settlement(Account account, MailboxReader mailboxes, List<String> users, Duration patience) {
    this.account = account;
    this.mailboxes = mailboxes;
    this.users = users;
    this.patienceNanos = patience.toNanos();
  }

  /**
   * What the mailboxes hold in the end.
   *
   * @param tick called at each pause
   * @throws StartupException if fan-out does not say it
   */
  long await(Runnable tick) throws StartupException, InterruptedException {
    long lastChange = System.nanoTime();
    long lastAnswer = lastChange;
    long lastReached = -1;
    long ended = -1;
    while (true) {
      if (account.ended() != ended) {
        ended = account.ended();
        lastChange = System.nanoTime();
        lastAnswer = lastChange;
      } else {
        try {
          long waiting = held();
          // Both only grow or move while something is still under way.
          long reached = account.pushed.sum() + account.acked.sum() + waiting;
          if (isSettled(waiting)) {
            return waiting;
          }
          if (reached != lastReached) {
            lastReached = reached;
            lastChange = System.nanoTime();
          } else if (System.nanoTime() - lastChange > patienceNanos) {
            return waiting;
          }
          lastAnswer = System.nanoTime();
        } catch (NotNowException e) {
          if (System.nanoTime() - lastAnswer > patienceNanos) {
            throw new StartupException(
                "fan-out does not say what the mailboxes hold: " + e.getMessage(), e);
          }
        }
      }
      Thread.sleep(PAUSE);
      tick.run();
    }
  }

  /** Whether every message is accounted for, and shown as often as it counts as delivered. */
  boolean isSettled(long waiting) {
    return account.isBalanced(waiting)
        && account.pushed.sum() == account.of(Outcome.Kind.DELIVERED);
  }

  private long held() throws NotNowException, StartupException, InterruptedException {
    long held = 0;
    for (String user : users) {
      held += mailboxes.held(user);
    }
    return held;
  }
}
