-- What was booked in all time, by side: gross sums over ledger_entry_row, one beyond 2^53 - 1 kept as 2^53. Derived,
-- kept in the transactions of postings, checked and rebuilt by verify: while these can be answered
-- (storage/turnover.hpp), so can those of every customer, and a posting looks at no customer's own.
CREATE TABLE ledger_turnover (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revenue INTEGER NOT NULL,
  reversals INTEGER NOT NULL,
  costs INTEGER NOT NULL,             -- of both kinds
  corrections INTEGER NOT NULL        -- negative costs, by magnitude
) STRICT;
-- total() is exact below 2^53.
INSERT INTO ledger_turnover (id, revenue, reversals, costs, corrections)
SELECT 1,
       CAST(min(total(amount) FILTER (WHERE kind = 0), 9007199254740992) AS INTEGER),
       CAST(min(total(amount) FILTER (WHERE kind = 2), 9007199254740992) AS INTEGER),
       CAST(min(total(amount) FILTER (WHERE kind IN (1, 3) AND amount > 0), 9007199254740992) AS INTEGER),
       CAST(min(-total(amount) FILTER (WHERE kind IN (1, 3) AND amount < 0), 9007199254740992) AS INTEGER)
FROM ledger_entry_row;
