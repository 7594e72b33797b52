import { closed } from "./end.js";
import type { Dial, Socket } from "./link.js";
import type { Checked } from "./options.js";
import type { Timing } from "./timing.js";

/** Sockets of the `ws` package show pings and can be cut; those of browsers cannot. */
type OfNode = Socket & { on?(event: string, call: () => void): void; terminate?(): void };

function open({ url, WebSocket }: Checked): OfNode {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/connect`, "tidegate.v1");
  // A close follows, which says it all.
  socket.onerror = () => {};
  return socket;
}

/** Whether a WebSocket can be had: opens one, says nothing, and closes it. */
export function reaches(options: Checked, { after, welcome }: Timing): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open(options);
    const over = (yes: boolean) => {
      resolve(yes);
      stop();
      socket.close(1000);
    };
    const stop = after(welcome, () => over(false));
    socket.onclose = () => over(false);
    socket.onopen = () => over(true);
  });
}

/** A connection by WebSocket: frames in both directions. */
export const websocket: Dial = (options, _, listener) => {
  const socket = open(options);
  const say = (op: string, fields: object) => socket.send(JSON.stringify({ op, ...fields }));
  socket.onopen = () => say("hello", listener.hello());
  socket.onclose = ({ code, reason }) => listener.ended(closed(code, reason));
  socket.onmessage = ({ data }) => listener.told(data);
  socket.on?.("ping", () => listener.alive());
  return {
    hears: "on" in socket,
    ack: (seq) => say("ack", { seq }),
    token: (token) => say("token", { token }),
    end: (now) => (now && socket.terminate ? socket.terminate() : socket.close(1000)),
  };
};
