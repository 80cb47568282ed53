-- A reservation's whole life: late check-outs, parties in several rooms, notes to staff.

ALTER TABLE reservation ADD COLUMN leaves_at time;
-- Proved in a second step, without holding up those who write meanwhile.
ALTER TABLE reservation DROP CONSTRAINT reservation_kind_check;
ALTER TABLE reservation ADD CONSTRAINT reservation_kind_check CHECK (kind IN ('reserve', 'cancel', 'late_checkout')) NOT VALID;
ALTER TABLE reservation VALIDATE CONSTRAINT reservation_kind_check;

ALTER TABLE quote ADD COLUMN rooms smallint NOT NULL DEFAULT 1;

ALTER TABLE demo_reservation ADD COLUMN rooms smallint NOT NULL DEFAULT 1;
ALTER TABLE demo_reservation ADD COLUMN leaves_at time;

CREATE TABLE demo_note (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hotel       text NOT NULL,
    code        text NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (hotel, code, body)
);

-- Rooms left on the fullest night of a stay; a reservation may hold several.
CREATE OR REPLACE FUNCTION demo_rooms_left(in_hotel text, in_key text, begins date, ends date) RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT min(t.rooms - (SELECT coalesce(sum(r.rooms), 0) FROM demo_reservation r
                         WHERE r.hotel = in_hotel AND r.room_type = in_key AND r.status = 'live'
                           AND r.check_in <= night AND r.check_out > night))
   FROM demo_room_type t, generate_series(begins, ends - 1, interval '1 day') AS n(night)
   WHERE t.hotel = in_hotel AND t.key = in_key $$;
