-- E-mail: how far each mailbox was read; what it answered is in inbox and outbox, as everybody's.

CREATE TABLE mailbox (
    hotel    text NOT NULL,
    address  text NOT NULL,
    cursor   text NOT NULL,
    read_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hotel, address)
);

-- How many answers an address had lately.
CREATE INDEX outbox_mail ON outbox (account, address, created_at) WHERE channel = 'email';
