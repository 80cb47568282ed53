// What survives a reload and is gone with the tab: who we are, what is being written, what is on its way.

import { Store, kept } from "./chat-store.js";

export class DeskStore extends Store {
  constructor() {
    super("desk", kept(() => sessionStorage));
  }

  get me() {
    return JSON.parse(this.storage.getItem(`${this.prefix}me`));
  }

  // What was written at another hotel's desk is not this one's.
  enter(token, me) {
    if (this.me?.hotel !== me.hotel) this.clear();
    this.token = token;
    this.storage.setItem(`${this.prefix}me`, JSON.stringify(me));
  }

  // The token is worth nothing any more; drafts stay for whoever wrote them.
  forgetToken() {
    this.storage.removeItem(`${this.prefix}token`);
  }

  clear() {
    for (const key of this.storage.keys()) if (key.startsWith(this.prefix)) this.storage.removeItem(key);
  }

  draft(handoff) {
    return this.storage.getItem(`${this.prefix}draft:${handoff}`) ?? "";
  }

  setDraft(handoff, text) {
    const key = `${this.prefix}draft:${handoff}`;
    if (text) this.storage.setItem(key, text);
    else this.storage.removeItem(key);
  }
}
