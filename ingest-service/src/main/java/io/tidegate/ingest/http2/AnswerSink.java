package io.tidegate.ingest.http2;

import io.tidegate.contract.http2.Field;
import java.util.List;

/** Takes an answer in its parts, in their order. */
public interface AnswerSink {
  /**
   * @param status from 100 to 199: of an interim answer, which another head follows
   * @param end nothing follows
   */
  void head(int status, List<Field> fields, boolean end);

  /**
   * A piece of the body, perhaps empty if it is the last.
   *
   * @param bytes may change after the call
   */
  void body(byte[] bytes, int offset, int length, boolean end);
}
