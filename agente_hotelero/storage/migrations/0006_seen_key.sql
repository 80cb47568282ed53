-- What the hashes in `seen` are made with. It comes from the signing key of the first process that meets this database, and stays when
-- that key is replaced: with another one, every message that its provider sends again would be a new message.
CREATE TABLE seen_key (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    key  bytea NOT NULL
);
