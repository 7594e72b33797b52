package io.tidegate.loadtest.self;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A connection with a session: counts its pushes, and links each to the one before. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A socket that takes nothing is closed by its other side.
final class NullDevice {
  private final Channel channel;
  private final Function<String, Object> framed;
  private String last = "";
  private long seq;

  /**
   * @param framed what is written for the text of a frame
   */
  NullDevice(Channel channel, Function<String, Object> framed) {
    this.channel = channel;
    this.framed = framed;
  }

  Mischief.Push push(String id, String data) {
    return new Mischief.Push() {
      @Override
      public void now() {
        send(id, data);
      }

      @Override
      public void lastAgain() {
        write(last);
      }

      @Override
      public void after(long millis) {
        channel.eventLoop().schedule(this::now, millis, TimeUnit.MILLISECONDS);
      }
    };
  }

  private void send(String id, String data) {
    long before = seq++;
    last =
        "{\"op\":\"push\",\"prev\":"
            + before
            + ",\"messages\":[{\"seq\":"
            + seq
            + ",\"id\":\""
            + id
            + "\",\"type\":\"null\",\"data\":"
            + data
            + "}]}";
    write(last);
  }

  void welcome() {
    write(
        "{\"op\":\"welcome\",\"epoch\":\"0000000000000001\",\"mode\":\"fresh\",\"seq\":0,\"head\":0,"
            + "\"session\":\"null\"}");
  }

  private void write(String text) {
    channel.writeAndFlush(framed.apply(text));
  }
}
