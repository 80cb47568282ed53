-- What a restored copy must not say by itself: answers that guests have long had, and timers whose time has passed.
-- They wait here until a person lets them go.

ALTER TABLE outbox DROP CONSTRAINT outbox_status_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_status_check
    CHECK (status IN ('pending', 'sending', 'sent', 'dead', 'cancelled', 'held')) NOT VALID;
ALTER TABLE outbox VALIDATE CONSTRAINT outbox_status_check;
CREATE INDEX outbox_held ON outbox (id) WHERE status = 'held';

-- How old the newest copy is, is asked every few seconds.
CREATE INDEX audit_action ON audit (action, at);
-- So is how many guests wait for a person; hand-offs that are closed stay in the table for ever.
CREATE INDEX handoff_open ON handoff (id) WHERE closed_at IS NULL;

CREATE TABLE held_timer (
    guest_id   bigint NOT NULL,
    shard      smallint NOT NULL,
    hotel      text NOT NULL,
    kind       text NOT NULL,
    key        text NOT NULL,
    due_at     timestamptz NOT NULL,
    not_after  timestamptz,
    PRIMARY KEY (guest_id, kind, key)
);
