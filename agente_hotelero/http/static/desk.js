// The front desk's page: who waits, one guest at a time, and what the desk says and does.

import { Away, Refused } from "./chat-api.js";
import { newId } from "./chat-ids.js";
import { Queue } from "./chat-queue.js";
import { DeskApi } from "./desk-api.js";
import { byId, say, tick } from "./desk-dom.js";
import { GuestView } from "./desk-guest.js";
import { ListView } from "./desk-list.js";
import { LoginView } from "./desk-login.js";
import { Poll } from "./desk-poll.js";
import { DeskStore } from "./desk-store.js";
import { askingOf, PROBLEMS, roleOf } from "./desk-words.js";

const LIST_MS = 10_000;
const GUEST_MS = 5_000;
const TICK_MS = 20_000;
// Hand-offs hold guests' data: reading them needs one of these.
const ROLES = ["operator", "admin"];
const EXPIRED = "El token dejó de valer. Entre otra vez; lo que estaba escrito no se perdió.";

const store = new DeskStore();
const items = new Map(); // what is on its way, by its id
const takenHere = new Set(); // hand-offs that we took and whose turn may not have run yet
const troubles = new Map(); // who of us can't reach the server → how
let waiting = [];
let open = null;

const api = new DeskApi(store, {
  onUnknown: () => leave(EXPIRED),
  onTooSmall: () => leave(tooSmall(store.me?.role)),
});
const login = new LoginView({ onToken: enter });
const list = new ListView();
const guest = new GuestView({
  onSend: answer,
  onDraft: (text) => store.setDraft(open, text),
  onAct: act,
  onSave: saveFile,
});

const queue = new Queue({
  store,
  api,
  onSent: (id) => {
    guest.lines.sent(id);
    takenHere.add(items.get(id)?.handoff);
    items.delete(id);
    guestPoll.soon();
  },
  onRefused: (id) => refused(items.get(id)),
  onState: (state) => trouble("queue", state === "online" ? null : new Away(state)),
});

const listPoll = new Poll({
  everyMs: LIST_MS,
  onAway: (error) => trouble("list", error),
  work: async (isCurrent) => {
    // One after the other: who is told to wait asks nothing more.
    const handoffs = await api.waiting();
    const questions = await api.questions();
    if (!isCurrent()) return;
    waiting = handoffs.map(asWeKnow);
    say(byId("asking"), askingOf(questions.length));
    trouble("list", null);
    showList();
  },
});

const guestPoll = new Poll({
  everyMs: GUEST_MS,
  onAway: (error) => trouble("guest", error),
  work: async (isCurrent) => {
    try {
      const handoff = await api.read(open);
      if (!isCurrent()) return;
      guest.show(asWeKnow(handoff));
      trouble("guest", null);
    } catch (error) {
      if (!(error instanceof Refused) || !isCurrent()) throw error;
      goToList("Ese pedido no existe o es de otro hotel.");
    }
  },
});

// Taking over is an event of the conversation: until its turn ran, the server still says that nobody has.
function asWeKnow(handoff) {
  if (handoff.taken_over) takenHere.delete(handoff.id);
  return takenHere.has(handoff.id) ? { ...handoff, taken_over: true } : handoff;
}

async function enter(token) {
  const me = await api.me(token);
  if (!ROLES.includes(me.role)) throw new Error(tooSmall(me.role));
  store.enter(token, me);
  begin();
}

function begin() {
  const me = store.me;
  login.hide();
  byId("waiting").hidden = byId("leave").hidden = false;
  say(byId("who"), [me.hotel_name ?? me.hotel ?? "Todos los hoteles", me.name].join(" · "));
  for (const item of store.queued()) items.set(item.id, item);
  listPoll.start();
  route();
  queue.hurry();
}

function leave(problem = "") {
  store.forgetToken();
  listPoll.stop();
  guestPoll.stop();
  waiting = [];
  troubles.clear();
  open = null;
  list.clear();
  say(byId("asking"), "");
  guest.clear();
  notice("");
  showTrouble();
  byId("waiting").hidden = byId("leave").hidden = true;
  say(byId("who"), "");
  document.title = "Recepción";
  document.body.dataset.room = "login";
  login.show(problem);
}

const tooSmall = (role) =>
  `Este token es de ${roleOf(role) ?? "un rol"} y no alcanza: para atender huéspedes hace falta uno de recepción (operator) o de administración (admin).`;

