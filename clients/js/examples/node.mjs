// A device in Node: node examples/node.mjs USER [DELIVERY_URL]. Its cursor is in a file, so it goes on where it was.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import WebSocket from "ws";
import { Tidegate } from "tidegate-client";

const [user = "alice", url = "http://127.0.0.1:8081"] = process.argv.slice(2);
const file = `${user}.cursor`;

const push = new Tidegate(url, {
  user,
  device: "example",
  WebSocket,
  store: {
    load() {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return undefined;
      }
    },
    save(cursor) {
      writeFileSync(`${file}.new`, cursor);
      renameSync(`${file}.new`, file);
    },
  },
  onmessage: ({ seq, data }) => console.log(`#${seq}`, JSON.stringify(data)),
  onmissed: () => console.log("something was missed"),
  onstate: ({ name, ...more }) => console.log(name, JSON.stringify(more)),
});

process.once("SIGINT", () => void push.close());
process.once("SIGTERM", () => void push.close());
