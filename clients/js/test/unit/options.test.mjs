import assert from "node:assert/strict";
import test from "node:test";
import { check, checkToken } from "../../build/options.js";

const URL = "http://127.0.0.1:8081";
const GOOD = { user: "alice", onmessage() {}, WebSocket: class {} };

test("what is left out has a value", () => {
  const { url, window, transports, store } = check(URL, GOOD);
  assert.deepEqual([url, window, transports], [URL, 256, ["websocket", "stream", "poll"]]);
  assert.equal(typeof store.load, "function");
  assert.equal(check(URL, { ...GOOD, window: undefined }).window, 256);
});

test("a URL may be of any of four schemes, and behind a path", () => {
  const urls = { "ws://h:1": "http://h:1", "wss://h/push/": "https://h/push", "https://h": "https://h", "HTTP://H/a/b//": "http://h/a/b" };
  for (const [given, url] of Object.entries(urls)) assert.equal(check(given, GOOD).url, url);
});

test("a bad option is named, with the reason", () => {
  const bad = [
    [{ user: "" }, "user: want 1 to 256 bytes, no control characters"],
    [{ user: "é".repeat(129) }, "user: want 1 to 256 bytes, no control characters"],
    [{ user: "a\nb" }, "user: want 1 to 256 bytes, no control characters"],
    [{ user: "\ud800" }, "user: want 1 to 256 bytes, no control characters"],
    [{ user: undefined }, "user: missing, as is a token"],
    [{ device: "x".repeat(129) }, "device: want 1 to 128 characters, no control characters"],
    [{ device: 7 }, "device: want 1 to 128 characters, no control characters"],
    [{ token: "a b" }, "token: want 1 to 8192 visible ASCII characters or a function"],
    [{ onmessage: undefined }, "onmessage: missing"],
    [{ onmessage: "x" }, "onmessage: want a function"],
    [{ onMessage() {} }, "onMessage: there is no such option"],
    [{ window: 0 }, "window: want 1 to 4096"],
    [{ window: 4097 }, "window: want 1 to 4096"],
    [{ window: 1.5 }, "window: want 1 to 4096"],
    [{ urgency: "panic" }, "urgency: want very-low or low or normal or high"],
    [{ transports: ["pigeon"] }, "transports: want some of websocket or stream or poll"],
    [{ transports: [] }, "transports: none is left: give a WebSocket"],
    [{ transports: ["websocket"], WebSocket: undefined }, "transports: none is left: give a WebSocket"],
    [{ store: {} }, "store: want durable or memory or load and save"],
    [{ store: "durable" }, "store: durable needs IndexedDB and a user"],
    [{ fetch: 1 }, "fetch: want a function"],
  ];
  for (const [options, message] of bad) {
    // What Node has of its own from 22 on does not count here.
    const own = globalThis.WebSocket;
    delete globalThis.WebSocket;
    try {
      assert.throws(() => check(URL, { ...GOOD, ...options }), { message, field: message.split(":")[0] });
    } finally {
      if (own) globalThis.WebSocket = own;
    }
  }
});

test("a bad URL is named", () => {
  for (const url of ["", "alice", "ftp://h", "http://h?x=1", "http://h#x", "http://me@h", "http://"]) {
    assert.throws(() => check(url, GOOD), { message: "url: want http, https, ws or wss, no user, query or fragment" }, url);
  }
});

test("a token is never in the words of an error", () => {
  assert.throws(() => checkToken("my secret"), (error) => !String(error).includes("secret"));
  assert.equal(checkToken("eyJ.x-y_z"), "eyJ.x-y_z");
});
