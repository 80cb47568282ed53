// The admin API as the desk sees it: it takes a request, refuses it, is away for now, or no longer knows us.

import { Away, Refused } from "./chat-api.js";

const ANSWER_MS = 20_000;
const FILE_MS = 120_000;

export class DeskApi {
  #notBefore = 0; // the server asked for quiet until then, whoever of us asks next

  constructor(store, { onUnknown, onTooSmall }) {
    Object.assign(this, { store, onUnknown, onTooSmall });
  }

  // Answers whose token this is; it becomes ours only if it is good.
  me(token) {
    return this.#json("/me", { token });
  }

  async waiting() {
    return (await this.#json("/handoffs")).handoffs;
  }

  // Guests whose question waits for the PMS: nobody has to do anything, and the desk may wonder.
  async questions() {
    return (await this.#json("/questions")).questions;
  }

  read(id) {
    return this.#json(`/handoffs/${id}`);
  }

  // A file's bytes, and the name to save them by.
  async file(id) {
    const response = await this.#request(`/files/${id}`, { withinMs: FILE_MS });
    const [, name = "archivo.bin"] = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition")) ?? [];
    try {
      return { name, blob: await response.blob() };
    } catch {
      throw new Away("away");
    }
  }

  // The same item twice is one reply.
  async post({ handoff, id, text }) {
    await this.#request(`/handoffs/${handoff}/reply`, { body: { id, text } });
  }

  // `what` is take, give-back or close.
  async act(id, what) {
    await this.#request(`/handoffs/${id}/${what}`, { body: {} });
  }

  async #json(path, options) {
    const response = await this.#request(path, options);
    try {
      return await response.json();
    } catch {
      throw new Away("away");
    }
  }

  async #request(path, { body, token = this.store.token, withinMs = ANSWER_MS } = {}) {
    const wait = this.#notBefore - Date.now();
    if (wait > 0) throw new Away("busy", wait);
    if (!token) throw new Away("login");
    const response = await this.#send(path, token, body, withinMs);
    if (response.ok) return response;
    throw this.#problem(response, token);
  }

  async #send(path, token, body, withinMs) {
    const headers = { Authorization: `Bearer ${token}` };
    if (body) headers["Content-Type"] = "application/json";
    const init = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store" };
    try {
      return await fetch(`/admin${path}`, { ...init, signal: AbortSignal.timeout(withinMs) });
    } catch {
      throw new Away("away");
    }
  }

  #problem(response, token) {
    const ours = token === this.store.token;
    if (response.status === 401) {
      if (ours) this.onUnknown();
      return new Away("unknown");
    }
    if (response.status === 403) {
      if (ours) this.onTooSmall();
      return new Refused(403);
    }
    const waitMs = Number(response.headers.get("Retry-After")) * 1000 || undefined;
    if (waitMs) this.#notBefore = Date.now() + waitMs;
    if (response.status === 429) return new Away("busy", waitMs);
    if (response.status >= 500 || response.status === 408) return new Away("down", waitMs);
    return new Refused(response.status);
  }
}
