"""Where a guest's answers go: the channel last written on, and on WhatsApp to their number where we have it."""

from datetime import datetime

from agente_hotelero.model.events import NameChanged, PreferenceChanged, StaffReplied
from agente_hotelero.model.ids import Channel
from agente_hotelero.model.journal import InboxRow, ReplyRoute
from agente_hotelero.model.reach import WINDOW, opens_window


def after(row: InboxRow, before: ReplyRoute | None) -> ReplyRoute | None:
    """To where the guest wrote this, or to where staff know them; what nobody wrote changes nothing."""
    if isinstance(row.event, PreferenceChanged):
        return before
    if row.account.channel is not Channel.SYSTEM:
        here = ReplyRoute(account=row.account, address=row.address)
        return before if _leaves_number_out(here, before) and not isinstance(row.event, NameChanged) else here
    if isinstance(row.event, StaffReplied) and row.event.account is not None:
        return ReplyRoute(account=row.event.account, address=row.event.address)
    return before


def in_a_word(route: ReplyRoute | None) -> str:
    """Name a route, to be known again."""
    return "" if route is None else f"{route.account.channel}:{route.address}"


def open_until(row: InboxRow) -> datetime | None:
    """Until when a guest's own message lets us answer; what else makes us write is looked up when it goes."""
    if row.account.channel is Channel.SYSTEM or not opens_window(row.event):
        return None
    return row.sent_at + WINDOW


def has_no_number(route: ReplyRoute | None) -> bool:
    """Tell whether WhatsApp gives no number of this guest."""
    return route is not None and route.account.channel is Channel.WHATSAPP and not is_number(route.address)


def is_number(address: str) -> bool:
    """Tell a number's digits from an id."""
    return address.isascii() and address.isdecimal()


def _leaves_number_out(here: ReplyRoute, before: ReplyRoute | None) -> bool:
    """Meta does so for guests with a user name, from one message to the next."""
    if before is None or before.account != here.account or here.account.channel is not Channel.WHATSAPP:
        return False
    return is_number(before.address) and not is_number(here.address)
