package io.tidegate.loadtest.profile;

/**
 * How devices connect.
 *
 * @param sse the share of devices on Server-Sent Events, 0 to 1; the others have WebSockets
 * @param perSecond how many connect in a second at the begin
 * @param window of each session, messages
 */
public record Connecting(double sse, double perSecond, int window) {}
