"""Raw mails with files, as mail programs write them."""

from email.message import EmailMessage
from email.policy import SMTP


def attached(
    *files: tuple[str, str, str, bytes], text: str = "Va adjunto.", sender: str = "ana@guest.example"
) -> bytes:
    """Give a mail with words and files: disposition, type, name, bytes of each."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "reservas@hotel.example", "Comprobante"
    mail["Message-ID"] = "<1@guest.example>"
    mail.set_content(text)
    for disposition, content_type, name, content in files:
        maintype, _, subtype = content_type.partition("/")
        mail.add_attachment(
            content, maintype=maintype, subtype=subtype, filename=name.replace("\n", " "), disposition=disposition
        )
    return mail.as_bytes()
