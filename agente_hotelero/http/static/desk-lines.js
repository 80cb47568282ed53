// The conversation's lines: what is stored, as the server orders it, and below it what is on its way.

import { byId, make, say } from "./desk-dom.js";
import { authorOf, bodyOf, isLost, stateOf, timeOf } from "./desk-words.js";

const NEAR_BOTTOM_PX = 120;
const CLOCKS_MAY_DIFFER_MS = 120_000;

export class Lines {
  #shown = new Map(); // key → line
  #pending = new Map(); // the page's id → what was said, and its line

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
    const follow = this.#shown.size === 0 || this.#atBottom();
    const wanted = new Map(lines.map((line) => [keyOf(line), line]));
    this.#drop(wanted, lines[0]);
    const fresh = [...wanted].filter(([key]) => !this.#shown.has(key)).map(([, line]) => line);
    for (const line of fresh) if (line.author === "staff") this.#settle(line);
    this.#place(wanted);
    // Until the past is on the screen, a screen reader stays quiet.
    this.log.removeAttribute("aria-busy");
    if (follow) this.#toBottom();
    else this.below.hidden &&= !fresh.some((line) => line.author === "guest");
  }

  pending(item) {
    if (this.#pending.has(item.id)) return;
    const line = lineOf({ author: "staff", body: item.text, at: item.at });
    line.classList.add("pending");
    say(line.querySelector(".state"), "Enviando…");
    this.#pending.set(item.id, { item, line });
    this.log.append(line);
    this.#toBottom();
  }

  // It is stored; the next refresh shows it in its place.
  sent(id) {
    const line = this.#pending.get(id)?.line;
    if (line) say(line.querySelector(".state"), stateOf("stored"));
  }

  refused(id) {
    this.#pending.get(id)?.line.remove();
    this.#pending.delete(id);
  }

  // The server gives the last ones only: what is older than these stays. What is gone from among them was a person's
  // words that now are a message.
  #drop(wanted, oldest) {
    for (const [key, line] of this.#shown) {
      if (wanted.has(key) || !oldest || Number(line.dataset.at) < Date.parse(oldest.at)) continue;
      line.remove();
      this.#shown.delete(key);
    }
  }

  #place(wanted) {
    let next = this.log.querySelector(".pending");
    for (const [key, line] of [...wanted].reverse()) {
      const made = this.#shown.get(key) ?? lineOf(line);
      this.#shown.set(key, made);
      setState(made, line.state);
      if (made.parentNode === null || made.nextElementSibling !== next) this.log.insertBefore(made, next);
      next = made;
    }
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

const keyOf = ({ at, author, body }) => JSON.stringify([at, author, body]);

function lineOf({ author, body, at }) {
  const line = make("div", `line ${author}`);
  line.dataset.at = String(new Date(at).getTime());
  const note = make("div", "note");
  note.append(make("span", "", `${authorOf(author)} · ${timeOf(at)}`), make("span", "state"));
  line.append(make("div", "bubble", bodyOf({ author, body })), note);
  return line;
}

function setState(line, state) {
  line.classList.toggle("lost", isLost(state));
  say(line.querySelector(".state"), stateOf(state));
}
