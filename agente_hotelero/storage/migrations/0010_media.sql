-- What guests send beside words: which files there are of it, and how far each has come. Whose it is, and what it is called, the
-- event says.

CREATE TABLE media (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inbox_id    bigint NOT NULL,
    n           smallint NOT NULL DEFAULT 0,   -- a mail brings several
    state       text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'kept', 'refused', 'unwanted')),
    reason      text,                          -- why it was refused, in one word
    attempts    smallint NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL DEFAULT now(),
    file        text,
    name        text,
    mime        text,
    bytes       bigint,
    sha256      bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (inbox_id, n)
);
CREATE INDEX media_waiting ON media (next_at) WHERE state IN ('due', 'unwanted');
CREATE UNIQUE INDEX media_file ON media (file) WHERE file IS NOT NULL;

-- What we gave a channel to send, and the id that it gave us for it, by the hash of its bytes.
CREATE TABLE media_upload (
    hotel        text NOT NULL,
    channel      text NOT NULL,
    account      text NOT NULL,
    sha256       bytea NOT NULL,
    media_id     text NOT NULL,
    uploaded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hotel, channel, account, sha256)
);
