// Asks again and again while somebody looks: at once when told to, later when the server is away.

import { Away } from "./chat-api.js";
import { Pause, backOff } from "./chat-queue.js";

export class Poll {
  #pause = new Pause();
  #round = 0;
  #due = false;

  // `work(isCurrent)` does one asking; after each await it may see that nobody wants its answer any more.
  constructor({ everyMs, work, onAway }) {
    Object.assign(this, { everyMs, work, onAway });
    document.addEventListener("visibilitychange", () => this.soon());
  }

  start() {
    this.stop();
    this.#run(this.#round);
  }

  stop() {
    this.#round += 1;
    this.#pause.end();
  }

  soon() {
    this.#due = true;
    this.#pause.end();
  }

  async #run(round) {
    const isCurrent = () => round === this.#round;
    for (let failures = 0; isCurrent(); ) {
      await seen();
      if (!isCurrent()) return;
      this.#due = false;
      let wait = this.everyMs;
      try {
        await this.work(isCurrent);
        failures = 0;
      } catch (error) {
        if (!(error instanceof Away)) throw error;
        wait = error.waitMs ?? backOff(failures++);
        if (isCurrent()) this.onAway(error);
      }
      if (isCurrent() && !this.#due) await this.#pause.for(wait);
    }
  }
}

async function seen() {
  while (document.visibilityState === "hidden") {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}
