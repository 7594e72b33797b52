// What examples/ has runs as README.md says.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { browser } from "../tools/page.mjs";
import { delivery, eventually, newUser, send } from "../tools/service.mjs";

const HERE = new URL("../../", import.meta.url);

test("examples/node.mjs shows what comes, and goes on after a restart", async () => {
  const user = newUser("example");
  const folder = mkdtempSync(join(tmpdir(), "tidegate-example-"));
  const start = () => {
    const running = spawn(process.execPath, [fileURLToPath(new URL("examples/node.mjs", HERE)), user, delivery], { cwd: folder });
    running.said = "";
    running.stdout.on("data", (text) => (running.said += text));
    running.stderr.on("data", (text) => (running.said += text));
    return running;
  };
  const says = (running, words) => eventually(`${words} in ${running.said}`, () => running.said.includes(words));
  try {
    let device = start();
    await says(device, "open");
    await send(user, [{ text: "hello" }, 2].map((data) => ({ data })));
    await says(device, '#1 {"text":"hello"}\n#2 2');
    device.kill("SIGINT");
    await once(device, "exit");
    assert.match(device.said, /closed/);
    await send(user, [3]);
    device = start();
    await says(device, "#3 3");
    assert.match(device.said, /"mode":"resumed"/);
    assert.doesNotMatch(device.said, /#2/);
    device.kill("SIGINT");
    await once(device, "exit");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("examples/page.html shows what comes", async () => {
  const user = newUser("example");
  const types = { html: "text/html", js: "text/javascript" };
  const server = createServer(({ url }, answer) => {
    const path = url.split("?")[0];
    const type = types[path.split(".").at(-1)];
    if (!type) return answer.writeHead(404).end();
    answer.setHeader("content-type", type);
    answer.end(readFileSync(new URL(`.${path}`, HERE)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const chromium = await browser();
  try {
    const page = await chromium.open();
    await page.goto(`http://127.0.0.1:${server.address().port}/examples/page.html?user=${user}&url=${delivery}`);
    await page.waitForFunction(() => document.querySelector("#state").textContent === "open websocket", null, { timeout: 15_000 });
    await send(user, [{ data: { text: "hello" } }]);
    await page.waitForSelector("li", { timeout: 15_000 });
    assert.equal(await page.textContent("li"), '{"text":"hello"}');
  } finally {
    await chromium.close();
    server.close();
  }
});
