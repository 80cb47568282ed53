-- A guest's lines on every channel: hand-offs show the last of them to staff, web chats all of theirs.

CREATE INDEX inbox_guest ON inbox (guest_id, id) WHERE channel <> 'system';
DROP INDEX inbox_chat;
