-- Where an instant becomes a day, by its name in the IANA data base or as an offset. What was made before
-- counts in UTC.
ALTER TABLE archive ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC' CHECK (time_zone <> '');
