-- The demo PMS: a hotel's inventory in the same database, as strict about rooms as a real PMS,
-- and as careless about references: writing the same one twice makes two reservations.

CREATE TABLE demo_room_type (
    hotel       text NOT NULL,
    key         text NOT NULL,
    name        text NOT NULL,
    capacity    smallint NOT NULL,
    rooms       smallint NOT NULL,
    base_price  numeric(18, 6) NOT NULL,
    currency    text NOT NULL,
    photo       text,
    PRIMARY KEY (hotel, key)
);

CREATE TABLE demo_reservation (
    serial      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hotel       text NOT NULL,
    code        text NOT NULL UNIQUE,
    client_ref  text NOT NULL,
    status      text NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'cancelled')),
    room_type   text NOT NULL,
    check_in    date NOT NULL,
    check_out   date NOT NULL,
    adults      smallint NOT NULL,
    children    smallint NOT NULL,
    total       numeric(18, 6) NOT NULL,
    currency    text NOT NULL,
    booker      json NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (check_out > check_in),
    FOREIGN KEY (hotel, room_type) REFERENCES demo_room_type (hotel, key)
);
CREATE INDEX demo_reservation_ref ON demo_reservation (client_ref);
CREATE INDEX demo_reservation_nights ON demo_reservation (hotel, room_type, check_out) WHERE status = 'live';

-- One night's price: weekends cost a fifth more, high season (mid-December to February, July) a third more.
CREATE FUNCTION demo_night_price(base numeric, night date) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT round(base
        * CASE WHEN extract(isodow FROM night) IN (5, 6) THEN 1.20 ELSE 1 END
        * CASE WHEN extract(month FROM night) IN (1, 2, 7) OR (extract(month FROM night) = 12 AND extract(day FROM night) >= 15)
               THEN 1.30 ELSE 1 END, 2) $$;

-- Rooms left on the fullest night of a stay.
CREATE FUNCTION demo_rooms_left(in_hotel text, in_key text, begins date, ends date) RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT min(t.rooms - (SELECT count(*) FROM demo_reservation r
                         WHERE r.hotel = in_hotel AND r.room_type = in_key AND r.status = 'live'
                           AND r.check_in <= night AND r.check_out > night))
   FROM demo_room_type t, generate_series(begins, ends - 1, interval '1 day') AS n(night)
   WHERE t.hotel = in_hotel AND t.key = in_key $$;
