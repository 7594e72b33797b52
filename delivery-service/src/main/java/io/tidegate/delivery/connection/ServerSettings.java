package io.tidegate.delivery.connection;

import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.session.Progress;
import io.tidegate.delivery.session.SessionLimits;

/**
 * What the socket side needs to know.
 *
 * @param io how sockets are served
 * @param slot the worker's, part of every session id
 * @param loops event loops
 * @param maxSessions WebSockets and streams at one time
 * @param perAddress sockets that one address may have for sessions; 0: any number
 * @param arrivalsPerSecond sessions that may begin, over all loops
 * @param maxFrameBytes of one client frame, and of one message in fragments
 * @param deflate level of compression of text frames, 1 to 9; 0: none is agreed on
 * @param http2 whether HTTP/2 is spoken beside HTTP/1.1
 * @param requestNanos for a request to be there in full
 * @param ackNanos between batches of acks
 * @param origins whose pages may connect
 * @param mostDelayMillis that a push is held to be sent with others
 * @param bytesPerSecond of pushes to one client at most; 0: any number
 * @param backlogBytes that may wait for one client, give or take a frame
 * @param totalBytes that may wait for all clients together
 */
public record ServerSettings(
    String host,
    int port,
    SocketIo io,
    int slot,
    int loops,
    int maxSessions,
    int perAddress,
    int arrivalsPerSecond,
    int maxFrameBytes,
    int deflate,
    boolean http2,
    long requestNanos,
    long ackNanos,
    SessionLimits session,
    Origins origins,
    int mostDelayMillis,
    int bytesPerSecond,
    long backlogBytes,
    long totalBytes,
    Progress.Bounds progress) {

  /** A loop's share of the arrivals, at least one. */
  int arrivalsPerLoop() {
    return Math.max(1, arrivalsPerSecond / loops);
  }
}
