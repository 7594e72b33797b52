package io.tidegate.contract;

import java.util.Map;

/**
 * The record headers of a message: CloudEvents 1.0 Kafka binding, binary mode, and our extension
 * attributes.
 */
public final class CloudEventHeaders {
  public static final String SPEC_VERSION = "ce_specversion";
  public static final String ID = "ce_id";
  public static final String SOURCE = "ce_source";
  public static final String TYPE = "ce_type";
  public static final String TIME = "ce_time";
  public static final String SUBJECT = "ce_subject";
  public static final String CONTENT_TYPE = "content-type";

  /**
   * How the media types begin that say an event is in structured mode, or many are: never what data
   * is said to be, which the header says in binary mode.
   */
  public static final String EVENT_FORMATS = "application/cloudevents";

  public static final String TRACE_PARENT = "traceparent";
  public static final String TRACE_STATE = "tracestate";

  /** RFC 8030's word, see {@link Urgency}. */
  public static final String URGENCY = "ce_urgency";

  /** RFC 3339. Not after {@link #TIME}: ttl 0, deliver now or never. */
  public static final String EXPIRY_TIME = "ce_expirytime";

  public static final String COLLAPSE_KEY = "ce_collapsekey";
  public static final String CATEGORY = "ce_category";

  /** RFC 3339: not before this instant. */
  public static final String DELIVER_AT = "ce_deliverat";

  /** On a dead letter: why it is one. */
  public static final String DEAD_CAUSE = "tidegate_cause";

  /** On a dead letter: {@code topic/partition/offset} of the record it was. */
  public static final String DEAD_SOURCE = "tidegate_source";

  /** On a message that was moved to the partition of its key: {@code partition/offset} before. */
  public static final String REROUTED = "tidegate_rerouted";

  /**
   * On a message for a group or everyone that lies in each partition once: the partition. One
   * without it is the original, which fan-out writes to each partition.
   */
  public static final String COPY = "tidegate_copy";

  /** The header of each attribute that is read, by the attribute's name. */
  public static final Map<String, String> BY_ATTRIBUTE =
      Map.ofEntries(
          Map.entry("specversion", SPEC_VERSION),
          Map.entry("id", ID),
          Map.entry("source", SOURCE),
          Map.entry("type", TYPE),
          Map.entry("time", TIME),
          Map.entry("subject", SUBJECT),
          Map.entry("datacontenttype", CONTENT_TYPE),
          Map.entry("traceparent", TRACE_PARENT),
          Map.entry("tracestate", TRACE_STATE),
          Map.entry("urgency", URGENCY),
          Map.entry("expirytime", EXPIRY_TIME),
          Map.entry("collapsekey", COLLAPSE_KEY),
          Map.entry("category", CATEGORY),
          Map.entry("deliverat", DELIVER_AT));

  private CloudEventHeaders() {}
}
