// Reads what `jfr print --json --events jdk.CPUTimeSample` writes and writes a flame graph, an SVG of one file: below
// all, above it kinds of threads, above them their calls, as wide as the CPU time they had. What had less than one
// in 300 is not drawn.
"use strict";

const title = process.argv[2] || "CPU time";
const LEAST = 1 / 300;
const WIDTH = 1200;
const ROW = 16;
const FONT = 11;
const CHARACTER = 6.2; // px, about

function node(name) {
  return { name, count: 0, children: new Map() };
}

function child(of, name) {
  let found = of.children.get(name);
  if (!found) {
    found = node(name);
    of.children.set(name, found);
  }
  return found;
}

// Threads that differ by numbers only are of one kind; requests run on virtual threads, which have no names.
function kind(thread) {
  const name = (thread && (thread.javaName || thread.osName)) || "";
  if (name === "") {
    return "virtual threads (requests)";
  }
  return name.replace(/[0-9a-f]{8}-[0-9a-f-]{20,}/g, "*").replace(/\d+/g, "*");
}

function frameName(frame) {
  const method = frame.method;
  const type = method.type.name.replaceAll("/", ".").replace(/0x[0-9a-f]+/g, "");
  return `${type.split(".").slice(-1)[0]}.${method.name}`;
}

function tree(events) {
  const root = node("all");
  for (const { values } of events) {
    root.count++;
    let at = child(root, kind(values.eventThread || values.sampledThread));
    at.count++;
    const frames = values.stackTrace ? values.stackTrace.frames : [];
    for (const frame of frames.slice().reverse()) {
      at = child(at, frameName(frame));
      at.count++;
    }
  }
  return root;
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text) {
  return text.replace(/[&<>"]/g, (each) => ESCAPES[each]);
}

// The same name has the same colour, whatever the order.
function colour(name) {
  let hash = 0;
  for (const each of name) {
    hash = (hash * 31 + each.codePointAt(0)) % 997;
  }
  return `hsl(${18 + (hash % 30)},${70 + (hash % 20)}%,${62 + (hash % 12)}%)`;
}

function depthOf(at, least) {
  let deepest = 0;
  for (const each of at.children.values()) {
    if (each.count >= least) {
      deepest = Math.max(deepest, depthOf(each, least));
    }
  }
  return deepest + 1;
}

function draw(root) {
  const least = root.count * LEAST;
  const height = (depthOf(root, least) + 2) * ROW;
  const scale = (WIDTH - 2) / root.count;
  const parts = [];
  const visit = (at, x, depth) => {
    const width = at.count * scale;
    const y = height - (depth + 1) * ROW - 2;
    const share = ((100 * at.count) / root.count).toFixed(1);
    const room = Math.floor((width - 4) / CHARACTER);
    const text = room < 3 ? "" : at.name.length <= room ? at.name : `${at.name.slice(0, room - 1)}…`;
    parts.push(
      `<g><title>${escape(at.name)}, ${share} %</title>` +
        `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colour(at.name)}"/>` +
        (text ? `<text x="${(x + 2).toFixed(1)}" y="${y + FONT}">${escape(text)}</text>` : "") +
        "</g>",
    );
    let next = x;
    for (const each of [...at.children.values()].sort((one, other) => other.count - one.count)) {
      if (each.count >= least) {
        visit(each, next, depth + 1);
      }
      next += each.count * scale;
    }
  };
  visit(root, 1, 0);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `font-family="ui-monospace,monospace" font-size="${FONT}">\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n<text x="4" y="13">${escape(title)}: ${root.count} samples</text>\n` +
    `${parts.join("\n")}\n</svg>\n`
  );
}

let input = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => (input += chunk));
process.stdin.on("end", () => {
  const events = JSON.parse(input).recording.events;
  if (events.length === 0) {
    console.error("flame: the recording has no samples of CPU time");
    process.exitCode = 1;
    return;
  }
  process.stdout.write(draw(tree(events)));
});
