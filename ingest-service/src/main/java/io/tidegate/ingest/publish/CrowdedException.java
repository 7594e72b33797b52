package io.tidegate.ingest.publish;

/** A record was not sent, because its tenant has its part of the producer's memory on the way. */
public final class CrowdedException extends Exception {
  private static final long serialVersionUID = 1L;

  CrowdedException() {
    super("the tenant has its share on the way already");
  }
}
