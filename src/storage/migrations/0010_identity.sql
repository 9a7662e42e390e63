-- What one archive has and no other: backups and copies of it keep it. 32 hexadecimal digits, made by the
-- engine with the file, or in the transaction of this script.
CREATE TABLE identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  archive TEXT NOT NULL CHECK (length(archive) = 32)
) STRICT;
