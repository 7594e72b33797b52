/** What a page needs only where no WebSocket gets through: a file of its own, loaded then. */
export { poll } from "./poll.js";
export { stream } from "./stream.js";
