// Tokens, against a Tidegate that asks for them: TIDEGATE_GUARDED_* are its ports, and a key.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browser } from "../tools/page.mjs";
import { device, eventually, newUser, QUICK, sleep } from "../tools/service.mjs";

const { TIDEGATE_GUARDED_INGEST: ingest, TIDEGATE_GUARDED_DELIVERY: delivery, TIDEGATE_GUARDED_KEY: key } = process.env;
const skip = !key && "no Tidegate that asks for tokens is named";

async function ask(path, body) {
  const answer = await fetch(ingest + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const token = async (user, ttl) => (await ask("/v1/tokens", { user, ttl })).token;
const send = (user, data) => ask("/v1/messages", { to: { user }, data });

/** What gets tokens, and counts them. */
function source(user, ttl) {
  const get = async () => {
    get.count++;
    return token(user, ttl);
  };
  get.count = 0;
  return get;
}

describe("tokens", { skip, concurrency: true }, () => {
  test("websocket: tokens that end are replaced in the session, which goes on", async () => {
    const user = newUser("renewed");
    const get = source(user, "PT14S");
    const it = device(delivery, { user, token: get, transports: ["websocket"] });
    await it.open();
    await sleep(16_000);
    assert.ok(get.count >= 2, `${get.count} tokens`);
    await send(user, 1);
    await it.count(1);
    assert.deepEqual(it.states.map(({ name, reason }) => reason ?? name), ["connecting", "open"]);
    await it.push.close();
  });

  for (const transport of ["stream", "poll"]) {
    test(`${transport}: after a token has ended it comes again with another, and nothing is lost`, async () => {
      const user = newUser("ended");
      const get = source(user, "PT2S");
      const it = device(delivery, { user, token: get, transports: [transport] });
      await it.open();
      for (let i = 0; i < 8; i++) {
        await send(user, i);
        await sleep(500);
      }
      await it.count(8);
      assert.deepEqual(it.handled, [0, 1, 2, 3, 4, 5, 6, 7]);
      assert.ok(get.count >= 2, `${get.count} tokens`);
      await it.push.close();
    });
  }

  test("a token that is the only one ends the client with itself", async () => {
    const user = newUser("only");
    const it = device(delivery, { user, token: await token(user, "PT1S") });
    await eventually("closed", () => it.push.state.name === "closed");
    assert.equal(it.push.state.code, 4507);
  });

  test("a token of somebody else is refused for good, by whatever transport", async () => {
    for (const [transport, code] of [["websocket", 4505], ["stream", 403], ["poll", 403]]) {
      const it = device(delivery, { user: newUser("me"), token: await token(newUser("other"), "PT1M"), transports: [transport] });
      await eventually("closed", () => it.push.state.name === "closed");
      assert.equal(it.push.state.code, code, transport);
      assert.match(it.push.state.reason, /another user/);
    }
  });

  test("none that is good is asked for twice, and then no more", async () => {
    let count = 0;
    const it = device(delivery, { user: newUser("bad"), token: () => `bad.token.${++count}` });
    await eventually("closed", () => it.push.state.name === "closed");
    assert.equal(count, 2);
    assert.equal(it.push.state.code, 4505);
  });

  test("the token names the user where no other is named", async () => {
    const user = newUser("named");
    const it = device(delivery, { token: await token(user, "PT1M") });
    await it.open();
    await send(user, 1);
    await it.count(1);
    await it.push.close();
  });

  test("chromium: a page of another origin shows its token in a header, to streams, acks and polls", async () => {
    const chromium = await browser();
    try {
      for (const transport of ["websocket", "stream", "poll"]) {
        const user = newUser("page");
        const page = await chromium.open();
        await page.evaluate(async ([url, options, timing]) => {
          const { Tidegate } = await import("/tidegate.js");
          window.handled = [];
          window.push = new Tidegate(url, { ...options, onmessage: ({ data }) => void window.handled.push(data) }, timing);
        }, [delivery, { user, token: await token(user, "PT1M"), transports: [transport] }, QUICK]);
        await send(user, transport);
        await page.waitForFunction(() => window.handled.length === 1, null, { timeout: 15_000 });
        await page.context().close();
      }
    } finally {
      await chromium.close();
    }
  });
});
