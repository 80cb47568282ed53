"""What Meta's errors mean for a send: one table, by code, and HTTP's status only where there is no code of Meta's.

Codes: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes. The same codes come late, in
failed statuses; `classify` serves both.
"""

from collections.abc import Mapping
from typing import Final

from agente_hotelero.channels.port import FailureClass, QuietFor

MAINTENANCE: Final = 131057
"""The number is being given a higher throughput, a minute at most."""
CODES: Final[Mapping[int, FailureClass]] = {
    # "API Unknown", "API Service", "Something went wrong", …: all are said of outages.
    **dict.fromkeys((1, 2, 131000, 131016, 133004, 135000), FailureClass.RETRY_SOON),
    MAINTENANCE: FailureClass.RETRY_SOON,
    # 4 is the app's limit, 80007 the business account's, 130429 the number's.
    **dict.fromkeys((4, 80007, 130429), FailureClass.RATE_LIMITED),
    131056: FailureClass.PAIR_LIMITED,
    # "Re-engagement message": more than 24 hours since the guest's last word.
    131047: FailureClass.WINDOW_SHUT,
    # "Message undeliverable" is no outage: no WhatsApp there, an old version, or terms not accepted, which may pass.
    131026: FailureClass.UNREACHABLE,
    # 131021 is the number itself, 131030 not on the test list, 130472 an experiment of Meta's that leaves this user out,
    # 131062 a kind of message that needs a phone, 137000 a user id that is not (or no longer) one.
    **dict.fromkeys((131021, 131030, 130472, 131062, 137000), FailureClass.RECIPIENT),
    # 131049 reads like an error ("to maintain healthy ecosystem engagement") and is a limit of marketing per user.
    **dict.fromkeys((131048, 131049, 131050, 131064), FailureClass.QUALITY),
    # 0 is "AuthException", not "no error"; 3 and 10 are permissions, 190 the token.
    **dict.fromkeys((0, 3, 10, 33, 190, 368), FailureClass.AUTH),
    **dict.fromkeys(range(200, 300), FailureClass.AUTH),
    # "Access denied", payment, account locked, display name, certificate, country: each needs a person at Meta's pages.
    **dict.fromkeys((130497, 131005, 131031, 131037, 131042, 131045, 133010), FailureClass.AUTH),
    **dict.fromkeys((100, 131008, 131009, 131051, 131052, 131053), FailureClass.OUR_BUG),
    **dict.fromkeys((132000, 132005, 132007, 132008, 132012, 132018), FailureClass.OUR_BUG),
    # Paused for its quality, disabled, not there in this language, or its flow blocked or throttled: no mistake in the message.
    **dict.fromkeys((132001, 132015, 132016, 132068, 132069), FailureClass.TEMPLATE),
}
DAY_SECONDS: Final = 24 * 3600.0
QUIET: Final[Mapping[int, QuietFor]] = {
    # Too many of the number's messages were blocked or reported.
    131048: QuietFor(guest_only=False, seconds=DAY_SECONDS),
    131064: QuietFor(guest_only=False, seconds=DAY_SECONDS),
    # Meta wants at least a day between marketing messages that it held back.
    131049: QuietFor(guest_only=True, seconds=DAY_SECONDS),
    # The guest said so to WhatsApp itself.
    131050: QuietFor(guest_only=True, seconds=None),
}
"""What nobody asked for goes out no more; answers do."""
SUBCODES: Final[Mapping[tuple[int, int], FailureClass]] = {
    # "Invalid parameter", and in truth: this token may not see this phone_number_id, or there is none.
    (100, 33): FailureClass.AUTH,
}
STATUSES: Final[Mapping[int, FailureClass]] = {
    **dict.fromkeys((401, 403, 404), FailureClass.AUTH),
    408: FailureClass.RETRY_SOON,
    429: FailureClass.RATE_LIMITED,
    # A gateway that lost sight of Graph says nothing about what Graph did with the message.
    **dict.fromkeys((502, 504), FailureClass.IN_DOUBT),
}
BY_HUNDRED: Final[Mapping[int, FailureClass]] = {
    # A redirect is not followed: the token would go along.
    3: FailureClass.RETRY_SOON,
    4: FailureClass.OUR_BUG,
    5: FailureClass.RETRY_SOON,
}


def classify(
    *, code: int | None, status: int = 400, subcode: int | None = None, is_transient: bool = False
) -> FailureClass:
    """Say what to do about an error; `status` is HTTP's, for an error that came as an answer."""
    known = SUBCODES.get((code or 0, subcode or 0)) or (CODES.get(code) if code is not None else None)
    if known is not None:
        return known
    if is_transient:
        return FailureClass.RETRY_SOON
    return STATUSES.get(status) or BY_HUNDRED.get(status // 100, FailureClass.IN_DOUBT)
