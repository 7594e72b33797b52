// A page in headless Chromium that has the client.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { chromium } from "playwright-core";

const DIST = new URL("../../dist/", import.meta.url);

export async function browser() {
  const scripts = new Map(["/tidegate.js", "/fallback.js"].map((path) => [path, readFileSync(new URL(`.${path}`, DIST))]));
  const server = createServer((request, answer) => {
    const script = scripts.get(request.url);
    answer.setHeader("content-type", script ? "text/javascript" : "text/html");
    answer.end(script ?? "<!doctype html><title>Tidegate</title>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const launched = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return {
    /** A page of its own storage. */
    async open() {
      const context = await launched.newContext();
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      return page;
    },
    async close() {
      await launched.close();
      server.close();
    },
  };
}
