#!/usr/bin/env python3
"""handover.py EXAMPLE: runs the example and holds what it prints against its file."""

import math
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(EXAMPLE.parent.parent / "bindings" / "python"))
import crmcore  # noqa: E402

WEIGHTS = {"A": 5, "B": 2, "C": 1}
LEVELS = {"A": "senior", "B": "advanced", "C": "ordinary"}


def main():
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "handover.crm"
        done = subprocess.run([sys.executable, EXAMPLE, file], text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        told = done.stdout
        with crmcore.open(str(file)) as archive, archive.connect() as conn:
            rows = conn.query("SELECT grade, count(*) AS customers FROM grade_current WHERE scheme = 'value' GROUP BY 1")
            customers = {row["grade"]: row["customers"] for row in rows}
        db = sqlite3.connect(file)

        rows = {row[0]: list(map(int, row[1:])) for row in re.findall(
            r"^today +(ordinary|advanced|senior) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$", told, re.M)}
        assert set(rows) == {"ordinary", "advanced", "senior"}, told
        for grade, level in LEVELS.items():
            count, load, span, needed, present, vacant, surplus = rows[level]
            if grade != "C":  # beside C stand those without a grade
                assert count == customers[grade] and load == count * WEIGHTS[grade], (grade, rows, customers)
            spans = [span for (span,) in db.execute(
                "SELECT span FROM manager_row WHERE level = ? AND employment <> 2 AND code <> 'M21'", (level,))]
            assert present == len(spans) and span == sum(spans) // len(spans), (level, spans)
            assert needed == math.ceil(load / span)
            assert vacant == max(0, needed - present) and surplus == max(0, present - needed)

        # The leave covers each customer of M01 by a backup until its end; the farewell leaves M07 nobody.
        covered = int(re.search(r"^M01: (\d+) customers, \1 go to others until 2023-08-01, 0 to nobody$", told, re.M)[1])
        backups = db.execute("SELECT count(*) FROM assignment_side WHERE role = 1").fetchone()[0]
        assert backups == covered, (backups, covered)
        assert re.search(r"^M07: (\d+) customers, \1 go to others, 0 to nobody$", told, re.M), told
        assert re.search(r"^K\d+ on 2023-08-01: M01 \(primary\)$", told, re.M), told
        assert "verified: True" in told


if __name__ == "__main__":
    main()
