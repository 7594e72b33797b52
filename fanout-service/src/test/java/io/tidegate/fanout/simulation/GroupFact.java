package io.tidegate.fanout.simulation;

import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;

/** What became true of groups in a partition, and of messages for many. */
sealed interface GroupFact extends Happened {

  /**
   * A user is in a group from now on, or not any more.
   *
   * @param changed whether the core says that it was otherwise before
   */
  record Member(Membership membership, boolean joins, boolean changed) implements GroupFact {}

  /**
   * A copy is about to be taken up.
   *
   * @param offset of its record
   * @param policies the version of the policies that hold then
   */
  record Copied(Recipient to, Message message, long offset, long wall, long policies)
      implements GroupFact {}

  /**
   * It was.
   *
   * @param fresh whether the core says that its id is new
   */
  record Taken(long offset, boolean fresh) implements GroupFact {}
}
