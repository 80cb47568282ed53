"""How mail programs announce what they quote, and how telephones sign, in the languages of those who write to hotels.

Collected from mail programs' own texts; the tests name a mail for each of the languages that the hotel speaks.
"""

import re
from typing import Final

LINE_LIMIT: Final = 1000
"""No announcement is longer; longer lines are somebody's words."""

# Verbs of «On Monday, somebody wrote:». Those in the middle are followed by the somebody, or by the date.
_VERBS: Final = (
    "wrote|writes|escribi[oó]|ha escrito|escreveu|escreveste|va escriure|ha escrit|escribiu|idatzi du|a [ée]crit|schrieb|schreef|"
    r"ha scritto|skrev|kirjoitti|napisa[lł](?:\(a\)|a)?|написал(?:\(а\)|а)?|пише|пишет|napsal(?:\(a\)|a)?|a scris|yazdı|"
    "έγραψε|schreven|ha enviado|geschreven"
)
VERB_LAST: Final = re.compile(
    rf"(?:^|[\s>\])\"'])(?:{_VERBS})(?:[\s\u00a0]*[:：][\s>]*|\s*-{{2,}}|\s*>?)$", re.IGNORECASE
)
VERB_WITHIN: Final = re.compile(
    r"\b(?:schrieb|schreef|skrev|wrote|escreveu|escribi[oó]|kirjoitti|geschreven)\b", re.IGNORECASE
)
# Gmail in Russian, and Gmail's older form, have no verb: a date, a time, an address, a colon.
ADDRESS_LAST: Final = re.compile(r"<[^<>\s]{3,100}>\s*:$")
YEAR: Final = re.compile(r"\b\d{4}\b")
TIME: Final = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
OPENING: Final = re.compile(
    r"[>\s\-*_]*(?:(?:on|el|em|no dia|le|am|il|den|op|dnia|w dniu|a \d{1,2}|dia|il giorno|al|la|dne|pe|ma|ti|ke|to|la|su)\b"
    r"|\d{1,4}[./\-\s]|[^\W\d_]{2,12}[.,]{1,2}\s*(?:den\s*)?\d{1,2}[.\s/]|[^\W\d_]{4,12},\s*\d{1,2}\s)",
    re.IGNORECASE,
)
DATED: Final = re.compile(r"\b\d{4}\b|\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2}[/.\-]\d{1,2}\b|\b\d{1,2}\.? \w{3,}")
ADDRESSED: Final = re.compile(r"[^\s<>@]@[^\s<>@]|mailto:")
# What is left on a line of its own when a program folds the announcement: «> wrote:», «>:».
TAIL: Final = re.compile(rf"\s*>?\s*(?:(?:{_VERBS})\s*)?[:：]\s*$", re.IGNORECASE)

_ORIGINAL: Final = (
    "original message|original email|mensaje original|mensagem original|missatge original|mensaxe orixinal|"
    "message d['’]origine|message original|messaggio originale|urspr[üu]ngliche nachricht|oorspronkelijk bericht|"
    "ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti|wiadomość oryginalna|"
    "исходное сообщение|оригинальное сообщение|reply message|mensaje de respuesta|"
    "forwarded message|mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|missatge reenviat|message transf[ée]r[ée]|"
    "messaggio inoltrato|weitergeleitete nachricht|doorgestuurd bericht|videresendt|vidarebefordrat"
)
SEPARATOR: Final = re.compile(
    rf"\s*[-_*=]{{2,}}\s*(?:{_ORIGINAL})[^-_*=]{{0,60}}[-_*=]{{2,}}\s*$"
    r"|\s*(?:begin forwarded message|inicio del mensaje reenviado|in[ií]cio da mensagem (?:re)?encaminhada"
    r"|comienzo del mensaje reenviado|d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|inizio messaggio inoltrato"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail))\s*:?\s*$"
    r"|.{0,12}(?:reply above this line|type your reply above|escrib[ae] (?:tu|su) respuesta (?:por )?encima de esta l[ií]nea"
    r"|responda? (?:por )?(?:encima|acima) (?:de|desta)(?: esta)? l(?:[ií]nea|inha)).{0,12}$",
    re.IGNORECASE,
)
RULE: Final = re.compile(r"\s*(?:[-_=]{5,}|\*{5,}|—{3,})\s*$")

