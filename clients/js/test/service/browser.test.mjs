// In headless Chromium: IndexedDB, other origins, reloads, the browser's own network and windows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { breaker } from "../tools/breaker.mjs";
import { browser } from "../tools/page.mjs";
import { delivery, emptyMailbox, eventually, newUser, QUICK, send } from "../tools/service.mjs";

let chromium;
let between;
before(async () => {
  chromium = await browser();
  between = await breaker(delivery);
});
after(async () => {
  await chromium.close();
  between.close();
});

/** Starts a client in the page; what it handles is in `handled`. */
function start(page, url, options = {}, timing = QUICK) {
  return page.evaluate(async ([url, options, timing]) => {
    const { Tidegate } = await import("/tidegate.js");
    window.handled = [];
    window.states = [];
    window.push = new Tidegate(url, {
      ...options,
      onmessage: ({ data }) => void window.handled.push(data),
      onmissed: () => void window.handled.push("missed"),
      onstate: (state) => window.states.push(state),
    }, { ...timing, random: () => window.chance ?? Math.random() });
  }, [url, options, timing]);
}

const state = (page) => page.evaluate(() => window.push.state);
const handled = (page) => page.evaluate(() => window.handled);
const until = (page, what, test) => page.waitForFunction(test, what, { timeout: 20_000 });
const open = (page, transport) =>
  until(page, transport, (transport) => window.push.state.name === "open" && (!transport || window.push.state.transport === transport));
const count = (page, n) => until(page, n, (n) => window.handled.length >= n);

for (const transport of ["websocket", "stream", "poll"]) {
  test(`chromium, ${transport}: a page of another origin is pushed to, and resumes after a reload by what IndexedDB has`, async () => {
    const user = newUser("page");
    const page = await chromium.open();
    await start(page, delivery, { user, transports: [transport] });
    await open(page);
    await send(user, ["Grüße 🌊", 2, 3]);
    await count(page, 3);
    assert.deepEqual(await handled(page), ["Grüße 🌊", 2, 3]);
    await eventually("the cursor", () => page.evaluate(() => window.push.cursor?.endsWith("-3")));
    await send(user, [4]);
    await count(page, 4);
    await eventually("the cursor", () => page.evaluate(() => window.push.cursor?.endsWith("-4")));
    await page.reload();
    await send(user, [5, 6]);
    await start(page, delivery, { user, transports: [transport] });
    await count(page, 2);
    assert.deepEqual(await handled(page), [5, 6]);
    assert.equal((await page.evaluate(() => window.states.find(({ name }) => name === "open"))).mode, "resumed");
    await emptyMailbox(user);
    await page.context().close();
  });
}

test("chromium: whatever breaks, and with reloads in between, an application that stores the cursor with its messages has each once", async () => {
  const user = newUser("reloads");
  const page = await chromium.open();
  const total = 120;
  between.take(() => ({ cutAfter: Math.random() < 0.3 ? 2_000 : undefined, repeat: () => Math.random() < 0.1 }));
  const run = () =>
    page.evaluate(async ([url, user, timing]) => {
      const { Tidegate } = await import("/tidegate.js");
      const database = await new Promise((yes, no) => {
        const opening = indexedDB.open("application", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("all", { autoIncrement: true });
        opening.onsuccess = () => yes(opening.result);
        opening.onerror = () => no(opening.error);
      });
      const inside = (mode, work) =>
        new Promise((yes, no) => {
          const transaction = database.transaction("all", mode);
          const request = work(transaction.objectStore("all"));
          transaction.oncomplete = () => yes(request.result);
          transaction.onabort = () => no(transaction.error);
        });
      window.stored = () => inside("readonly", (all) => all.getAll());
      window.push = new Tidegate(url, {
        user,
        store: { load: async () => (await window.stored()).at(-1)?.cursor, save() {} },
        onmessage: ({ data, cursor }) => inside("readwrite", (all) => all.add({ data, cursor })),
      }, timing);
    }, [between.url, user, QUICK]);
  const stored = () => page.evaluate(() => window.stored());
  for (let sent = 0; sent < total; sent += 20) {
    await run();
    await send(user, Array.from({ length: 20 }, (_, i) => sent + i));
    await eventually("some", async () => (await stored()).length > sent + 5);
    between.cut();
    await page.reload();
  }
  between.take(() => ({}));
  await run();
  await eventually("all", async () => (await stored()).length >= total);
  assert.deepEqual((await stored()).map(({ data }) => data), [...Array(total).keys()]);
  await emptyMailbox(user);
  await page.context().close();
});

test("chromium: without a network it waits, and comes at once when there is one", async () => {
  const user = newUser("offline");
  const page = await chromium.open();
  await start(page, between.url, { user }, { retryFirst: 20, retryMost: 60_000 });
  await open(page);
  await page.context().setOffline(true);
  await until(page, null, () => window.push.state.name === "waiting");
  const { reason, delay } = await state(page);
  assert.deepEqual([reason, delay], ["offline", 60_000]);
  await send(user, [1]);
  await page.context().setOffline(false);
  await count(page, 1);
  assert.equal((await state(page)).transport, "websocket");
  await page.context().close();
});

test("chromium: whoever looks at the page again does not wait for the next attempt", async () => {
  const user = newUser("visible");
  const page = await chromium.open();
  between.take(() => ({ refuse: true }));
  await page.evaluate(() => (window.chance = 0.9));
  await start(page, between.url, { user }, { retryFirst: 60_000, retryMost: 60_000 });
  await until(page, null, () => window.push.state.name === "waiting");
  between.take(() => ({}));
  await page.evaluate(() => new Promise((go) => setTimeout(go, 1100)));
  assert.equal((await state(page)).name, "waiting");
  await page.evaluate(() => {
    window.chance = 0;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await open(page);
  await page.context().close();
});

test("chromium: of two pages with one device the newer has it, and the older says so", async () => {
  const user = newUser("pages");
  const older = await chromium.open();
  await start(older, delivery, { user });
  await open(older);
  const newer = await chromium.open();
  await start(newer, delivery, { user });
  await open(newer);
  await until(older, null, () => window.push.state.name === "closed");
  assert.equal((await state(older)).code, 4500);
  await older.context().close();
  await newer.context().close();
});

test("chromium: where no WebSocket gets through it is a stream, later a WebSocket", async () => {
  const user = newUser("fallback");
  const page = await chromium.open();
  let refused = true;
  between.take((kind) => ({ refuse: refused && kind === "websocket" }));
  await start(page, between.url, { user });
  await open(page, "stream");
  await send(user, [1]);
  await count(page, 1);
  refused = false;
  await open(page, "websocket");
  await send(user, [2]);
  await count(page, 2);
  assert.deepEqual(await handled(page), [1, 2]);
  await emptyMailbox(user);
  await page.context().close();
});
