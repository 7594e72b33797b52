package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was accepted for each user and what became of it. */
final class Ledger {
  /** One message id of one user. */
  static final class Account {
    final Message message;
    int accepted;
    int ended;

    /** Of the input that was accepted last. */
    long offset;

    long acceptedWall;

    /** It is to go behind what came before it. */
    boolean inOrder;

    /** The earliest of what was accepted. */
    long expiryMillis = Message.NEVER;

    Account(Message message) {
      this.message = message;
    }
  }

  private final Map<UserKey, Map<String, Account>> users = new LinkedHashMap<>();

  Map<String, Account> of(UserKey user) {
    return users.computeIfAbsent(user, _ -> new TreeMap<>());
  }

  @Nullable Account find(UserKey user, String id) {
    return of(user).get(id);
  }

  Account accept(UserKey user, Message message, long offset, long wall) {
    Account account = of(user).computeIfAbsent(message.id(), _ -> new Account(message));
    account.accepted++;
    account.offset = offset;
    account.acceptedWall = wall;
    account.expiryMillis = Math.min(account.expiryMillis, message.expiryMillis());
    return account;
  }

  void end(UserKey user, String id) {
    Account account = find(user, id);
    if (account == null) {
      throw new Violation(2, user + " has an outcome for a message it never had: " + id);
    }
    account.ended++;
  }

  /** Every message has come to exactly one end, or lies in the mailbox. */
  void balance(UserKey user, Map<String, Integer> mailbox) {
    of(user)
        .forEach(
            (id, account) ->
                Violation.unless(
                    account.accepted == account.ended + mailbox.getOrDefault(id, 0),
                    2,
                    user,
                    " ",
                    id,
                    ": accepted ",
                    account.accepted,
                    ", ended ",
                    account.ended,
                    ", in the mailbox ",
                    mailbox.getOrDefault(id, 0)));
    mailbox
        .keySet()
        .forEach(
            id ->
                Violation.unless(
                    of(user).containsKey(id),
                    2,
                    user,
                    " has a message in its mailbox that never came: ",
                    id));
  }

  void forget(UserKey user) {
    users.remove(user);
  }
}