_FROM: Final = "from|de|da|von|van|från|fra|od|от|від|lähettäjä|gönderen|remitente|remetente|desde"
_SENT: Final = (
    "sent|enviado(?: el| em)?|enviada(?: em| el)?|enviat(?: el)?|gesendet|envoyé(?: le)?|inviato|verzonden|skickat|sendt|wysłano|отправлено"
    "|lähetetty|gönderilme tarihi"
)
_DATE: Final = "date|fecha(?: de envío)?|data(?: de envio| wysłania)?|datum|dato|дата|päivämäärä|tarih"
_TO: Final = "to|para|per a|an|à|a|aan|till|til|do|кому|vastaanottaja|kime|destinatario|destinatário"
_SUBJECT: Final = "subject|asunto|assunto|assumpte|objet|betreff|oggetto|onderwerp|ämne|emne|temat|тема|aihe|konu"
_MORE: Final = (
    "cc|cco|bcc|reply-to|responder a|risposta|antwort an|répondre à|importance|importancia|attachments|adjuntos|anexos"
)
HEADER: Final = re.compile(
    rf"\s*\*{{0,2}}(?:(?P<sender>{_FROM})|(?P<sent>{_SENT})|(?P<date>{_DATE})|(?P<to>{_TO})|(?P<subject>{_SUBJECT})|(?P<more>{_MORE}))"
    r"\s?\*{0,2}:\*{0,2}(?:\s|\S)",
    re.IGNORECASE,
)

MOBILE: Final = re.compile(
    r"\W{0,3}(?:"
    r"sent (?:from|with|using) .{1,80}|sent via (?:mobile|my|the|samsung|blackberry|gmail|yahoo|.{0,20}(?:app|mail|phone)).{0,40}"
    r"|(?:\w+ )?from (?:my )?(?:mobile|iphone|phone|ipad).{0,40}|get \[?outlook for .{1,60}|sent by galaxy"
    r"|envia(?:do|da) (?:desde|del?|do|da|a partir d[oa]|a través de|através d[aeo]|pel[oa]|via) .{1,80}"
    r"|enviado (?:con|com) (?:el |mi |o |meu )?(?:proton|gmail|outlook|yahoo|correo|correio|airmail|samsung|spark).{0,60}"
    r"|(?:obt[eé]n(?:er|ga)?|descargar?|consigue|obter|obtenha|baixar|baixe)(?: o)? \[?outlook (?:para|per a) .{1,60}"
    r"|enviat des .{1,60}|envoyé (?:depuis|de|avec|à partir) .{1,60}|obtenir \[?outlook pour .{1,60}|télécharger \[?outlook .{1,60}"
    r"|von mein\w* .{1,60}(?:gesendet|geschickt)|gesendet (?:von|mit|über|aus) .{1,60}|diese nachricht wurde von mein\w* .{1,80}gesendet"
    r"|inviato (?:da|con|dal) .{1,60}|verzonden (?:met|vanaf|van|via) .{1,60}|skickat från .{1,60}|sendt fra .{1,60}|lähetetty .{1,60}"
    r"|wysłane? (?:z|ze) .{1,60}|отправлено (?:с|из) .{1,60}|надіслано (?:з|із) .{1,60}|從我的.{1,30}傳送|发自我的.{1,30}|iphoneから送信"
    r")\W{0,3}$",
    re.IGNORECASE,
)
DISCLAIMER: Final = re.compile(
    r"\W{0,4}(?:aviso (?:legal|de confidencialidad|de confidencialidade)|cláusula de confidencialidad|nota de confidencialidad|"
    r"confidentiality notice|disclaimer\s*:|legal notice|"
    r"(?:este|esta|this|the information (?:contained )?in this|la información (?:contenida|incluida) en este|a informação contida n?est[ae]|le informazioni contenute in questo)"
    r" ?(?:mensaje|correo|e-?mail|email|message|mensagem|comunicación|transmission|messaggio)[^.]{0,200}"
    r"(?:confiden[ct]i|privileged|privilegiad|destinatari|intended|riservat)|"
    r"antes de imprimir|please consider the environment)",
    re.IGNORECASE,
)
