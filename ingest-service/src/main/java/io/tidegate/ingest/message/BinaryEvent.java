package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.JsonEvent;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One CloudEvent in the binary mode of CloudEvents' HTTP binding 1.0.2: its attributes are headers,
 * its data is the body. First come all headers, then the data.
 */
public final class BinaryEvent {
  /** What the name of an attribute's header begins with. */
  public static final String PREFIX = "ce-";

  private final EventAttributes attributes;
  private final Set<String> seen = new HashSet<>();

  public BinaryEvent(Acceptance acceptance) {
    this.attributes = new EventAttributes(acceptance);
  }

  /**
   * @param name of the header in small letters, without its prefix
   * @param value as it stands in the header
   * @throws InvalidMessageException naming the attribute
   */
  public void header(String name, String value) throws InvalidMessageException {
    if (name.equals(JsonEvent.DATA_CONTENT_TYPE)) {
      throw invalid(name, "in binary mode it is the header Content-Type");
    }
    if (!EventAttributes.isKnown(name)) {
      attributes.ignore(name);
    }
    if (!seen.add(name)) {
      throw invalid(name, "stands there twice");
    }
    if (seen.size() > JsonEvent.MAX_ATTRIBUTES) {
      throw invalid(name, "more than " + JsonEvent.MAX_ATTRIBUTES + " attributes");
    }
    if (EventAttributes.isKnown(name)) {
      attributes.put(name, HeaderText.decode(name, value));
    }
  }

  /**
   * All headers are there.
   *
   * @param contentType the header Content-Type; null: there is none
   * @throws InvalidMessageException naming an attribute that is missing or contradicts another
   */
  public void endOfHeaders(@Nullable String contentType) throws InvalidMessageException {
    if (contentType != null) {
      attributes.put(JsonEvent.DATA_CONTENT_TYPE, contentType);
    }
    attributes.requireWhole();
  }

  /**
   * The message, after {@link #endOfHeaders}.
   *
   * @param data kept
   * @throws InvalidMessageException if it is not what its content type says
   */
  public MessageRequest request(byte[] data) throws InvalidMessageException {
    return attributes.request(EventParser.binary(JsonEvent.DATA, data, attributes));
  }
}
