"""The hotels, and all that follows from their file without anybody being started."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agente_hotelero.actors.ports import StaffChannel
from agente_hotelero.channels.whatsapp.signature import Signatures
from agente_hotelero.config.gmail_accounts import GmailAccount
from agente_hotelero.config.hotels import Hotel, Hotels, WhatsAppAccount
from agente_hotelero.config.mailboxes import Mailbox
from agente_hotelero.errors import ConfigError
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, Channel, HotelId
from agente_hotelero.model.lines import Line, Purpose
from agente_hotelero.wiring.staff import StaffChannels

Box = Mailbox | GmailAccount
"""A mailbox of either kind."""
Way = str | Box
"""What it takes to send by an account: an access token, or a mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """For accounts that name no secrets and no pace of their own; `demanding` is production, where none may go without."""

    app_secrets: tuple[str, ...] = field(default=(), repr=False)
    access_token: str = field(default="", repr=False)
    demanding: bool = False
    messages_per_second: float = 80.0
    guest_burst: int = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Who is who. `profiles` are the hotels as guests may know them, `staff` those that have somebody to tell."""

    hotels: tuple[Hotel, ...] = ()
    profiles: Mapping[HotelId, HotelProfile] = field(default_factory=dict)
    staff: Mapping[HotelId, StaffChannel] = field(default_factory=dict)
    access_tokens: Mapping[Account, str] = field(default_factory=dict, repr=False)
    lines: Mapping[Account, Line] = field(default_factory=dict)
    mailboxes: Mapping[Account, Box] = field(default_factory=dict)
    signatures: Signatures = field(default_factory=lambda: Signatures(secrets={}))
    numbers: Mapping[str, HotelId] = field(default_factory=dict)
    businesses: Mapping[str, str] = field(default_factory=dict)
    """Number → the business account that it is in, where the file says so."""

    @property
    def ways(self) -> Mapping[Account, Way]:
        """Every account that messages go out by, with what it takes."""
        return {**self.access_tokens, **self.mailboxes}

    def code_accounts(self, hotel: HotelId) -> Mapping[str, Account]:
        """By which account a code goes out on each channel: a mailbox, and a number that has a template for it."""
        able = [account for account, line in self.lines.items() if line.templates.get(Purpose.VERIFICATION)]
        found = [account for account in (*able, *self.mailboxes) if account.hotel == hotel]
        return {account.channel.value: account for account in reversed(found)}

    def hotel_of(self, phone_number_id: str) -> HotelId | None:
        """Whose number it is."""
        return self.numbers.get(phone_number_id)


def directory(file: Hotels, *, defaults: Defaults, channels: StaffChannels) -> Directory:
    """Derive everything from a file that was read; raises ConfigError."""
    hotels = file.all()
    found = {hotel.profile.id: channels.of(hotel) for hotel in hotels}
    staff = {hotel: channel for hotel, channel in found.items() if channel is not None}
    tokens = {
        Account(hotel.profile.id, Channel.WHATSAPP, account.phone_number_id): account.access_token
        or defaults.access_token
        for hotel in hotels
        for account in hotel.whatsapp
    }
    return Directory(
        hotels=hotels,
        # A person is reachable only as far as somebody can be told.
        profiles={h.profile.id: replace(h.profile, person_reachable=h.profile.id in staff) for h in hotels},
        staff=staff,
        access_tokens=tokens,
        lines={
            Account(hotel.profile.id, Channel.WHATSAPP, account.phone_number_id): _line(account, defaults)
            for hotel in hotels
            for account in hotel.whatsapp
        },
        mailboxes={
            Account(hotel.profile.id, Channel.EMAIL, box.address): box
            for hotel in hotels
            for box in (hotel.mailbox, hotel.gmail)
            if box is not None
        },
        signatures=_signatures(hotels, defaults),
        numbers={account.name: account.hotel for account in tokens},
        businesses={
            account.phone_number_id: account.business_account_id
            for hotel in hotels
            for account in hotel.whatsapp
            if account.business_account_id is not None
        },
    )


def _line(account: WhatsAppAccount, defaults: Defaults) -> Line:
    per_second = account.line.messages_per_second if account.paced else defaults.messages_per_second
    return replace(account.line, messages_per_second=per_second, guest_burst=defaults.guest_burst)


def _signatures(hotels: tuple[Hotel, ...], defaults: Defaults) -> Signatures:
    accounts = [account for hotel in hotels for account in hotel.whatsapp]
    secrets = {account.phone_number_id: account.app_secrets or defaults.app_secrets for account in accounts}
    missing = [account for account, its in secrets.items() if not its]
    if missing and defaults.demanding:
        raise ConfigError(
            f"AGENTE_WHATSAPP__APP_SECRETS: account {missing[0]} has no app secret, here or as app_secrets_env in the hotels file"
        )
    return Signatures(secrets={account: its for account, its in secrets.items() if its})
