// The conversation's lines: what is stored, in order, and below it what is on its way.

import { authorOf, timeOf } from "./desk-words.js";
import { byId, make, say } from "./desk-dom.js";

const NEAR_BOTTOM_PX = 120;
const CLOCKS_MAY_DIFFER_MS = 120_000;

export class Lines {
  #shown = new Set();
  #pending = new Map(); // the page's id → its line

  constructor() {
    this.log = byId("conversation");
    this.scroller = byId("scroller");
    this.below = byId("below");
    this.below.addEventListener("click", () => this.#toBottom());
    this.scroller.addEventListener("scroll", () => (this.below.hidden ||= this.#atBottom()));
  }

  clear() {
    this.log.replaceChildren();
    this.log.setAttribute("aria-busy", "true");
    this.below.hidden = true;
    this.#shown.clear();
    this.#pending.clear();
  }

  // Lines that are there already stay as they are: a selection, a screen reader and the scroll stay where they were.
  show(lines) {
    const first = this.#shown.size === 0;
    const follow = first || this.#atBottom();
    const fresh = lines.filter((line) => !this.#shown.has(keyOf(line)));
    for (const line of fresh) this.#add(line);
    // Until the past is on the screen, a screen reader stays quiet.
    this.log.removeAttribute("aria-busy");
    if (follow) this.#toBottom();
    else this.below.hidden &&= !fresh.some((line) => line.author === "guest");
  }

  pending(item) {
    if (this.#pending.has(item.id)) return;
    const line = lineOf({ author: "staff", body: item.text, at: item.at }, "Enviando…");
    line.classList.add("pending");
    line.dataset.at = String(Infinity);
    this.#pending.set(item.id, { item, line });
    this.log.append(line);
    this.#toBottom();
  }

  // It is stored; the next refresh shows it in its place.
  sent(id) {
    const line = this.#pending.get(id)?.line;
    if (line) say(line.querySelector(".note"), "Enviada");
  }

  refused(id) {
    this.#pending.get(id)?.line.remove();
    this.#pending.delete(id);
  }

  #add(line) {
    this.#shown.add(keyOf(line));
    if (line.author === "staff") this.#settle(line);
    const made = lineOf(line, timeOf(line.at));
    const next = [...this.log.children].find((other) => Number(other.dataset.at) > Date.parse(line.at));
    this.log.insertBefore(made, next ?? null);
  }

  // A stored line of the hotel's takes the place of the one that was on its way.
  #settle(line) {
    for (const [id, { item }] of this.#pending) {
      if (item.text !== line.body.trim() || Date.parse(line.at) < item.at - CLOCKS_MAY_DIFFER_MS) continue;
      this.refused(id);
      return;
    }
  }

  #atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.below.hidden = true;
  }
}

const keyOf = (line) => JSON.stringify([line.at, line.author, line.body]);

function lineOf({ author, body, at }, note) {
  const line = make("div", `line ${author}`);
  line.dataset.at = String(new Date(at).getTime());
  const below = make("div", "note");
  below.append(make("span", "author", authorOf(author)), " · ", make("span", "", note));
  line.append(make("div", "bubble", body), below);
  return line;
}
