// The door: a token, and why it did not open.

import { Away } from "./chat-api.js";
import { byId, say } from "./desk-dom.js";
import { PROBLEMS } from "./desk-words.js";

export class LoginView {
  #busy = false;

  // `onToken` answers once the token is good, and throws when it is not.
  constructor({ onToken }) {
    this.field = byId("token");
    byId("login").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enter(onToken);
    });
  }

  show(problem = "") {
    byId("login").hidden = false;
    this.#say(problem);
    this.field.focus();
  }

  hide() {
    byId("login").hidden = true;
    this.field.value = "";
    this.#say("");
  }

  #say(problem) {
    say(byId("login-problem"), problem);
    this.field.setAttribute("aria-invalid", String(problem !== ""));
  }

  async #enter(onToken) {
    const token = this.field.value.trim();
    if (this.#busy) return;
    if (!isToken(token)) return this.#refuse(token ? WRONG : "Escriba el token.");
    this.#busy = true;
    this.#say("");
    try {
      await onToken(token);
    } catch (error) {
      this.#refuse(wordsFor(error));
    } finally {
      this.#busy = false;
    }
  }

  #refuse(words) {
    this.#say(words);
    this.field.select();
    this.field.focus();
  }
}

const WRONG = "Ese token no vale. Revise que esté entero, o pida uno nuevo a quien administra el servicio.";

// What a header can carry: anything else would fail before it is sent.
const isToken = (text) => /^[\x21-\x7e]+$/.test(text);

function wordsFor(error) {
  if (!(error instanceof Away)) return error.message;
  if (error.state === "unknown") return WRONG;
  return PROBLEMS[error.state](error.waitMs).replace(/Se reintenta.*/, "") + waitFor(error.waitMs);
}

const waitFor = (waitMs) => (waitMs ? `Pruebe en ${Math.ceil(waitMs / 1000)} s.` : "Pruebe otra vez.");
