// What the page itself says, in the browser's language as far as the hotel speaks it.

const TEXTS = {
  es: {
    welcome: "¡Hola! Escríbanos aquí: disponibilidad, precios, reservas o lo que necesite saber del hotel.",
    message: "Su mensaje",
    placeholder: "Escriba su mensaje…",
    send: "Enviar",
    conversation: "Conversación",
    options: "Opciones",
    photo: "Foto",
    you: "Usted",
    hotel: "Hotel",
    typing: "Escribiendo…",
    pending: "Enviando…",
    failed: "No se pudo enviar",
    connecting: "Conectando…",
    online: "En línea",
    away: "Sin conexión. Reintentando…",
    busy: "Un momento: su mensaje saldrá en unos segundos…",
  },
  pt: {
    welcome: "Olá! Escreva aqui: disponibilidade, preços, reservas ou o que precisar de saber sobre o hotel.",
    message: "A sua mensagem",
    placeholder: "Escreva a sua mensagem…",
    send: "Enviar",
    conversation: "Conversa",
    options: "Opções",
    photo: "Foto",
    you: "Você",
    hotel: "Hotel",
    typing: "A escrever…",
    pending: "A enviar…",
    failed: "Não foi possível enviar",
    connecting: "A ligar…",
    online: "Online",
    away: "Sem ligação. A tentar de novo…",
    busy: "Um momento: a mensagem segue dentro de segundos…",
  },
  en: {
    welcome: "Hello! Write to us here: availability, prices, reservations, or anything about the hotel.",
    message: "Your message",
    placeholder: "Write your message…",
    send: "Send",
    conversation: "Conversation",
    options: "Options",
    photo: "Photo",
    you: "You",
    hotel: "Hotel",
    typing: "Typing…",
    pending: "Sending…",
    failed: "Could not be sent",
    connecting: "Connecting…",
    online: "Online",
    away: "No connection. Trying again…",
    busy: "One moment: your message will go in a few seconds…",
  },
};

export function chooseLanguage(wanted, spoken) {
  const known = spoken.filter((code) => code in TEXTS);
  const codes = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return codes.find((code) => known.includes(code)) ?? known[0] ?? "en";
}

export const textsOf = (language) => TEXTS[language];
