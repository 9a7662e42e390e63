-- The last row of ledger_recent, which every posting writes, also tells what was booked in all time, by side: gross sums
-- over ledger_entry_row, one beyond 2^53 - 1 kept as 2^53. While these can be answered (storage/turnover.hpp), so can
-- those of every customer, and a posting looks at no customer's own. In rows before the last they mean nothing.
ALTER TABLE ledger_recent ADD COLUMN revenue INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger_recent ADD COLUMN reversals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger_recent ADD COLUMN costs INTEGER NOT NULL DEFAULT 0;        -- of both kinds
ALTER TABLE ledger_recent ADD COLUMN corrections INTEGER NOT NULL DEFAULT 0;  -- negative costs, by magnitude
-- A row without totals. Sums of real numbers are exact below 2^53.
INSERT INTO ledger_recent (id, body, revenue, reversals, costs, corrections)
SELECT (SELECT coalesce(max(id), 0) + 1 FROM ledger_recent), x'01',
       CASE WHEN revenue < 9007199254740992 THEN CAST(revenue AS INTEGER) ELSE 9007199254740992 END,
       CASE WHEN reversals < 9007199254740992 THEN CAST(reversals AS INTEGER) ELSE 9007199254740992 END,
       CASE WHEN costs < 9007199254740992 THEN CAST(costs AS INTEGER) ELSE 9007199254740992 END,
       CASE WHEN corrections < 9007199254740992 THEN CAST(corrections AS INTEGER) ELSE 9007199254740992 END
FROM (SELECT coalesce(sum(CASE WHEN kind = 0 THEN amount * 1.0 END), 0) AS revenue,
             coalesce(sum(CASE WHEN kind = 2 THEN amount * 1.0 END), 0) AS reversals,
             coalesce(sum(CASE WHEN kind IN (1, 3) AND amount > 0 THEN amount * 1.0 END), 0) AS costs,
             coalesce(sum(CASE WHEN kind IN (1, 3) AND amount < 0 THEN amount * -1.0 END), 0) AS corrections
      FROM ledger_entry_row) AS booked;
