// What survives a reload. One key per message: two tabs never overwrite each other's queue.

export class Store {
  constructor(hotel, storage = kept(() => localStorage)) {
    this.prefix = `agente-hotelero:${hotel}:`;
    this.storage = storage;
  }

  get token() {
    return this.storage.getItem(`${this.prefix}token`);
  }

  set token(value) {
    this.storage.setItem(`${this.prefix}token`, value);
  }

  put(item) {
    this.storage.setItem(`${this.prefix}out:${item.id}`, JSON.stringify(item));
  }

  remove(id) {
    this.storage.removeItem(`${this.prefix}out:${id}`);
  }

  queued() {
    const start = `${this.prefix}out:`;
    return this.storage
      .keys()
      .filter((key) => key.startsWith(start))
      .map((key) => JSON.parse(this.storage.getItem(key)))
      .filter((item) => item !== null)
      .sort((one, other) => one.at - other.at);
  }
}

// A browser may refuse storage (private mode, a frame, no room): the page then remembers until it closes.
export function kept(area) {
  const memory = new Map();
  const attempt = (work, otherwise) => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  return {
    getItem: (key) => memory.get(key) ?? attempt(() => area().getItem(key), null),
    setItem: (key, value) => {
      memory.delete(key);
      if (attempt(() => (area().setItem(key, value), true), false)) return;
      memory.set(key, value);
    },
    removeItem: (key) => {
      memory.delete(key);
      attempt(() => area().removeItem(key));
    },
    keys: () => [...new Set([...memory.keys(), ...attempt(() => Object.keys(area()), [])])],
  };
}
