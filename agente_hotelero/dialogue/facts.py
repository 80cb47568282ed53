"""Questions that the hotel's profile answers; what it does not say, we do not say."""

from collections.abc import Iterator, Mapping
from typing import Final

from agente_hotelero.dialogue.effects import GAP, ProfileGap
from agente_hotelero.dialogue.on_file import POLICY
from agente_hotelero.dialogue.reading import Intent, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats, topics
from agente_hotelero.model.hotel import Fact, Topic

TOPICS: Final = {
    Intent.PARKING: Topic.PARKING,
    Intent.PETS: Topic.PETS,
    Intent.BREAKFAST: Topic.BREAKFAST,
    Intent.WIFI: Topic.WIFI,
    Intent.POOL: Topic.POOL,
    Intent.GYM_SPA: Topic.GYM_SPA,
    Intent.RESTAURANT: Topic.RESTAURANT,
    Intent.EARLY_CHECK_IN: Topic.EARLY_CHECK_IN,
    Intent.LUGGAGE: Topic.LUGGAGE,
    Intent.TRANSPORT: Topic.TRANSPORT,
    Intent.LOCAL_TIPS: Topic.LOCAL_TIPS,
    Intent.ACCESSIBILITY: Topic.ACCESSIBILITY,
    Intent.CHILDREN: Topic.CHILDREN,
    Intent.HOUSE_RULES: Topic.HOUSE_RULES,
    Intent.ROOM_INFO: Topic.ROOM_INFO,
    Intent.PAYMENT: Topic.PAYMENT,
    Intent.INVOICE: Topic.INVOICE,
}
AMENITIES: Final = (
    *(Topic.BREAKFAST, Topic.RESTAURANT, Topic.ROOM_SERVICE, Topic.WIFI, Topic.PARKING, Topic.POOL, Topic.GYM_SPA),
    *(Topic.TRANSPORT, Topic.LUGGAGE),
)
"""What a hotel has, for who asks what there is."""


def answer(talk: Talk, reading: Reading) -> tuple[bool, tuple[Topic, ...]]:
    """Answer every such question of a message; tells whether there was one, and what the profile does not say."""
    asked = [intent for intent in Intent if intent in reading.intents and (intent in TOPICS or intent in _PLAIN)]
    if reading.intents & {Intent.REFUND, Intent.DISPUTED_CHARGE}:
        # A person sees to what was paid; how one may pay is another question.
        asked = [intent for intent in asked if intent is not Intent.PAYMENT]
    missing: list[Topic] = []
    for intent in asked:
        if intent in TOPICS:
            missing += [] if tell(talk, TOPICS[intent]) else [TOPICS[intent]]
        elif (lacking := _PLAIN[intent](talk)) is not None:
            missing.append(lacking)
    if Intent.PAYMENT in asked:
        tell(talk, Topic.DEPOSIT)
        tell(talk, Topic.INSTALMENTS)
    if Intent.SERVICES_INFO in reading.intents:
        missing += [] if _services(talk) else [Topic.SERVICES_INFO]
    return bool(asked) or Intent.SERVICES_INFO in reading.intents, tuple(missing)


def tell(talk: Talk, topic: Topic) -> bool:
    """Say what the profile says of a topic; tells whether it says anything."""
    fact = talk.hotel.facts.get(topic)
    if fact is None:
        return False
    talk.add("\n".join(_lines(talk, topic, fact)), fact=f"profile:facts.{topic}")
    return True


def in_their_words(talk: Talk, texts: Mapping[str, str]) -> str | None:
    """The hotel's own, in the guest's language, or in another rather than not at all."""
    return texts.get(talk.language.value) or next(iter(texts.values()), None)


def note_gap(talk: Talk, topic: Topic) -> None:
    """Count what was asked and nobody wrote down: in the metrics, and with the reply that owns up to it."""
    talk.do(ProfileGap(topic=topic))
    talk.cite(f"{GAP}{topic}")


def _lines(talk: Talk, topic: Topic, fact: Fact) -> Iterator[str]:
    text = in_their_words(talk, fact.texts)
    if text is not None:
        yield text
    elif not fact.offered:
        yield topics.none(topic, talk.register)
    if figures := ", ".join(_figures(talk, fact)):
        name = topics.name(topic, talk.register)
        yield f"{name[:1].upper()}{name[1:]}: {figures}."


def _figures(talk: Talk, fact: Fact) -> Iterator[str]:
    if fact.hours:
        yield formats.spans(fact.hours, talk.language, all_week=False)
    if fact.price is not None:
        price = formats.money(fact.price, talk.language)
        yield price if fact.per is None else f"{price} {topics.per(fact.per, talk.register)}"
    if fact.included:
        yield talk.phrase("no_extra_cost")


def _services(talk: Talk) -> bool:
    """In the hotel's own words, else by name what the profile says is there."""
    if tell(talk, Topic.SERVICES_INFO):
        return True
    there = [topic for topic in AMENITIES if (fact := talk.hotel.facts.get(topic)) is not None and fact.offered]
    if not there:
        return False
    names = formats.several([topics.name(topic, talk.register) for topic in there], talk.language)
    talk.say("we_have", topics=names, fact=f"profile:facts.{there[0]}")
    for topic in there[1:]:
        talk.cite(f"profile:facts.{topic}")
    return True


def _policy(talk: Talk) -> Topic | None:
    text = in_their_words(talk, talk.hotel.cancellation_policy)
    if text is not None:
        talk.add(text, fact=POLICY)
    elif not tell(talk, Topic.CANCELLATION):
        return Topic.CANCELLATION
    return None


def _check_in(talk: Talk) -> Topic | None:
    talk.say("check_in_time", check_in_from=formats.clock(talk.hotel.check_in_from), fact="profile:check_in_from")
    tell(talk, Topic.CHECK_IN)
    return None


def check_out(talk: Talk) -> Topic | None:
    """When everybody leaves."""
    talk.say(
        "check_out_time", check_out_until=formats.clock(talk.hotel.check_out_until), fact="profile:check_out_until"
    )
    tell(talk, Topic.CHECK_OUT)
    return None


def _address(talk: Talk) -> Topic | None:
    talk.say("address", address=talk.hotel.address, fact="profile:address")
    tell(talk, Topic.LOCATION)
    return None


def _hours(talk: Talk) -> Topic | None:
    hours = formats.hours(talk.hotel, talk.language)
    if hours:
        talk.say("hours", hours=hours, fact="profile:business_hours")
    else:
        talk.say("no_hours")
        note_gap(talk, Topic.HOURS)
    return None


_PLAIN: Final = {
    Intent.CHECK_IN_TIME: _check_in,
    Intent.CHECK_OUT_TIME: check_out,
    Intent.ADDRESS: _address,
    Intent.HOURS: _hours,
    Intent.CANCELLATION_POLICY: _policy,
}
