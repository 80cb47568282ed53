// Where an answer is written. What is written is kept at every key, until it is sent.

import { byId, say } from "./desk-dom.js";

const LONGEST = 4_000;

export class Composer {
  constructor({ onSend, onDraft }) {
    Object.assign(this, { onSend, onDraft });
    this.form = byId("composer");
    this.field = byId("answer");
    this.button = byId("send");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("input", () => {
      this.#measure();
      this.onDraft(this.field.value);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
  }

  set draft(text) {
    this.field.value = text;
    this.#measure();
  }

  set hint(text) {
    say(byId("answer-hint"), text);
  }

  set open(open) {
    if (this.form.hidden !== open) return;
    this.form.hidden = !open;
    this.#measure();
  }

  // The field is empty from here on, so a second click has nothing to send.
  #send() {
    const text = this.field.value.trim();
    if (!text || lengthOf(text) > LONGEST) return;
    this.draft = "";
    this.onDraft("");
    this.onSend(text);
    this.field.focus();
  }

  #measure() {
    const length = lengthOf(this.field.value.trim());
    const over = length - LONGEST;
    say(byId("answer-count"), over > 0 ? `Sobran ${over} caracteres de ${LONGEST}` : `${length} / ${LONGEST}`);
    byId("answer-count").classList.toggle("over", over > 0);
    this.field.setAttribute("aria-invalid", String(over > 0));
    this.button.disabled = length === 0 || over > 0;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }
}

// As the server counts: characters, not the halves of an emoji.
const lengthOf = (text) => [...text].length;
