// One guest on the screen: who, why, what was said, and what can be done.

import { Composer } from "./desk-composer.js";
import { byId, make, say, setSince } from "./desk-dom.js";
import { Files } from "./desk-files.js";
import { Lines } from "./desk-lines.js";
import { contactOf, isUrgent, nameOf, reasonOf, standingOf } from "./desk-words.js";

const ACTIONS = ["take", "give-back", "close-yes"];

export class GuestView {
  constructor({ onSend, onDraft, onAct, onSave }) {
    this.onAct = onAct;
    this.lines = new Lines();
    this.files = new Files({ onSave });
    this.composer = new Composer({ onSend, onDraft });
    byId("take").addEventListener("click", () => onAct("take"));
    byId("give-back").addEventListener("click", () => onAct("give-back"));
    byId("close").addEventListener("click", () => this.#ask(true));
    byId("close-no").addEventListener("click", () => this.#ask(false));
    byId("closing").addEventListener("keydown", (event) => event.key === "Escape" && this.#ask(false));
    byId("close-yes").addEventListener("click", () => onAct("close"));
  }

  // What is known already (from the list) is shown at once; the lines follow.
  open(handoff, { draft }) {
    this.clear();
    byId("guest").hidden = false;
    byId("nobody").hidden = true;
    if (handoff) this.#about(handoff);
    this.composer.draft = draft;
    byId("guest-name").focus({ preventScroll: true });
  }

  show(handoff) {
    this.#about(handoff);
    this.files.show(handoff.files ?? []);
    this.lines.show(handoff.lines);
  }

  clear() {
    byId("guest").hidden = true;
    byId("nobody").hidden = false;
    for (const id of ["guest-name", "guest-contact", "guest-since", "guest-reason", "guest-summary", "standing"]) say(byId(id), "");
    byId("guest-since").removeAttribute("datetime");
    this.#offer({ take: false, "give-back": false, close: false });
    this.busy = false;
    this.files.clear();
    this.lines.clear();
    this.composer.open = false;
    this.composer.draft = "";
  }

  // While an order is on its way, no second one is given.
  set busy(busy) {
    for (const id of ACTIONS) byId(id).disabled = busy;
  }

  #about(handoff) {
    byId("guest").classList.toggle("urgent", isUrgent(handoff));
    say(byId("guest-name"), nameOf(handoff));
    this.#contact(contactOf(handoff.contact));
    setSince(byId("guest-since"), handoff.created_at);
    say(byId("guest-reason"), reasonOf(handoff.reason));
    say(byId("guest-summary"), handoff.summary);
    this.#stand(handoff);
  }

  #stand(handoff) {
    const { closed = false, taken_over: taken } = handoff;
    const standing = standingOf(handoff);
    byId("standing").className = `chip ${standing?.kind ?? ""}`;
    say(byId("standing"), standing?.text ?? "");
    this.#offer({ take: !closed && !taken, "give-back": !closed && taken, close: !closed });
    this.taken = taken;
    this.composer.open = !closed;
    this.composer.hint = taken ? "" : "Al enviar, el agente se calla.";
  }

  #offer(actions) {
    for (const [id, offered] of Object.entries(actions)) byId(id).hidden = !offered;
    if (!actions.close) this.#ask(false, { focus: false });
  }

  #contact({ text, link }) {
    const place = byId("guest-contact");
    if (place.textContent === text) return;
    const made = make(link ? "a" : "span", "", text);
    if (link) made.href = link;
    place.replaceChildren(made);
  }

  // A question in the page itself: it can be read again, and left by the keyboard.
  #ask(asking, { focus = true } = {}) {
    byId("closing").hidden = !asking;
    byId("close").setAttribute("aria-expanded", String(asking));
    say(byId("closing-question"), asking ? questionOf(this.taken) : "");
    if (focus) byId(asking ? "close-no" : "close").focus();
  }
}

const questionOf = (taken) =>
  taken
    ? "¿Cerrar? El pedido sale de la lista; si era el último de este huésped, el agente vuelve a responderle."
    : "¿Cerrar sin responder? El pedido sale de la lista y el agente sigue atendiendo al huésped.";
