package io.tidegate.delivery.auth;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.token.TokenFault;
import io.tidegate.delivery.frame.ClientFrame;
import org.jspecify.annotations.Nullable;

/** Whether a hello, or another token, is taken. */
public sealed interface Entry {
  long FOR_EVER = Long.MAX_VALUE;

  /**
   * It is.
   *
   * @param lifeMillis for how long; {@link #FOR_EVER} where no token is asked for
   * @param issuedMillis when its token was issued, epoch milliseconds; 0: that is not said
   * @param tokenId by which its token can be revoked; null: none
   */
  record Let(ClientFrame.Hello hello, long lifeMillis, long issuedMillis, @Nullable String tokenId)
      implements Entry {
    /** Without a token. */
    static Let forEver(ClientFrame.Hello hello) {
      return new Let(hello, FOR_EVER, 0, null);
    }
  }

  /**
   * It is not.
   *
   * @param detail what to tell the client
   * @param fault what is wrong with its token; null: it is something else
   */
  record Refused(CloseCode code, String detail, @Nullable TokenFault fault) implements Entry {}
}
