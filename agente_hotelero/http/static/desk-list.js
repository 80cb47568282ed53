// The guests who wait, oldest first. A card that stays keeps its place in the keyboard's order.

import { byId, make, say, setSince } from "./desk-dom.js";
import { contactOf, isUrgent, nameOf, reasonOf, standingOf } from "./desk-words.js";

export class ListView {
  #cards = new Map(); // hand-off → its card
  #open = null;

  constructor() {
    this.list = byId("list");
  }

  // `hotels`: whether to say whose guest each one is.
  show(handoffs, { hotels }) {
    const ids = new Set(handoffs.map((handoff) => handoff.id));
    for (const [id, card] of this.#cards) if (!ids.has(id)) this.#remove(id, card);
    handoffs.forEach((handoff, place) => this.#put(handoff, place, hotels));
    byId("empty").hidden = handoffs.length > 0;
    this.#count(handoffs.length, countOf(handoffs.length));
  }

  clear() {
    for (const [id, card] of this.#cards) this.#remove(id, card);
    byId("empty").hidden = true;
    this.#count(0, "");
  }

  // Marks the one on the screen.
  open(id) {
    this.#card(this.#open)?.removeAttribute("aria-current");
    this.#open = id;
    this.#card(id)?.setAttribute("aria-current", "true");
  }

  focus(id) {
    (this.#card(id) ?? byId("waiting-title")).focus({ preventScroll: true });
  }

  #count(number, words) {
    say(byId("number"), number ? String(number) : "");
    say(byId("count"), words);
  }

  #card(id) {
    return this.#cards.get(id)?.firstElementChild;
  }

  #put(handoff, place, hotels) {
    const card = this.#cards.get(handoff.id) ?? this.#make(handoff.id);
    if (this.list.children[place] !== card) this.list.insertBefore(card, this.list.children[place] ?? null);
    const words = JSON.stringify([handoff, hotels]);
    if (card.dataset.words === words) return;
    card.dataset.words = words;
    fill(card.firstElementChild, handoff, hotels);
  }

  #make(id) {
    const card = make("li");
    const link = make("a", "card");
    link.href = `#/${id}`;
    if (id === this.#open) link.setAttribute("aria-current", "true");
    card.append(link);
    this.#cards.set(id, card);
    return card;
  }

  #remove(id, card) {
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    this.#cards.delete(id);
    if (hadFocus) byId("waiting-title").focus({ preventScroll: true });
  }
}

function fill(link, handoff, hotels) {
  link.classList.toggle("urgent", isUrgent(handoff));
  link.classList.toggle("taken", handoff.taken_over);
  const top = make("span", "top");
  top.append(make("strong", "name", nameOf(handoff)), setSince(make("time"), handoff.created_at));
  const contact = contactOf(handoff.contact).text;
  link.replaceChildren(
    top,
    make("span", "reason", reasonOf(handoff.reason)),
    make("span", "soft", hotels ? `${handoff.hotel} · ${contact}` : contact),
  );
  const standing = standingOf(handoff);
  if (standing) link.append(make("span", `chip ${standing.kind}`, standing.text));
}

function countOf(count) {
  if (count === 0) return "Nadie espera";
  return count === 1 ? "Espera 1 huésped" : `Esperan ${count} huéspedes`;
}
