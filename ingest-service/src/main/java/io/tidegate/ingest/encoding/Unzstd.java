package io.tidegate.ingest.encoding;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.tidegate.ingest.admission.Admission;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is in a zstd body (RFC 8878): one frame, or several one after the other. A few bytes can ask
 * for a window of 128 MiB, so each frame's header is looked at before the library sees it: the
 * window is at most 8 MiB (RFC 9659), and the permit is asked for it.
 */
public final class Unzstd extends Decoder {
  /** RFC 9659. */
  static final long MAX_WINDOW_BYTES = 8L * 1024 * 1024;

  private static final int BUFFER_BYTES = 16 * 1024;
  private static final long MAX_BLOCK_BYTES = 128L * 1024;

  /** Two buffers, the array that is read into, and the library's tables. */
  private static final long MEMORY_BYTES = 3L * BUFFER_BYTES + 96 * 1024;

  private static final int MAGIC = 0xfd2fb528;
  private static final int SKIPPABLE_MAGIC = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xfffffff0;
  private static final int MAGIC_BYTES = 4;

  private final long maxBytes;
  private final Arena arena = Arena.ofConfined();
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final byte[] read = new byte[BUFFER_BYTES];
  private final ByteBuffer in;
  private final ByteBuffer out;
  private long frameMemory;
  private boolean inFrame;
  private boolean any;

  /**
   * @param maxBytes a frame that says it holds more is refused before it is unpacked
   * @throws DecodingException if there is no room for it now
   */
  public Unzstd(InputStream compressed, long maxBytes, Admission.Permit permit)
      throws DecodingException {
    super(compressed, permit, MEMORY_BYTES);
    this.maxBytes = maxBytes;
    this.in = buffer();
    this.out = buffer();
  }

  private ByteBuffer buffer() {
    ByteBuffer empty = arena.allocate(BUFFER_BYTES).asByteBuffer();
    return empty.order(ByteOrder.LITTLE_ENDIAN).limit(0);
  }

  @Override
  int decode(byte[] bytes, int offset, int length) throws IOException {
    while (!out.hasRemaining()) {
      if (!inFrame) {
        if (any && !in.hasRemaining() && !fill()) {
          return -1;
        }
        header();
      }
      if (!in.hasRemaining() && !fill()) {
        throw cutShort();
      }
      out.clear();
      try {
        inFrame = !context.decompressDirectByteBufferStream(out, in);
      } catch (ZstdException e) {
        throw malformed(String.valueOf(e.getMessage()));
      } finally {
        out.flip();
      }
    }
    int count = Math.min(length, out.remaining());
    out.get(bytes, offset, count);
    return count;
  }

  /** Looks at the header of a frame and takes nothing of it. */
  private void header() throws IOException {
    require(MAGIC_BYTES);
    int magic = in.getInt(in.position());
    if ((magic & SKIPPABLE_MASK) != SKIPPABLE_MAGIC) {
      if (magic != MAGIC) {
        throw malformed(any ? "what follows its end is no zstd" : "it does not begin as zstd does");
      }
      require(MAGIC_BYTES + 1);
      int descriptor = in.get(in.position() + MAGIC_BYTES) & 0xff;
      require(FrameHeader.bytes(descriptor));
      FrameHeader header = FrameHeader.read(in, in.position() + MAGIC_BYTES);
      if (header.windowBytes() > MAX_WINDOW_BYTES && header.contentBytes() <= maxBytes) {
        throw malformed(
            "it needs a window of "
                + Long.toUnsignedString(header.windowBytes())
                + " bytes; at most "
                + MAX_WINDOW_BYTES
                + " may be (RFC 9659)");
      }
      if (header.contentBytes() > maxBytes) {
        throw DecodingException.tooLarge();
      }
      long block = Math.min(header.windowBytes(), MAX_BLOCK_BYTES);
      long memory = header.keptBytes() + 2 * block;
      if (memory > frameMemory) {
        work(memory - frameMemory);
        frameMemory = memory;
      }
    }
    inFrame = true;
    any = true;
  }

  /** Has at least {@code bytes} bytes at hand. */
  private void require(int bytes) throws IOException {
    while (in.remaining() < bytes) {
      if (!fill()) {
        throw cutShort();
      }
    }
  }

  /** False: there is nothing more. */
  private boolean fill() throws IOException {
    int count = take(read, 0, BUFFER_BYTES - in.remaining());
    if (count <= 0) {
      return false;
    }
    in.compact().put(read, 0, count).flip();
    return true;
  }

  private static DecodingException cutShort() {
    return malformed("it ends early");
  }

  private static DecodingException malformed(String reason) {
    return DecodingException.malformed("the body is not good zstd: " + reason);
  }

  @Override
  void free() {
    context.close();
    arena.close();
  }
}
