// What the guest sent beside words: each can be saved, none is ever shown as a page.

import { byId, make, say } from "./desk-dom.js";
import { fileOf, whyNot } from "./desk-words.js";

export class Files {
  #shown = "";

  // `onSave` answers the bytes.
  constructor({ onSave }) {
    this.onSave = onSave;
  }

  clear() {
    this.show([]);
    say(byId("files-problem"), "");
  }

  // Written again only where something changed: a button that is being pressed stays.
  show(files) {
    const now = JSON.stringify(files);
    if (now === this.#shown) return;
    this.#shown = now;
    byId("files").hidden = files.length === 0;
    byId("files-list").replaceChildren(...files.map((file) => this.#item(file)));
  }

  #item(file) {
    const item = make("li", "file");
    if (file.state === "kept") item.append(this.#button(file));
    else item.append(make("span", "", fileOf(file)), make("span", "soft", ` · ${whyNot(file)}`));
    return item;
  }

  #button(file) {
    const button = make("button", "quiet", fileOf(file));
    button.type = "button";
    button.addEventListener("click", () => this.#save(file, button));
    return button;
  }

  async #save(file, button) {
    button.disabled = true;
    say(byId("files-problem"), "Bajando…");
    const problem = await this.onSave(file.id, save);
    say(byId("files-problem"), problem);
    button.disabled = false;
  }
}

function save(blob, name) {
  const link = make("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
