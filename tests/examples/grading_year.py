#!/usr/bin/env python3
"""grading_year.py EXAMPLE: runs the example and holds what it prints against its file, read by bare SQLite, and against
an own count of the first review from the delivered files."""

import collections
import csv
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(sys.argv[1]).resolve()


def first_grades():
    """A, B, C of 2023-07-01 by cumulative share of six months' net revenue. The first grade needs no band; who first
    bought in the last two months has grace: he counts in the order and has no grade."""
    revenue, since = collections.Counter(), {}
    for month in range(1, 7):
        with (EXAMPLE.parent / f"data/entries/2023-{month:02}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                since[row["customer"]] = min(row["date"], since.get(row["customer"], row["date"]))
                fen = round(float(row["amount"]) * 100)
                revenue[row["customer"]] += {"revenue": fen, "reversal": -abs(fen)}.get(row["kind"], 0)
    total = sum(fen for fen in revenue.values() if fen > 0)
    grades, before = collections.Counter(), 0
    for customer, fen in sorted(revenue.items(), key=lambda item: -item[1]):
        grade = "C" if fen <= 0 or before * 100 >= 95 * total else "B" if before * 100 >= 80 * total else "A"
        grades[grade] += since[customer] <= "2023-05-01"
        before += max(fen, 0)
    return grades


def main():
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "year.crm"
        done = subprocess.run([sys.executable, EXAMPLE, file], text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        rows = re.findall(r"^(\d{4}-\d\d-01)  (value|health|leads) +(\S.*?) +(\d+) +(\d+) +(\d+) +(\d+)(?:  +[^\d\s].*)?$",
                          done.stdout, re.M)
        assert collections.Counter(row[1] for row in rows) == {"value": 12, "health": 4, "leads": 4}, rows
        told = dict(re.findall(r"(\S+) (\d+)", rows[0][2]))
        ours = first_grades()
        assert {grade: int(told[grade]) for grade in "ABC"} == dict(ours), (rows[0], ours)
        db = sqlite3.connect(file)
        for date, scheme, grades, up, down, warned, _ in rows:
            counted = dict(db.execute(
                "SELECT k.name, count(*) FROM change c JOIN change_kind k USING (kind) "
                "JOIN grade_history h ON h.change_seq = c.seq WHERE h.scheme = ? AND h.date = ? GROUP BY 1", (scheme, date)))
            first = db.execute("SELECT count(*) FROM grade_history WHERE scheme = ? AND date = ? AND from_grade IS NULL",
                               (scheme, date)).fetchone()[0]
            assert int(down) == counted.get("grade.demoted", 0), (date, scheme, counted)
            assert int(up) <= counted.get("grade.promoted", 0) <= int(up) + first, (date, scheme, counted)
        assert "13 of 13 reviews give the same bytes" in done.stdout
        assert "none -> strong  placement" in done.stdout and "strong -> sound  demotion" in done.stdout
        matrix = re.search(r"年度迁移\n-+\n.*\n((?:.*\n){6})", done.stdout)[1]
        cells = [[int(cell) for cell in line.split()[1:]] for line in matrix.splitlines()]
        last = dict(re.findall(r"(\S+) (\d+)", [row for row in rows if row[1] == "value"][-1][2]))
        assert [sum(column) for column in zip(*cells)][:3] == [int(last[grade]) for grade in "ABC"], (cells, last)
        print(f"{len(rows)} reviews as the file has them; the first one as counted here: {dict(ours)}")


main()
