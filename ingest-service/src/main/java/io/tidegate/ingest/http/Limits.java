package io.tidegate.ingest.http;

/**
 * How much one request may bring.
 *
 * @param bodyBytes of one message request, and of one line of a batch
 * @param batchBytes of a batch
 * @param batchLines of a batch
 */
public record Limits(int bodyBytes, int batchBytes, int batchLines) {}
