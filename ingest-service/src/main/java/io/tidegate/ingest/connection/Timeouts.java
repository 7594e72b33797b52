package io.tidegate.ingest.connection;

import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param head from a request's first byte to the end of its headers
 * @param body waiting for bytes of a body, all waits of one body together
 * @param idle before a request's first byte
 * @param answer from the last byte read to the next read: our work, and the client taking the
 *     answer
 */
public record Timeouts(Duration head, Duration body, Duration idle, Duration answer) {}
