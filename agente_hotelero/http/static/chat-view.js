// Everything on the screen. Text goes in by textContent only: nothing that anybody wrote becomes markup.

const NEAR_BOTTOM_PX = 120;

const byId = (id) => document.getElementById(id);

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export class View {
  #pending = new Map(); // the page's id → its line
  #shown = new Set(); // every n on the screen
  #questions = []; // groups of option buttons that may still be pressed

  constructor({ texts, language, onSay, onChoose }) {
    Object.assign(this, { texts, language, onSay, onChoose });
    this.log = byId("conversation");
    this.scroller = byId("scroller");
    this.field = byId("message");
    document.documentElement.lang = language;
    this.log.setAttribute("aria-label", texts.conversation);
    byId("welcome").textContent = texts.welcome;
    byId("message-label").textContent = texts.message;
    byId("send-label").textContent = texts.send;
    this.field.placeholder = texts.placeholder;
    this.#listen();
  }

  #listen() {
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#say();
    });
    this.field.addEventListener("input", () => this.#fit());
  }

  #say() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.#fit();
    this.onSay(text);
    this.field.focus();
  }

  #fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  // Until the past is on the screen, a screen reader stays quiet.
  ready() {
    this.log.removeAttribute("aria-busy");
    this.scroller.classList.add("settled");
  }

  clear() {
    for (const line of [...this.log.children]) if (!line.classList.contains("pending")) line.remove();
    this.#shown.clear();
    this.#questions = [];
  }

  state(state) {
    const status = byId("status");
    if (status.dataset.state === state && status.textContent) return;
    status.dataset.state = state;
    status.textContent = this.texts[state];
  }

  typing(on) {
    const box = byId("typing");
    if (on === box.hasChildNodes()) return;
    box.replaceChildren();
    if (!on) return;
    const dots = make("span", "dots");
    dots.setAttribute("aria-hidden", "true");
    dots.append(make("i"), make("i"), make("i"));
    box.append(make("span", "unseen", this.texts.typing), dots);
    this.#follow(true);
  }

  // A message of the guest's that isn't committed yet.
  pending(item) {
    if (this.#pending.has(item.id)) return;
    const line = this.#line("guest", item.text ?? item.title, item.at);
    line.classList.add("pending");
    line.querySelector(".note").textContent = this.texts.pending;
    this.#pending.set(item.id, line);
    this.log.append(line);
    this.#use(item.text ?? item.title, item.option_id);
    this.#follow(true);
  }

  sent(id) {
    const line = this.#pending.get(id);
    if (!line) return;
    line.classList.remove("pending");
    line.querySelector(".note").textContent = this.#time(Number(line.dataset.at));
  }

  isLast(id) {
    return this.#pending.has(id) && this.log.lastElementChild === this.#pending.get(id);
  }

  refused(id) {
    const line = this.#pending.get(id);
    if (!line) return;
    line.classList.replace("pending", "failed");
    line.querySelector(".note").textContent = this.texts.failed;
  }

  // A committed line of either side; answers whether it was new.
  show(line) {
    if (this.#shown.has(line.n)) return false;
    this.#shown.add(line.n);
    const mine = this.#pending.get(line.client_id);
    if (mine) {
      this.sent(line.client_id);
      this.#place(mine, line.n);
      return true;
    }
    const shown = this.#line(line.author, line.body, Date.parse(line.at));
    if (line.client_id) this.#pending.set(line.client_id, shown);
    if (line.photo) shown.querySelector(".bubble").before(this.#photo(line.photo));
    if (line.picture) shown.querySelector(".bubble").before(this.#picture(line.picture));
    const way = line.map ? { title: this.texts.map, url: line.map } : line.link;
    if (way) shown.querySelector(".bubble").after(...this.#way(way));
    if (line.options.length) shown.querySelector(".bubble").after(this.#options(line.options));
    if (line.author === "guest") this.#use(line.body);
    this.#place(shown, line.n);
    this.#follow(false);
    return true;
  }

  // In order of n; what has none yet (it isn't committed, or we don't know) stays below.
  #place(line, n) {
    line.dataset.n = String(n);
    const after = (other) => other !== line && !(Number(other.dataset.n) < n) && !other.classList.contains("failed");
    const next = [...this.log.children].find(after) ?? null;
    if (line.parentNode && line.nextElementSibling === next) return;
    this.log.insertBefore(line, next);
  }

  #line(author, body, at) {
    const line = make("div", `line ${author}`);
    line.dataset.at = String(at);
    line.append(
      make("span", "unseen", `${this.texts[author === "guest" ? "you" : "hotel"]}: `),
      make("div", "bubble", body),
      make("div", "note", this.#time(at)),
    );
    return line;
  }

  #photo(address) {
    return this.#image("photo", address, this.texts.photo);
  }

  // Shown whole: who cuts a code's edges can't read it.
  #picture(address) {
    return this.#image("picture", address, this.texts.picture);
  }

  #image(className, address, alt) {
    const image = make("img", className);
    image.alt = alt;
    image.src = address;
    image.addEventListener("load", () => this.#follow(false));
    image.addEventListener("error", () => image.remove());
    return image;
  }

  // In a tab of its own, which learns nothing of this one; whatever isn't https leads nowhere.
  #way({ title, url }) {
    if (!url.startsWith("https://")) return [];
    const way = make("a", "way", title);
    way.href = url;
    way.target = "_blank";
    way.rel = "noopener noreferrer";
    return [way];
  }

  #options(options) {
    this.#close();
    const group = make("div", "options");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.texts.options);
    for (const option of options) {
      const button = make("button", "", option.title);
      button.type = "button";
      button.dataset.option = option.id;
      button.dataset.title = option.title;
      if (option.description) button.append(make("small", "", option.description));
      button.addEventListener("click", () => this.#choose(option));
      group.append(button);
    }
    this.#questions.push(group);
    return group;
  }

  #choose(option) {
    this.onChoose(option);
    // The button that had the focus is disabled now; a phone's keyboard stays down.
    const target = matchMedia("(pointer: coarse)").matches ? this.log : this.field;
    target.focus({ preventScroll: true });
  }

  // Options are used once their words were said, by pressing or by typing, in this tab or another.
  #use(words, id) {
    for (const group of this.#questions) {
      const said = (button) => (id ? button.dataset.option === id : button.dataset.title === words);
      const chosen = [...group.children].find(said);
      chosen?.classList.add("chosen");
      if (chosen) this.#close();
    }
  }

  #close() {
    for (const group of this.#questions) for (const button of group.children) button.disabled = true;
    this.#questions = [];
  }

  #follow(always) {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const last = this.log.lastElementChild?.offsetHeight ?? 0;
    if (always || scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX + last) this.scroller.scrollTop = scrollHeight;
  }

  #time(at) {
    return new Date(at).toLocaleTimeString(this.language, { hour: "2-digit", minute: "2-digit" });
  }
}
