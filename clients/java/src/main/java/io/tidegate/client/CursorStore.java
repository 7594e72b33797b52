package io.tidegate.client;

import io.tidegate.client.protocol.Cursor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a cursor over the end of the process. Called by one thread at a time, never by the client's
 * own; may block.
 */
public interface CursorStore {
  /**
   * The last that was saved; null: there is none. Asked once, before anything begins, and again
   * every 5 s while it fails.
   */
  @Nullable Cursor load() throws Exception;

  /**
   * Keeps one in place of the last. What it stands for is acked when this returns, so it must be
   * durable by then; where it fails it is called again, after 0.5 s at first and 30 s at most.
   */
  void save(Cursor cursor) throws Exception;

  /** Keeps nothing: the client knows by itself while it lives. */
  static CursorStore memory() {
    return new CursorStore() {
      @Override
      public @Nullable Cursor load() {
        return null;
      }

      @Override
      public void save(Cursor cursor) {}
    };
  }

  /**
   * A file, which is replaced in one piece and forced to the disk each time. What lies there and is
   * no cursor is not touched: {@link #load} fails.
   *
   * @param path of a folder that is there; beside the file one with the ending {@code .new} is
   *     written. One file is for one device
   */
  static CursorStore file(Path path) {
    return new FileStore(path);
  }
}
