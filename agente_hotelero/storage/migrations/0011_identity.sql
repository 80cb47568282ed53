-- Who is who: codes that prove whose a reservation is, and guests who turned out to be one.

-- How often a code was sent for a reservation, and tried, in the last hour: reference of the event → seconds since 1970.
CREATE TABLE verification (
    hotel        text NOT NULL,
    reservation  text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('send', 'try')),
    uses         jsonb NOT NULL,
    used_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hotel, reservation, kind)
);
-- Who typed a code that was sent there.
CREATE TABLE proved_name (
    hotel     text NOT NULL,
    kind      text NOT NULL,
    value     text NOT NULL,
    guest_id  bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hotel, kind, value)
);
CREATE INDEX proved_name_guest ON proved_name (guest_id);

-- Whose conversation goes on in place of this guest's: rows that another process stores at that moment still find it.
ALTER TABLE guest ADD COLUMN merged_into bigint;
CREATE INDEX guest_merged ON guest (merged_into) WHERE merged_into IS NOT NULL;

-- Codes that went out lately: one may be typed in answer to the message that brought it.
CREATE INDEX outbox_code ON outbox (account, address, id) WHERE facts = '{code}';