// The address names a hand-off's number and nothing else: #/12
function route() {
  if (!store.token) return;
  const before = open;
  const id = Number(/^#\/(\d{1,15})$/.exec(location.hash)?.[1]) || null;
  guestPoll.stop();
  trouble("guest", null);
  open = id;
  list.open(id);
  document.body.dataset.room = id ? "guest" : "list";
  if (!id) {
    guest.clear();
    if (before) list.focus(before);
    return;
  }
  notice("");
  guest.open(waiting.find((handoff) => handoff.id === id), { draft: store.draft(id) });
  for (const item of store.queued()) if (item.handoff === id) guest.lines.pending(item);
  guestPoll.start();
}

function goToList(words, kind) {
  location.hash = "#/";
  notice(words, kind);
}

function showList() {
  list.show(waiting, { hotels: store.me.hotel === null });
  document.title = waiting.length ? `(${waiting.length}) Recepción` : "Recepción";
}

function answer(text) {
  const item = { id: newId(), at: Date.now(), handoff: open, text };
  items.set(item.id, item);
  notice("");
  guest.lines.pending(item);
  queue.add(item);
}

// What the server would not take goes back to where it was written.
function refused(item) {
  trouble("queue", null);
  if (!item) return;
  const { id, handoff, text } = item;
  items.delete(id);
  const draft = [text, store.draft(handoff)].filter(Boolean).join("\n\n");
  store.setDraft(handoff, draft);
  guest.lines.refused(id);
  if (open !== handoff) {
    notice(`El servidor no aceptó una respuesta. Está en el cuadro del pedido ${handoff}.`);
    return;
  }
  guest.composer.draft = draft;
  notice("El servidor no aceptó la respuesta. Está otra vez en el cuadro.");
  guestPoll.soon();
}

const DONE = {
  "give-back": "Devuelto: el agente vuelve a responder a ese huésped.",
  close: "Cerrado.",
};

async function act(what) {
  const id = open;
  // A reply that comes after its hand-off was closed would be refused.
  if (what !== "take" && store.queued().some((item) => item.handoff === id)) {
    notice("Todavía hay una respuesta por enviar: espere a que salga, o revise la conexión.");
    return;
  }
  guest.busy = true;
  notice("");
  try {
    await api.act(id, what);
    acted(id, what);
  } catch (error) {
    if (!(error instanceof Away || error instanceof Refused)) throw error;
    if (store.token) notice(failureOf(error));
  } finally {
    if (open === id) guest.busy = false;
    listPoll.soon();
  }
}

// Answers what went wrong, in words; nothing where nothing did.
async function saveFile(id, save) {
  try {
    const { blob, name } = await api.file(id);
    save(blob, name);
    return "";
  } catch (error) {
    if (!(error instanceof Away || error instanceof Refused)) throw error;
    return error instanceof Refused ? "Ese archivo ya no está." : "No se pudo bajar. Inténtelo otra vez.";
  }
}

function acted(id, what) {
  if (what === "take") {
    takenHere.add(id);
    if (open === id) guestPoll.soon();
    return;
  }
  takenHere.delete(id);
  waiting = waiting.filter((handoff) => handoff.id !== id);
  showList();
  if (open === id) goToList(DONE[what], "done");
}

const failureOf = (error) =>
  error instanceof Refused
    ? "El servidor no lo aceptó: quizá otra persona ya lo cerró."
    : "No se pudo: el servicio no respondió. Inténtelo otra vez.";

function notice(words, kind = "problem") {
  byId("notice").dataset.kind = kind;
  say(byId("notice"), words);
}

function trouble(who, error) {
  if (error) troubles.set(who, error);
  else troubles.delete(who);
  showTrouble();
}

function showTrouble() {
  const [error] = [...troubles.values()].filter(({ state }) => state in PROBLEMS);
  say(byId("connection"), error ? PROBLEMS[error.state](error.waitMs) : "");
  // Who was told when to come back doesn't come back earlier.
  byId("retry").hidden = !error || error.waitMs !== undefined;
}

function retry() {
  listPoll.soon();
  guestPoll.soon();
  queue.hurry();
}

byId("leave").addEventListener("click", () => {
  store.clear();
  items.clear();
  location.hash = "#/";
  leave();
});
byId("retry").addEventListener("click", retry);
addEventListener("online", retry);
addEventListener("hashchange", route);
setInterval(tick, TICK_MS);

if (store.token) begin();
else leave();
