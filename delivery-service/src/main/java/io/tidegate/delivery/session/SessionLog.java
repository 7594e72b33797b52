package io.tidegate.delivery.session;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.ClientFrame;
import java.util.function.Consumer;

/**
 * Where event loops leave what the sequencers are to know. Never blocks; records of one user are
 * written in the order they were left. False: no room, nothing was left.
 */
public interface SessionLog {
  boolean up(UserKey user, SessionId id, ClientFrame.Hello hello);

  boolean down(UserKey user, SessionId id, String device);

  /**
   * @param user as in the inbox record, {@code tenant/user}
   */
  boolean unknown(String user, SessionId id);

  /**
   * @param partition of the users in the batch
   * @param batch an {@link io.tidegate.contract.session.AckBatch}
   * @param done told on any thread whether the batch was written
   */
  boolean acks(int partition, byte[] batch, Consumer<Boolean> done);
}
