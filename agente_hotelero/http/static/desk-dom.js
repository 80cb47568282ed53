// Small tools for the screen. Text goes in by textContent only: nothing that anybody wrote becomes markup.

import { ago } from "./desk-words.js";

export const byId = (id) => document.getElementById(id);

export function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Only changes are written: a live region that is written again is read aloud again.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setSince(element, at) {
  element.className = "ago";
  element.dateTime = at;
  element.title = new Date(at).toLocaleString("es");
  say(element, ago(Date.parse(at)));
  return element;
}

export function tick() {
  for (const element of document.querySelectorAll("time.ago[datetime]")) say(element, ago(Date.parse(element.dateTime)));
}
