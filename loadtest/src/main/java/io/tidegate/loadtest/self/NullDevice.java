package io.tidegate.loadtest.self;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.concurrent.TimeUnit;

/** A connection with a session: counts its pushes, and links each to the one before. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A socket that takes nothing is closed by its other side.
final class NullDevice {
  private final Channel channel;
  private String last = "";
  private long seq;

  NullDevice(Channel channel) {
    this.channel = channel;
  }

  Mischief.Push push(String id, String data) {
    return new Mischief.Push() {
      @Override
      public void now() {
        send(id, data);
      }

      @Override
      public void lastAgain() {
        channel.writeAndFlush(new TextWebSocketFrame(last));
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
    channel.writeAndFlush(new TextWebSocketFrame(last));
  }

  void welcome() {
    channel.writeAndFlush(
        new TextWebSocketFrame(
            "{\"op\":\"welcome\",\"epoch\":\"0000000000000001\",\"mode\":\"fresh\",\"seq\":0,\"head\":0,"
                + "\"session\":\"null\"}"));
  }
}
