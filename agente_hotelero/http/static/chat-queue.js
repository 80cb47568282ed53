// Sends what the guest said, in order, until the server has committed it; the same id each time.

import { Refused } from "./chat-api.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

// Full jitter above a floor: a hotel's pages don't come back all at once.
export function backOff(failures) {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

// A pause that somebody may end.
export class Pause {
  #end = () => {};

  for(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end() {
    this.#end();
  }
}

export class Queue {
  #pause = new Pause();
  #busy = false;

  constructor({ store, api, onSent, onRefused, onState }) {
    Object.assign(this, { store, api, onSent, onRefused, onState });
  }

  add(item) {
    this.store.put(item);
    this.flush();
  }

  hurry() {
    this.#pause.end();
    this.flush();
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    let failures = 0;
    for (let item; (item = this.store.queued()[0]); ) {
      try {
        await this.api.post(item);
        failures = 0;
        this.store.remove(item.id);
        this.onSent(item.id);
        this.onState("online");
      } catch (error) {
        if (error instanceof Refused) {
          this.store.remove(item.id);
          this.onRefused(item.id);
          continue;
        }
        this.onState(error.state ?? "away");
        await this.#pause.for(error.waitMs ?? backOff(failures++));
      }
    }
    this.#busy = false;
  }
}
