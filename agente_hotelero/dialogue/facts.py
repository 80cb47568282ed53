"""Questions that the hotel's profile answers; what it does not say, we do not say."""

from collections.abc import Mapping
from typing import Final

from agente_hotelero.dialogue.handing_over import way_to_person
from agente_hotelero.dialogue.on_file import POLICY
from agente_hotelero.dialogue.reading import Intent, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats

TOPICS: Final = {
    Intent.PARKING: "parking",
    Intent.PETS: "pets",
    Intent.BREAKFAST: "breakfast",
    Intent.WIFI: "wifi",
    Intent.POOL: "pool",
}


def answer(talk: Talk, reading: Reading) -> bool:
    """Answer every such question of a message; tells whether there was one."""
    asked = [intent for intent in Intent if intent in reading.intents and (intent in TOPICS or intent in _PLAIN)]
    for intent in asked:
        if intent in TOPICS:
            _topic(talk, TOPICS[intent])
        else:
            _PLAIN[intent](talk)
    return bool(asked)


def _topic(talk: Talk, topic: str) -> None:
    _in_the_hotels_words(talk, talk.hotel.facts.get(topic, {}), fact=f"profile:facts.{topic}")


def _policy(talk: Talk) -> None:
    _in_the_hotels_words(talk, talk.hotel.cancellation_policy, fact=POLICY)


def _in_the_hotels_words(talk: Talk, texts: Mapping[str, str], *, fact: str) -> None:
    text = texts.get(talk.language.value) or next(iter(texts.values()), None)
    if text:
        talk.add(text, fact=fact)
    else:
        talk.say("fact_unknown")
        way_to_person(talk)


def _check_in(talk: Talk) -> None:
    talk.say("check_in_time", check_in_from=formats.clock(talk.hotel.check_in_from), fact="profile:check_in_from")


def check_out(talk: Talk) -> None:
    """When everybody leaves."""
    talk.say(
        "check_out_time", check_out_until=formats.clock(talk.hotel.check_out_until), fact="profile:check_out_until"
    )


def _address(talk: Talk) -> None:
    talk.say("address", address=talk.hotel.address, fact="profile:address")


def _hours(talk: Talk) -> None:
    hours = formats.hours(talk.hotel, talk.language)
    if hours:
        talk.say("hours", hours=hours, fact="profile:business_hours")
    else:
        talk.say("no_hours")


_PLAIN: Final = {
    Intent.CHECK_IN_TIME: _check_in,
    Intent.CHECK_OUT_TIME: check_out,
    Intent.ADDRESS: _address,
    Intent.HOURS: _hours,
    Intent.CANCELLATION_POLICY: _policy,
}
