// A page in headless Chromium that has the client.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { chromium } from "playwright-core";

const BUNDLE = new URL("../../dist/tidegate.js", import.meta.url);

export async function browser() {
  const bundle = readFileSync(BUNDLE);
  const server = createServer((request, answer) => {
    const isBundle = request.url === "/tidegate.js";
    answer.setHeader("content-type", isBundle ? "text/javascript" : "text/html");
    answer.end(isBundle ? bundle : "<!doctype html><title>Tidegate</title>");
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
