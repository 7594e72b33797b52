package io.tidegate.delivery.session;

import io.tidegate.contract.session.Cursor;
import io.tidegate.contract.session.SessionDown;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUnknown;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.delivery.frame.ClientFrame;

/** The values of {@code tidegate.sessions}. */
public final class SessionRecords {
  private SessionRecords() {}

  /**
   * @param nowMillis epoch milliseconds
   */
  public static byte[] up(SessionId id, ClientFrame.Hello hello, long nowMillis) {
    SessionUp.Builder up =
        SessionUp.newBuilder()
            .setDevice(hello.device())
            .setWindow(hello.window())
            .setMinUrgency(hello.urgency().position())
            .setSaidMillis(nowMillis);
    ClientFrame.Resume resume = hello.resume();
    if (resume != null) {
      up.setResume(Cursor.newBuilder().setEpoch(resume.epoch()).setSeq(resume.seq()));
    }
    return SessionRecord.newBuilder().setSession(id).setUp(up).build().toByteArray();
  }

  public static byte[] down(SessionId id, String device) {
    return SessionRecord.newBuilder()
        .setSession(id)
        .setDown(SessionDown.newBuilder().setDevice(device))
        .build()
        .toByteArray();
  }

  public static byte[] unknown(SessionId id) {
    return SessionRecord.newBuilder()
        .setSession(id)
        .setUnknown(SessionUnknown.getDefaultInstance())
        .build()
        .toByteArray();
  }
}
