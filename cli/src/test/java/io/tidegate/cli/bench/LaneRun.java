package io.tidegate.cli.bench;

/**
 * What a lane did with one load of messages.
 *
 * @param seconds from the first to the last record of its output, by the broker's clock
 * @param perSecond messages by that time
 * @param perCpuSecond messages by the time that the Streams thread was on a CPU
 * @param messagesARecord of its output, on average
 * @param bytesAMessage of its output: keys, values and headers
 * @param ackedPerSecond messages, from the sending of their acks to the last outcome; 0: none
 */
record LaneRun(
    double seconds,
    double perSecond,
    double perCpuSecond,
    double messagesARecord,
    double bytesAMessage,
    double ackedPerSecond) {

  LaneRun withAcked(double rate) {
    return new LaneRun(seconds, perSecond, perCpuSecond, messagesARecord, bytesAMessage, rate);
  }
}
