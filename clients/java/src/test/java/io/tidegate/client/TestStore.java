package io.tidegate.client;

import io.tidegate.client.protocol.Cursor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store that fails as often as a test says. */
final class TestStore implements CursorStore {
  @Nullable Cursor kept;
  int tries;
  int failing;

  TestStore(@Nullable Cursor kept) {
    this.kept = kept;
  }

  @Override
  public @Nullable Cursor load() throws IOException {
    fail();
    return kept;
  }

  @Override
  public void save(Cursor cursor) throws IOException {
    tries++;
    fail();
    kept = cursor;
  }

  private void fail() throws IOException {
    if (failing > 0) {
      failing--;
      throw new IOException("broken");
    }
  }
}
