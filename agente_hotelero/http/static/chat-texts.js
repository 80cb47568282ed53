// What the page itself says, in the browser's language as far as the hotel speaks it.

const TEXTS = {
  es: {
    welcome: "¡Hola! Escríbenos aquí: disponibilidad, precios, reservas o lo que necesites saber del hotel.",
    message: "Tu mensaje",
    placeholder: "Escribe tu mensaje…",
    send: "Enviar",
    conversation: "Conversación",
    options: "Opciones",
    photo: "Foto",
    picture: "Imagen",
    map: "Ver en el mapa",
    you: "Tú",
    hotel: "Hotel",
    typing: "Escribiendo…",
    pending: "Enviando…",
    failed: "No se pudo enviar",
    connecting: "Conectando…",
    online: "En línea",
    away: "Sin conexión. Reintentando…",
    busy: "Un momento: tu mensaje saldrá en unos segundos…",
  },
  pt: {
    welcome: "Olá! Escreva aqui: disponibilidade, preços, reservas ou o que precisar saber sobre o hotel.",
    message: "Sua mensagem",
    placeholder: "Escreva sua mensagem…",
    send: "Enviar",
    conversation: "Conversa",
    options: "Opções",
    photo: "Foto",
    picture: "Imagem",
    map: "Ver no mapa",
    you: "Você",
    hotel: "Hotel",
    typing: "Digitando…",
    pending: "Enviando…",
    failed: "Não foi possível enviar",
    connecting: "Conectando…",
    online: "Online",
    away: "Sem conexão. Tentando de novo…",
    busy: "Um momento: sua mensagem vai em alguns segundos…",
  },
  en: {
    welcome: "Hello! Write to us here: availability, prices, reservations, or anything about the hotel.",
    message: "Your message",
    placeholder: "Write your message…",
    send: "Send",
    conversation: "Conversation",
    options: "Options",
    photo: "Photo",
    picture: "Picture",
    map: "See it on the map",
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
