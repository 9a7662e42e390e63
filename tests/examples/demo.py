"""The demo runs, says the same twice, fits a terminal and 64 MB, and its numbers are right: the monthly table is
computed again here from the delivered files, with a movement rule of a dozen lines.

usage: demo.py PROGRAM DATA-FOLDER plain|sanitized
"""

import csv
import re
import resource
import sqlite3
import subprocess
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

program, data, is_sanitized = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "sanitized"
COLUMNS_MAX, MEGABYTES_MAX = 100, 64
BLACKLISTED, BLACKLISTED_FROM = "K1097", "2024-04"
FLOORED, FLOORED_FROM = "K1084", "2024-05"


def check(condition, message):
    if not condition:
        sys.exit(f"demo: {message}")


def run(*arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, encoding="utf-8")


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def sections(text):
    """Title → lines, of "7  Promoted and demoted …"."""
    parts = re.split(r"^\d+  (.*)\n━+\n", text, flags=re.M)
    return {title: body.splitlines() for title, body in zip(parts[1::2], parts[2::2])}


def deliveries():
    """Month → (lines, customer → net revenue in fen)."""
    months = {}
    for path in sorted((data / "entries").glob("*.csv")):
        net = defaultdict(int)
        with open(path, encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        for line in lines:
            sign = {"revenue": 1, "reversal": -1}.get(line["kind"], 0)
            net[line["customer"]] += sign * int(line["amount"].replace(".", ""))
        months[path.stem] = len(lines), net
    return months


def next_month(month):
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def positions(values):
    """Customer → share of all revenue that stands before it; equals stand together."""
    total = sum(value for value in values.values() if value > 0)
    return {customer: sum(v for v in values.values() if v > value) / total if value > 0 else 1
            for customer, value in values.items()}


def expected_reviews(months):
    """Month → customers in A, B, C, promotions, demotions: Pareto 80/95, band 2.5, down after two reviews."""
    names, grades, streaks, reviews = list(months), {}, defaultdict(int), {}
    for at in range(5, len(names)):
        review, window, up, down = next_month(names[at]), names[at - 5:at + 1], 0, 0
        known = {customer for name in names[:at + 1] for customer in months[name][1]}
        values = {customer: sum(months[name][1][customer] for name in window) for customer in known}
        if review >= BLACKLISTED_FROM:
            values.pop(BLACKLISTED)
            grades.pop(BLACKLISTED, None)
        for customer, position in positions(values).items():
            plain, enter, keep = (sum(position >= cut + shift for cut in (.80, .95)) for shift in (0, -.025, .025))
            old = grades.setdefault(customer, plain)
            streaks[customer] = streaks[customer] + 1 if keep > old else 0
            is_floored = customer == FLOORED and review >= FLOORED_FROM and old == 1
            if enter < old:
                grades[customer], up = old - 1, up + 1
            elif streaks[customer] == 2 and not is_floored:
                grades[customer], down = old + 1, down + 1
                streaks[customer] = 0
        reviews[names[at]] = [sum(grade == g for grade in grades.values()) for g in range(3)] + [up, down]
    return reviews


def check_months(lines):
    months = deliveries()
    reviews = expected_reviews(months)
    told = {}
    for line in lines:
        cells = [cell.replace(",", "") for cell in line.split()]
        if cells and cells[0] in months:
            told[cells[0]] = cells
    check(list(told) == list(months), "the table does not have every month")
    for month, (count, net) in months.items():
        cells = told[month]
        check(int(cells[1]) == count, f"{month}: {cells[1]} lines where {count} were delivered")
        check(int(cells[2]) == (sum(net.values()) + 50) // 100, f"{month}: revenue {cells[2]}")
        if month in reviews:
            found = [int(cells[at]) for at in (4, 5, 6, 8, 9)]
            check(found == reviews[month], f"{month}: A, B, C, up, down are {found}, expected {reviews[month]}")


def check_sections(found):
    def section(word):
        return next(lines for title, lines in found.items() if word in title)

    check_months(section("Eighteen months"))
    counts = [int(line.split()[0]) for line in section("pyramid")[2:5]]
    check(counts == expected_reviews(deliveries())["2024-06"][:3], f"the pyramid counts {counts}")
    for title in ("Classes", "Region by grade"):
        rows = [line.split() for line in section(title)]
        total = next(row for row in rows if row and row[0] == "all")
        check(total[-1] == "180" and sum(map(int, total[1:-1])) == 180, f"{title}: the sums are {total}")
    moves = [line for line in section("Promoted") if "▲" in line or "▼" in line]
    check(all(re.search(r" \d+\.\d %( again)?; [AB] (opens|ends) at", line) for line in moves), "a move without reason")
    check(len(moves) + int(re.search(r"and (\d+) earlier", "\n".join(section("Promoted"))).group(1)) ==
          sum(sum(review[3:]) for review in expected_reviews(deliveries()).values()), "not all moves are told")
    parts = [line.split() for line in section("explained") if re.match(r" (margin_rate|growth|recency|credit|score) ", line)]
    told = {row[0]: [float(cell) for cell in row[1:] if re.fullmatch(r"\d+\.\d\d", cell)] for row in parts}
    check(abs(sum(row[2] for name, row in told.items() if name != "score") - told["score"][0]) < .03,
          "the contributions do not sum to the score")
    loads = [line.split() for line in section("load") if re.match(r" M\d\d ", line)]
    check(len(loads) == 20, "not 20 managers")
    check(any("nobody" in line and "full" in line for line in section("Who serves")), "nobody waits for room")


def check_file(text):
    """The printed commands, run by another SQLite."""
    commands = re.findall(r'sqlite3 -box (\S+) \\\n +"(.*)"', text)
    check(len(commands) == 2, "not two commands to try")
    for path, query in commands:
        with sqlite3.connect(path) as connection:
            check(connection.execute(query).fetchall(), f"nothing is found by {query}")


first = run()
check(first.returncode == 0, first.stderr)
check(run().stdout == first.stdout, "two runs say different things")
for line in first.stdout.splitlines():
    check(width(line) <= COLUMNS_MAX, f"{width(line)} columns: {line}")
check_sections(sections(first.stdout))
check_file(first.stdout)
other = Path("mine.crm")
other.write_text("keep me")
refused = run(str(other))
check(refused.returncode == 1 and "mine.crm" in refused.stderr and other.read_text() == "keep me",
      "a file that is not the demo's was touched")
megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
check(is_sanitized or megabytes <= MEGABYTES_MAX, f"{megabytes:.1f} MB of memory")
