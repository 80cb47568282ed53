-- Reservations that were made before guests were reminded of anything: each is looked up once, and gets its timers then.
-- Later than any deployment takes, for a process of the version before would let them pass; not all at once, for the PMS's sake.
INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at)
SELECT DISTINCT ON (r.guest_id, r.code) r.guest_id, r.shard, r.hotel, 'stay_plan', r.code,
       now() + interval '1 hour' + random() * interval '6 hours'
FROM reservation r
WHERE r.kind = 'reserve' AND r.outcome = 'confirmed' AND r.code IS NOT NULL
  AND (r.request #>> '{stay,check_out}')::date >= current_date - 1
  AND NOT EXISTS (
      SELECT FROM reservation c WHERE c.hotel = r.hotel AND c.code = r.code AND c.kind = 'cancel' AND c.outcome = 'cancelled'
  )
ON CONFLICT DO NOTHING;
