package io.tidegate.client.link;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Urgency;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whose session it is, and where it goes on; what is null is not said. */
public record Hello(
    @Nullable String user,
    @Nullable String device,
    int window,
    @Nullable Urgency urgency,
    @Nullable String token,
    @Nullable Cursor resume) {

  /** All but the token, as parameters of a request. */
  Map<String, String> parameters() {
    Map<String, String> all = new LinkedHashMap<>();
    if (user != null) {
      all.put("user", user);
    }
    if (device != null) {
      all.put("device", device);
    }
    all.put("window", Integer.toString(window));
    if (urgency != null) {
      all.put("urgency", urgency.word());
    }
    if (resume != null) {
      all.put("cursor", resume.toString());
    }
    return all;
  }
}
