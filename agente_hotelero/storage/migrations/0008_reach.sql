-- Whom we may write to: what the channel refused as said too late, who wants nothing unasked, and accounts that must be quiet.

-- Which sending the channel refused because the guest's 24 hours were over: the message goes another way, and what is said
-- of that sending later is of no interest.
ALTER TABLE outbox ADD COLUMN shut text;

ALTER TABLE guest ADD COLUMN opted_out_at timestamptz;
ALTER TABLE guest ADD COLUMN quiet_until timestamptz;

CREATE TABLE account_quiet (
    hotel    text NOT NULL,
    channel  text NOT NULL,
    account  text NOT NULL,
    reason   text NOT NULL,
    at       timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    PRIMARY KEY (hotel, channel, account, reason)
);
