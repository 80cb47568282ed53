"""What a guest said, as SQL over `inbox`: for people who read a conversation, not for its turns."""

from typing import Final

BY_GUEST: Final = "channel <> 'system' AND event->>'type' <> 'took_over'"
"""Rows that are a guest's; an answer from the hotel's own phone comes in on the guest's channel too."""
WORDS: Final = "coalesce(event->>'text', event->>'title', '(' || coalesce(event->>'what', event->>'type') || ')')"
"""Their words, the title of what they pressed, or in brackets what they sent."""
