// Messages a second over a stream and as NDJSON POSTs, by turns. Usage: node stream-rate.mjs INGEST_URL [MESSAGES]
import WebSocket from "ws";
import { Agent, request } from "node:http";

const [url, count = "200000"] = process.argv.slice(2);
const total = Number(count);
const LINES = 100;
const POSTS = 8;
const data = "x".repeat(120);

function lines(from, run) {
  let text = "";
  for (let i = from; i < Math.min(from + LINES, total); i++) {
    text += `{"to":{"user":"u${i % 1000}"},"data":"${data}","ttl":60,"id":"${run}-${i}"}\n`;
  }
  return text;
}

/** Sends as much as the window allows, and more with each ack. */
function stream(run) {
  return new Promise((done, fail) => {
    const socket = new WebSocket(url.replace(/^http/, "ws") + "/v1/messages/stream", "tidegate.ingest.v1");
    let sent = 0;
    let acked = 0;
    let window = 0;
    const fill = () => {
      while (sent < total && sent + LINES - acked <= window) {
        socket.send(lines(sent, run));
        sent = Math.min(sent + LINES, total);
      }
      if (acked === total) socket.close();
    };
    socket.on("message", (text) => {
      const frame = JSON.parse(text);
      if (frame.op === "ready") window = frame.messages;
      else if (frame.op === "ack") acked = frame.n;
      else fail(new Error(text.toString()));
      fill();
    });
    socket.on("close", (code) => (code === 1000 ? done() : fail(new Error(`close ${code}`))));
    socket.on("error", fail);
  });
}

/** As many messages under way as the stream's window has, in requests of as many lines as its frames. */
async function posts(run) {
  const agent = new Agent({ keepAlive: true, maxSockets: POSTS });
  let next = 0;
  const worker = async () => {
    while (next < total) {
      const body = lines(next, run);
      next += LINES;
      await new Promise((done, fail) => {
        const post = request(url + "/v1/messages",
          { method: "POST", agent, headers: { "content-type": "application/x-ndjson" } },
          (answer) => {
            let text = "";
            answer.on("data", (part) => (text += part));
            answer.on("end", () =>
              answer.statusCode === 200 && !text.includes("status") ? done() : fail(new Error(text.slice(0, 200))));
          });
        post.on("error", fail);
        post.end(body);
      });
    }
  };
  await Promise.all(Array.from({ length: POSTS }, worker));
  agent.destroy();
}

for (const round of [1, 2, 3]) {
  for (const [name, send] of [["NDJSON POSTs", posts], ["stream", stream]]) {
    const start = process.hrtime.bigint();
    await send(`${process.pid}-${round}-${name[0]}`);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(`${name.padEnd(12)} ${Math.round(total / seconds).toLocaleString("en")} messages/s`);
  }
}
