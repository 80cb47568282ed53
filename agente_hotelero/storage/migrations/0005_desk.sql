-- What a token may do, and at which hotel (null: at every one). Those made before could only look at flags.

ALTER TABLE token ADD COLUMN role text NOT NULL DEFAULT 'viewer' CHECK (role IN ('viewer', 'operator', 'admin'));
ALTER TABLE token ADD COLUMN hotel text;

-- Messages that could not be delivered are looked up by people, and may be sent again by them.
CREATE INDEX outbox_dead ON outbox (id) WHERE status = 'dead';
