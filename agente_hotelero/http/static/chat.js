// The chat page: a view, a queue of what the guest says, and a stream of what was said.

import { Api, Away } from "./chat-api.js";
import { newId } from "./chat-ids.js";
import { Pause, Queue, backOff } from "./chat-queue.js";
import { Store } from "./chat-store.js";
import { chooseLanguage, textsOf } from "./chat-texts.js";
import { View } from "./chat-view.js";

const TYPING_MS = 30_000;
const { hotel, languages } = document.body.dataset;

const language = chooseLanguage(navigator.languages, languages.split(" "));
const store = new Store(hotel);
const pause = new Pause();
const states = { stream: "connecting", queue: "online" };
let seen = 0; // the highest n on the screen: where a stream resumes
let acknowledged = 0;
let typingTimer;

const view = new View({
  texts: textsOf(language),
  language,
  onSay: (text) => say({ text }),
  onChoose: ({ id, title }) => say({ option_id: id, title }),
});

const api = new Api(hotel, store, {
  onNewSession: () => {
    seen = acknowledged = 0;
    view.clear();
  },
});

const queue = new Queue({
  store,
  api,
  onSent: (id) => {
    view.sent(id);
    // The answer may have come before ours did.
    if (view.isLast(id)) typing(true);
  },
  onRefused: (id) => {
    view.refused(id);
    typing(false);
  },
  onState: (state) => {
    setState("queue", state);
    if (state !== "online") typing(false);
  },
});

function say(content) {
  const item = { id: newId(), at: Date.now(), ...content };
  view.pending(item);
  typing(true);
  queue.add(item);
}

function setState(part, state) {
  states[part] = state;
  view.state(states.queue === "online" ? states.stream : states.queue);
}

function typing(on) {
  clearTimeout(typingTimer);
  view.typing(on);
  if (on) typingTimer = setTimeout(() => view.typing(false), TYPING_MS);
}

function show(line) {
  // Committed is committed, even if the answer to our POST was lost.
  if (line.client_id) store.remove(line.client_id);
  if (view.show(line) && line.author === "hotel") typing(false);
  seen = Math.max(seen, line.n);
}

async function acknowledge() {
  if (seen <= acknowledged) return;
  const n = seen;
  try {
    await api.acknowledge(n);
    acknowledged = Math.max(acknowledged, n);
  } catch {
    // The next line or the next connection tells it again.
  }
}

async function follow() {
  for (let failures = 0; ; ) {
    let wait;
    try {
      await api.follow(seen, {
        onOpen: () => {
          failures = 0;
          setState("stream", "online");
          acknowledge();
        },
        onLine: (line) => {
          show(line);
          acknowledge();
        },
        onRetry: (ms) => (wait = ms * (1 + Math.random())),
      });
    } catch (error) {
      wait = error.waitMs ?? backOff(failures);
    }
    failures += 1;
    if (wait === undefined) wait = backOff(0);
    setState("stream", failures > 1 ? "away" : "connecting");
    await pause.for(wait);
  }
}

const showQueued = () => store.queued().forEach((item) => view.pending(item));

async function begin() {
  view.state("connecting");
  for (let failures = 0; ; failures += 1) {
    try {
      await api.open();
      const lines = await api.history(seen);
      lines.forEach(show);
      const last = lines.at(-1);
      if (last?.author === "guest" && Date.now() - Date.parse(last.at) < TYPING_MS) typing(true);
      break;
    } catch (error) {
      showQueued();
      setState("stream", "away");
      await pause.for(error instanceof Away && error.waitMs ? error.waitMs : backOff(failures));
    }
  }
  showQueued();
  view.ready();
  queue.flush();
  follow();
}

addEventListener("online", () => {
  pause.end();
  queue.hurry();
});

begin();
