// What the desk reads: codes in the words of whoever works there.

const REASONS = {
  asked: "Pide hablar con una persona",
  answered: "Le contestaron desde el teléfono",
  not_proved: "No pudo probar que la reserva es suya",
  not_understood: "El agente no lo entiende",
  mail_notice: "Escribió un correo que el agente no contesta",
  too_many: "Recibió demasiadas respuestas por correo",
  unreadable: "Envió algo que el agente no puede leer",
  received: "Envió algo que debe ver una persona",
  came_late: "Un mensaje suyo llegó con horas de retraso",
  emergency: "Emergencia",
  reservation_in_doubt: "Una reserva necesita revisión",
  sold_twice: "El PMS vendió su habitación dos veces",
  price_differs: "El PMS registró otro precio",
  pms_away: "Espera una respuesta que el PMS no dio",
  late_checkout: "Pide salir más tarde",
  question: "Pregunta algo que el perfil no dice",
  complaint: "Avisa de un problema o se queja",
  refund: "Pide un reembolso",
  payment_dispute: "No está de acuerdo con un cobro",
  lost_item: "Perdió u olvidó algo",
  special_request: "Tiene un pedido especial",
  event_group: "Pregunta por un grupo o un evento",
  discount: "Pide un descuento",
  housekeeping: "Pide algo de limpieza o ropa blanca",
  room_service: "Pide algo a la habitación",
  arrival_notice: "Avisa cuándo llega",
  paused: "El agente está en pausa",
  dead_letter: "Un mensaje suyo no se pudo procesar",
  undeliverable: "Un mensaje no le pudo llegar",
  restored: "Quedó sin respuesta antes de una restauración",
};

const AUTHORS = { guest: "Huésped", agent: "Agente", staff: "Hotel" };
const CHANNELS = { whatsapp: "WhatsApp", webchat: "Chat de la web", email: "Correo" };
// How far what goes to a guest has come; what is well on its way needs no words.
const STATES = {
  stored: "En camino",
  pending: "En camino",
  sending: "En camino",
  delivered: "Entregado",
  read: "Leído",
  failed: "No le llegó",
  dead: "No le llegó",
  cancelled: "No se envió",
  held: "Retenido: no se envió",
};
// What a channel names in parentheses where a guest sent no words.
const CONTENTS = {
  image: "imagen",
  audio: "audio",
  voice: "audio",
  video: "video",
  document: "documento",
  sticker: "sticker",
  location: "ubicación",
  contacts: "contacto",
  reaction: "reacción",
  order: "pedido",
  nfm_reply: "formulario",
  revoke: "mensaje retirado",
  group: "mensaje en un grupo",
  request_welcome: "abrió el chat",
  call_permission_reply: "respuesta a un permiso de llamada",
  unsupported: "mensaje de un tipo nuevo",
};
const REFUSALS = {
  too_large: "demasiado grande: pídale que lo mande por otra vía",
  wrong_hash: "llegó dañado: pídale que lo mande otra vez",
  gone: "el canal ya no lo tiene",
  expired: "no se pudo bajar",
  empty: "está vacío",
};
const ROLES = { viewer: "consulta", operator: "recepción", admin: "administración" };

const PAGE = 100; // as many as the server lists at once

// Who waits for the PMS, and not for a person.
export function askingOf(count) {
  if (count === 0) return "";
  if (count === 1) return "1 huésped espera a que el PMS responda: se le escribirá solo.";
  return `${count < PAGE ? count : "Más de 100"} huéspedes esperan a que el PMS responda: se les escribirá solos.`;
}

export const reasonOf = (code) => REASONS[code] ?? code;
export const authorOf = (code) => AUTHORS[code] ?? code;
export const stateOf = (code) => STATES[code] ?? "";
export const isLost = (code) => ["failed", "dead", "cancelled", "held"].includes(code);
export const roleOf = (code) => ROLES[code] ?? code;
export const nameOf = (handoff) => handoff.guest_name || "Huésped sin nombre";
export const isUrgent = (handoff) => ["emergency", "sold_twice"].includes(handoff.reason);

// What the desk should know of it besides its reason: a kind, and words.
export function standingOf(handoff) {
  if (handoff.closed) return { kind: "closed", text: "Este pedido ya está cerrado." };
  if (handoff.taken_over && handoff.unanswered) return { kind: "untold", text: "Escribió otra vez y espera respuesta" };
  if (handoff.taken_over) return { kind: "taken", text: "Ya lo atiende una persona" };
  if (!handoff.told_at) return { kind: "untold", text: "Nadie recibió el aviso todavía" };
  return null;
}

// "whatsapp 5491155550123" → its channel's name, how to write the address, and a link that calls or mails.
export function contactOf(contact) {
  const [channel, address = ""] = (contact ?? "").split(/ (.*)/s);
  const name = CHANNELS[channel] ?? channel;
  if (channel === "whatsapp" && /^\d{6,15}$/.test(address)) {
    return { text: `${name} +${address}`, link: `tel:+${address}` };
  }
  // A chat's address is a session's name: it means nothing to people.
  if (channel === "webchat" || !address) return { text: name || "Sin contacto", link: null };
  if (/^[^\s@?&]+@[^\s@?&]+$/.test(address)) return { text: `${name} ${address}`, link: `mailto:${address}` };
  return { text: `${name} ${address}`, link: null };
}

export function bodyOf({ author, body }) {
  const [, content, rest = ""] = /^\((\w+)\)((?: .*)?)$/s.exec(body) ?? [];
  const named = content in CONTENTS && author !== "agent";
  return named ? `(${CONTENTS[content]})${rest}` : body || "(sin texto)";
}

const sizeOf = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

export const fileOf = ({ what, name, bytes, at }) =>
  [name || CONTENTS[what] || "archivo", bytes && sizeOf(bytes), timeOf(at)].filter(Boolean).join(" · ");

export const whyNot = ({ state, reason }) => (state === "due" ? "todavía no llegó" : (REFUSALS[reason] ?? "no se aceptó"));

export function ago(at, now = Date.now()) {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return "ahora mismo";
  if (minutes < 60) return `hace ${minutes} min`;
  if (minutes < 48 * 60) return `hace ${Math.floor(minutes / 60)} h`;
  return `hace ${Math.floor(minutes / (24 * 60))} días`;
}

export function timeOf(at, now = new Date()) {
  const date = new Date(at);
  const time = date.toLocaleTimeString("es", { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return time;
  return `${date.toLocaleDateString("es", { day: "numeric", month: "short" })}, ${time}`;
}

const inSeconds = (waitMs) => (waitMs ? ` Se reintenta en ${Math.ceil(waitMs / 1000)} s.` : " Se reintenta solo.");

export const PROBLEMS = {
  away: (waitMs) => `Sin conexión con el servidor.${inSeconds(waitMs)}`,
  busy: (waitMs) => `Demasiadas consultas por ahora.${inSeconds(waitMs)}`,
  down: (waitMs) => `El servicio no puede responder en este momento.${inSeconds(waitMs)}`,
};
