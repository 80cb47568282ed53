"""What was said, as SQL over `inbox` and `outbox`: for people who read a conversation, not for its turns."""

from typing import Final

BY_GUEST: Final = "channel <> 'system' AND event->>'type' NOT IN ('took_over', 'revoked', 'renamed', 'preference')"
"""Rows that are a guest's; an answer from the hotel's own phone comes in on the guest's channel too."""
ASKED_BY_GUEST: Final = (
    BY_GUEST + " AND NOT (event->>'type' = 'other' AND event->>'what' IN ('reaction', 'group', 'system', 'revoke'))"
)
"""Those of them that wait for an answer: a heart does not, nor does what was taken back."""
BY_PHONE: Final = "channel <> 'system' AND event->>'type' = 'took_over' AND event->>'text' <> ''"
"""What a person said from the hotel's own phone."""
WORDS: Final = """coalesce(nullif(event->>'text', ''), event->>'title',
    'nota de voz: ' || nullif(event->>'transcript', ''), concat_ws(' ', '(' || coalesce(event->>'what', event->>'type') || ')', nullif(event->>'filename', ''), nullif(event->>'caption', '')))"""
"""Their words, the title of what they pressed, what was understood of what they spoke, or in brackets what they sent, with what they wrote below it."""
SAID: Final = """CASE message->>'type' WHEN 'location' THEN '(ubicación) ' || concat_ws(', ', message->>'name', message->>'address')
        WHEN 'picture' THEN '(imagen) ' || (message->>'caption')
        WHEN 'several' THEN (SELECT string_agg(concat_ws(E'\\n', coalesce(part->>'body', part->>'caption', part->>'words', part->>'name'), part->>'url'), E'\\n\\n')
            FROM json_array_elements(message->'parts') part)
        WHEN 'link' THEN concat_ws(E'\\n', message->>'body', message->>'url')
        WHEN 'document' THEN '(documento) ' || concat_ws(E'\\n', message->>'filename', nullif(message->>'caption', ''))
        WHEN 'template' THEN '(plantilla) ' || (message->>'words')
        ELSE coalesce(message->>'body', '(' || (message->>'type') || ')') END"""
"""What we said; a kind of message that a newer version wrote is named in brackets."""
