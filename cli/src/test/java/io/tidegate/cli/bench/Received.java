package io.tidegate.cli.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How many pushes have come, as {@code wsload} says in memory that it shares with us. */
final class Received {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer shared;

  private Received(ByteBuffer shared) {
    this.shared = shared;
  }

  /** Opens the file, which is made if it is not there. */
  static Received in(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Received(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
    }
  }

  long count() {
    return (long) LONG.getVolatile(shared, 0);
  }
}
