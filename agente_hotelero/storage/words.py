"""What was said, as SQL over `inbox` and `outbox`: for people who read a conversation, not for its turns."""

from typing import Final

BY_GUEST: Final = "channel <> 'system' AND event->>'type' NOT IN ('took_over', 'preference')"
"""Rows that are a guest's; an answer from the hotel's own phone comes in on the guest's channel too."""
WORDS: Final = "coalesce(event->>'text', event->>'title', '(' || coalesce(event->>'what', event->>'type') || ')')"
"""Their words, the title of what they pressed, or in brackets what they sent."""
SAID: Final = """CASE message->>'type' WHEN 'location' THEN '(ubicación) ' || concat_ws(', ', message->>'name', message->>'address')
        WHEN 'picture' THEN '(imagen) ' || (message->>'caption')
        WHEN 'link' THEN concat_ws(E'\\n', message->>'body', message->>'url')
        WHEN 'document' THEN '(documento) ' || concat_ws(E'\\n', message->>'filename', nullif(message->>'caption', ''))
        WHEN 'template' THEN '(plantilla) ' || (message->>'words')
        ELSE coalesce(message->>'body', '(' || (message->>'type') || ')') END"""
"""What we said; a kind of message that a newer version wrote is named in brackets."""
