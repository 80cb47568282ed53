// The server as the page sees it: it takes a request, refuses it, or is away for now.

const ANSWER_MS = 20_000;
const SILENCE_MS = 40_000; // the server sends a heartbeat every 15 s

export class Refused extends Error {
  constructor(status) {
    super(`refused (${status})`);
    this.status = status;
  }
}

export class Away extends Error {
  constructor(state, waitMs) {
    super(state);
    this.state = state;
    this.waitMs = waitMs;
  }
}

export class Api {
  constructor(hotel, store, { onNewSession }) {
    this.base = `/chat/${encodeURIComponent(hotel)}`;
    this.store = store;
    this.token = store.token;
    this.onNewSession = onNewSession;
    this.opening = null;
    this.stream = null;
  }

  // Opens a session, or renews the one we have. Callers at the same time share one request.
  open() {
    this.opening ??= this.#open().finally(() => (this.opening = null));
    return this.opening;
  }

  async #open() {
    const before = sessionOf(this.token);
    const response = checked(await this.#send("/session", { method: "POST" }));
    this.token = (await response.json()).token;
    this.store.token = this.token;
    if (before === null || before === sessionOf(this.token)) return;
    this.stream?.abort(); // it still follows the old session
    this.onNewSession();
  }

  async history(after) {
    const response = await this.#request(`/history?after=${after}`);
    return (await response.json()).lines;
  }

  async post({ id, text, option_id, title }) {
    await this.#request("/messages", json({ id, text, option_id, title }));
  }

  async acknowledge(n) {
    await this.#request("/ack", json({ n }));
  }

  // Calls `onEvent` for each event until the server or the network ends the stream.
  async follow(after, { onOpen, onLine, onRetry }) {
    const controller = (this.stream = new AbortController());
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), SILENCE_MS);
    };
    alive();
    try {
      const headers = { "Last-Event-ID": String(after) };
      const response = await this.#request("/events", { headers, signal: controller.signal });
      onOpen();
      await readEvents(response.body, { alive, onLine, onRetry });
    } catch (error) {
      throw error instanceof Refused || error instanceof Away ? error : new Away("away");
    } finally {
      clearTimeout(timer);
      controller.abort();
    }
  }

  async #request(path, init) {
    if (!this.token) await this.open();
    const used = this.token;
    const response = await this.#send(path, init);
    if (response.status !== 401) return checked(response);
    if (used === this.token) await this.open();
    // Not sent again from here: what it asked for (after which n?) belonged to the old session.
    throw new Away("connecting", 1);
  }

  async #send(path, init = {}) {
    const headers = { ...init.headers };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const signal = init.signal ?? AbortSignal.timeout(ANSWER_MS);
    try {
      return await fetch(this.base + path, { ...init, headers, signal, cache: "no-store" });
    } catch {
      throw new Away("away");
    }
  }
}

const json = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

const sessionOf = (token) => token?.split(".")[1] ?? null;

function checked(response) {
  if (response.ok) return response;
  const waitMs = Number(response.headers.get("Retry-After")) * 1000 || undefined;
  if (response.status === 429) throw new Away("busy", waitMs);
  if (response.status >= 500 || response.status === 408 || response.status === 401) throw new Away("away", waitMs);
  throw new Refused(response.status);
}

async function readEvents(body, { alive, onLine, onRetry }) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const blocks = (buffer + value).split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      for (const line of block.split("\n")) {
        if (line.startsWith("data: ")) onLine(JSON.parse(line.slice(6)));
        if (line.startsWith("retry: ")) onRetry(Number(line.slice(7)));
      }
    }
  }
}
