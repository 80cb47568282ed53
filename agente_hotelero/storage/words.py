"""What was said, as SQL over `inbox` and `outbox`: for people who read a conversation, not for its turns."""

from typing import Final

BY_GUEST: Final = "channel <> 'system' AND event->>'type' <> 'took_over'"
"""Rows that are a guest's; an answer from the hotel's own phone comes in on the guest's channel too."""
WORDS: Final = "coalesce(event->>'text', event->>'title', '(' || coalesce(event->>'what', event->>'type') || ')')"
"""Their words, the title of what they pressed, or in brackets what they sent."""
SAID: Final = """CASE message->>'type' WHEN 'location' THEN '(ubicación) ' || concat_ws(', ', message->>'name', message->>'address')
        WHEN 'picture' THEN '(imagen) ' || (message->>'caption')
        WHEN 'several' THEN (SELECT string_agg(concat_ws(E'\\n', coalesce(part->>'body', part->>'caption', part->>'name'), part->>'url'), E'\\n\\n')
            FROM json_array_elements(message->'parts') part)
        WHEN 'link' THEN concat_ws(E'\\n', message->>'body', message->>'url')
        ELSE coalesce(message->>'body', '(' || (message->>'type') || ')') END"""
"""What we said; a kind of message that a newer version wrote is named in brackets."""
