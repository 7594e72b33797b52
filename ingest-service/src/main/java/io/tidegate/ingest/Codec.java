package io.tidegate.ingest;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the producer compresses. */
final class Codec {
  private static final Logger LOGGER = LoggerFactory.getLogger(Codec.class);
  private static final int SOME_BYTES = 64;

  private Codec() {}

  /**
   * {@code snappy} where that works, which it does not where its library cannot be unpacked into
   * the temporary folder; no message would be written then. Else {@code lz4}, which fills 128 KiB
   * with zeros for each batch, however small: a fifth of a single post's cost.
   */
  static String best() {
    try (OutputStream out =
        Compression.snappy()
            .build()
            .wrapForOutput(
                new ByteBufferOutputStream(SOME_BYTES), RecordBatch.CURRENT_MAGIC_VALUE)) {
      out.write(0);
      return "snappy";
    } catch (KafkaException | LinkageError | IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("java.io.tmpdir", System.getProperty("java.io.tmpdir"))
          .addKeyValue("cause", e)
          .log("snappy does not work; messages are compressed with lz4, which costs more CPU");
      return "lz4";
    }
  }
}
