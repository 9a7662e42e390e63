"""The report is right and readable: its numbers are computed again here from the demo's file, by SQL and plain
arithmetic; Chromium opens it at two widths, light and dark, in two languages, and on paper, and finds no text that
overflows, overlaps or is hard to read, and no request. Leaves screenshots in the working folder.

usage: report.py PROGRAM DEMO-PROGRAM
"""

import json
import math
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path

from browser import Browser
from report_files import make_hostile_file, make_small_file

program, demo_program = sys.argv[1], sys.argv[2]
SCRIPT = (Path(__file__).parent / "report.js").read_text(encoding="utf-8")
SECTIONS = ["pyramid", "flow", "movers", "falling", "concentration", "tab", "load"]
LAST, WINDOW = "2024-07-01", "2024-01-01"
BEFORE, WINDOW_BEFORE = "2024-06-01", "2023-12-01"


def check(condition, message):
    if not condition:
        sys.exit(f"report: {message}")


def equal(found, expected, what):
    check(found == expected, f"{what}: the page says\n  {found}\nexpected is\n  {expected}")


def run(file, *arguments, status=0):
    done = subprocess.run([program, file, *arguments], capture_output=True, text=True, encoding="utf-8")
    check(done.returncode == status, f"{arguments} ends with {done.returncode}, not {status}: {done.stderr}")
    return done.stdout + done.stderr


def report(file, page, *arguments):
    run(file, "report", "--html", page, *arguments)
    return page


# What the page should say, in its own notation.

def money(minor):
    return f"{minor / 100:,.2f}".replace("-", "−")


def share(part, whole=1):
    return f"{100 * part / whole:.1f} %"


def close_to(found, expected, what):
    check(len(found) == len(expected) and all(abs(a - b) <= .2 for a, b in zip(found, expected)),
          f"{what}: drawn is {found}, expected is {expected}")


class Truth:
    """The demo's file, read by another SQLite: nothing here asks the library for a figure."""

    def __init__(self, file):
        with closing(sqlite3.connect(file)) as db:
            ask = lambda sql, *values: db.execute(sql, values).fetchall()
            self.names = dict(ask("SELECT code, name FROM customer"))
            self.now = dict(ask("SELECT customer_code, grade FROM grade_current WHERE scheme = 'value'"))
            self.moves = ask("SELECT date, customer_code, from_grade, to_grade FROM grade_history "
                             "WHERE scheme = 'value' ORDER BY change_seq")
            self.dates = [date for date, in ask("SELECT as_of FROM review_run WHERE scheme = 'value' ORDER BY as_of")]
            self.falling = dict(ask("SELECT customer_code, grade FROM grade_current WHERE scheme = 'value' "
                                    "AND side = 'down' AND grade IN ('A', 'B')"))
            self.regions = self.read_regions(ask)
            self.value = self.revenue(ask, WINDOW, LAST)
            self.value_before = self.revenue(ask, WINDOW_BEFORE, BEFORE)
            gone = {code for code, in ask("SELECT manager FROM manager_absence_log WHERE status = 'left'")}
            self.loads = [row for row in self.read_loads(ask) if row[0] not in gone]

    def read_loads(self, ask):
        """What the view manager_load tells, out of the packed placements and the rows laid over them."""
        served = {}
        for key, packed in ask("SELECT block_run, managers FROM placement_block"):
            places = [place for place in range(1024) if packed[place // 8] >> place % 8 & 1]
            managers, number, shift = [], 0, 0
            for byte in packed[128:]:
                number, shift = number | (byte & 127) << shift, shift + 7
                if byte < 128:
                    managers.append(number)
                    number, shift = 0, 0
            served.update(zip([(key >> 32) * 1024 + place for place in places], managers))
        served.update(ask("SELECT customer_id, manager_id FROM assignment_now"))
        policy, version, scheme, ungraded = ask("SELECT policy_id, version, scheme_id, ungraded_weight FROM policy_terms "
                                                "ORDER BY version DESC LIMIT 1")[0]
        weights = dict(ask("SELECT grade, weight FROM policy_weight WHERE policy_id = ? AND version = ?", policy, version))
        grades = dict(ask("SELECT grade_key & (1 << 40) - 1, grade FROM grade_row WHERE grade_key >> 40 = ?", scheme))
        loads = []
        for manager, code, name, level, span in ask("SELECT id, code, name, level, span FROM manager_row"):
            customers = [customer for customer, of in served.items() if of == manager]
            load = sum(weights.get(grades.get(customer), ungraded) for customer in customers)
            loads.append((code, name, level, len(customers), load, span))
        return loads

    def revenue(self, ask, begin, end):
        rows = ask("SELECT c.code, sum(CASE e.kind WHEN 'revenue' THEN e.amount WHEN 'reversal' THEN -e.amount ELSE 0 "
                   "END) FROM customer c JOIN ledger_entry e USING (customer_id) WHERE e.date >= ? AND e.date < ? "
                   "GROUP BY 1", begin, end)
        known = dict(rows)
        # Who is blacklisted is not measured.
        return {code: 0 if grade == "X" else known.get(code, 0) for code, grade in self.now.items()}

    def read_regions(self, ask):
        """Customer → name of its large region, the nodes under the country."""
        nodes = {code: (name, parent) for code, name, parent in
                 ask("SELECT code, name, parent FROM node WHERE axis = 'region'")}
        found = {}
        for code, node in ask("SELECT customer_code, node FROM customer_class WHERE axis = 'region'"):
            while node and nodes[nodes[node][1]][1]:
                node = nodes[node][1]
            found[code] = nodes[node][0] if node else "unknown"
        return {code: found.get(code, "unknown") for code in self.names}

    def grades_at(self, date):
        return {code: to for moved, code, _, to in self.moves if moved <= date}

    def changes(self, better):
        order = "ABC"
        return {code: (old, new) for date, code, old, new in self.moves
                if date == LAST and old in order and new in order and (order.index(new) < order.index(old)) == better}


def check_pyramid(page, truth):
    total, rows, texts = sum(truth.value.values()), [], page["pictures"]["pyramid-picture"]
    for grade in "ABCX":
        of = [truth.value[code] for code, own in truth.now.items() if own == grade]
        rows.append((grade, len(of), sum(of)))
        for part in (f"{len(of)} · {share(len(of), len(truth.now))}", f"· {share(sum(of), total)}"):
            check(any(part in text for text in texts), f"the pyramid does not show {part}: {texts}")
    rows.append(("All", len(truth.now), total))
    expected = [[[grade, ""], [str(count), share(count, len(truth.now))], [money(value), share(value, total)]]
                for grade, count, value in rows]
    equal([row[:3] for row in page["tables"]["pyramid-numbers"]], expected, "value pyramid")
    longest = max(page["bars"])
    for column, name in ((1, "customers"), (2, "revenue")):
        most = max(row[column] for row in rows[:-1])
        close_to(page["bars"][column - 1::2], [longest * row[column] / most for row in rows[:-1]], f"bars of {name}")
    equal(page["tiles"]["Customers"], str(len(truth.now)), "customers")
    equal(page["tiles"]["Revenue"], f"{total / 1e8:.1f} M", "revenue")


def check_flow(page, truth):
    dates, texts = truth.dates[-4:], page["pictures"]["flow-picture"]
    moved = {"▲": [], "▼": []}
    for at, date in enumerate(dates):
        grades = truth.grades_at(date)
        check(date in texts, f"the flow does not show {date}")
        for grade in "ABCX":
            text = f"{grade} {sum(own == grade for own in grades.values())}"
            check(text in texts, f"the flow does not show {text} of {date}")
        if at == 0:
            continue
        old = truth.grades_at(dates[at - 1])
        for arrow, steps in (("▲", ["BA", "CB", "CA"]), ("▼", ["AB", "BC", "AC"])):
            counts = [sum(old.get(code) == a and grades[code] == b for code in grades) for a, b in steps]
            moved[arrow] += [str(count) for count in counts if count]
    for arrow, counts in moved.items():
        equal(sorted(t.split()[1] for t in texts if t.startswith(arrow)), sorted(counts), f"ribbons {arrow}")
    old, new = truth.grades_at(dates[-2]), truth.grades_at(dates[-1])
    expected = []
    for a in "ABCX":
        counts = [sum(old.get(code) == a and new[code] == b for code in new) for b in "ABCX"]
        expected.append([[a, ""]] + [[str(count) if count else "·", ""] for count in counts])
    equal(page["tables"]["flow-numbers"], expected, "migration matrix")


def check_movers(page, truth):
    for table, better, tile, arrow in (("risers", True, "Promoted", "▲"), ("fallers", False, "Demoted", "▼")):
        changes = truth.changes(better)
        rows = page["tables"][f"{table}-numbers"]
        expected = []
        for code, (old, new) in sorted(changes.items(), key=lambda one: -truth.value[one[0]]):
            now, before = truth.value[code], truth.value_before[code]
            change = ("+" if now > before else "") + money(now - before)
            expected.append([truth.names[code], f"{old} → {new}", money(before), money(now), change])
        equal([[row[0][0], row[1][0], *(cell[0] for cell in row[3:])] for row in rows], expected, table)
        most = max(max(truth.value[code], truth.value_before[code]) for code in changes)
        dots = [2 + 96 * math.sqrt(values[code] / most) for code in sorted(changes, key=lambda one: -truth.value[one])
                for values in (truth.value_before, truth.value)]
        close_to(sum(page["strips"][f"{table}-numbers"], []), dots, f"dots of {table}")
        check(all(re.fullmatch(r"K\d+ · (reached|missed) the line of [ABC]|K\d+ · as far as one review may move",
                               row[0][1]) for row in rows), f"{table}: a move without a reason: {rows}")
        equal(page["tiles"][tile], f"{arrow} {len(changes)}", tile)


def check_falling(page, truth):
    rows = {row[0][1].split(" · ")[0]: row for row in page["tables"]["falling-numbers"]}
    equal(sorted(rows), sorted(truth.falling), "who is about to fall")
    for code, row in rows.items():
        why = json.loads(run("demo.crm", "call", "grading.explain", json.dumps({"scheme": "value", "customer": code})))
        needed = round(why["to_stay"]["needed"])
        expected = [truth.names[code], money(truth.value[code]), money(needed), money(needed - truth.value[code])]
        equal([row[0][0], *(cell[0] for cell in row[3:])], expected, f"{code} is about to fall")
        check(row[1][0].startswith(truth.falling[code] + " → "), f"{code}: {row[1][0]}")


def check_concentration(page, truth):
    values = sorted(max(value, 0) for value in truth.value.values())
    count, total = len(values), sum(values)
    gini = Fraction(2 * sum(i * v for i, v in enumerate(values, 1)), count * total) - Fraction(count + 1, count)
    herfindahl = sum(Fraction(v, total) ** 2 for v in values)
    expected = [f"{float(gini):.4f}", f"{float(herfindahl):.4f}", f"{float(1 / herfindahl):.1f}"]
    for part in (1, 5, 10, 20):
        expected.append(share(sum(values[::-1][:max(count * part // 100, 1)]), total))
    equal([row[1][0] for row in page["tables"]["concentration-numbers"]], expected, "concentration")
    large = sorted(((v, code) for code, v in truth.value.items() if v * 20 > total), reverse=True)
    equal(page["tables"]["large-numbers"],
          [[[truth.names[code], code], [money(v), ""], [share(v, total), ""]] for v, code in large], "large customers")
    check(f"{float(gini):.3f}" in page["pictures"]["lorenz-picture"], "no Gini in the Lorenz curve")
    check(f"20 % → {expected[-1]}" in page["pictures"]["whale-picture"], "no mark on the whale curve")
    curve = re.search(r'id="lorenz-picture".*?class="area"', Path("en.html").read_text(encoding="utf-8"), re.S).group()
    points = [tuple(map(float, point.split())) for point in re.search(r'd="M(.*)Z"', curve).group(1).split("L")]
    left, bottom, right, top = *points[0], *points[-1]
    drawn = sum((b[0] - a[0]) * (2 * bottom - a[1] - b[1]) / 2 for a, b in zip(points, points[1:]))
    area = 1 - 2 * drawn / ((right - left) * (bottom - top))
    check(abs(area - float(gini)) < .02, f"the Lorenz curve encloses {area:.3f}, the Gini coefficient is {float(gini):.3f}")


def check_tab(page, truth):
    texts = page["pictures"]["tab-picture"]
    for row in page["tables"]["tab-numbers"][:-1]:
        region, columns = row[0][0], "ABCX-"
        own = [truth.now.get(code, "-") for code, where in truth.regions.items() if where == region]
        expected = [str(own.count(grade)) for grade in columns] + [str(len(own))]
        equal([cell[0] for cell in row[1:]], expected, f"cross-tab, {region}")
        shown = [text if text != "·" else "0" for text in texts[texts.index(region) + 1:][:6]]
        equal(shown, expected, f"heat map, {region}")
    equal(page["tables"]["tab-numbers"][-1][-1][0], str(len(truth.names)), "cross-tab, all")
    equal(len(page["tables"]["tab-numbers"]) - 1, len(set(truth.regions.values())), "number of regions")


def check_load(page, truth):
    order = sorted(truth.loads, key=lambda row: (-Fraction(row[4], row[5]), row[0]))
    expected = [[[name, f"{code} · {level}"], ["", ""], [str(customers), ""], [f"{load} / {span}", ""],
                 [share(load, span), ""]] for code, name, level, customers, load, span in order]
    equal(page["tables"]["load-numbers"], expected, "managers' load")
    most = max(max(row[4:6]) for row in order)
    close_to(sum(page["strips"]["load-numbers"], []), [96 * row[at] / most for row in order for at in (5, 4)],
             "bars of managers")
    over = sum(row[4] > row[5] for row in order)
    equal(page["leads"]["load"], f"Managers: {len(order)}. Weighted load {sum(row[4] for row in order)} in a span of "
                                 f"{sum(row[5] for row in order)}; over their own span: {over}.", "load in all")


def look(browser, page, width, scheme, media="screen"):
    """Opens a page, and checks what must hold for every page."""
    browser.show(width, scheme, media)
    browser.open(page)
    seen = browser.run(SCRIPT)
    where = f"{page} at {width} px, {scheme}, {media}"
    check(seen["width"] <= seen["window"] == width, f"{where}: {seen['width']} px wide")
    check(not seen["faults"], f"{where}: " + "; ".join(seen["faults"][:5]))
    check(not seen["pale"], f"{where}: " + "; ".join(seen["pale"][:5]))
    check(seen["foreign"] == 0, f"{where}: an element that the report does not make")
    is_dark = scheme == "dark" and media == "screen"
    check((seen["ground"] == "#ffffff") != is_dark, f"{where}: the ground is {seen['ground']}")
    return seen


def check_demo(browser):
    subprocess.run([demo_program, "demo.crm"], check=True, stdout=subprocess.DEVNULL)
    for language in ("en", "zh"):
        page = report("demo.crm", f"{language}.html", "--scheme", "value", "--language", language)
        for width in (1280, 800, 390):
            for scheme in ("light", "dark"):
                seen = look(browser, page, width, scheme)
                if width != 800:
                    browser.screenshot(f"{language}-{width}-{scheme}.png")
                if (language, width, scheme) == ("en", 1280, "light"):
                    truth = Truth("demo.crm")
                    for of in (check_pyramid, check_flow, check_movers, check_falling, check_concentration, check_tab,
                               check_load):
                        of(seen, truth)
        # A4 between the margins; what would be cut stands on one page.
        printed = look(browser, page, 703, "dark", "print")
        check(printed["tallest"] < 1000, f"{page}: a picture of {printed['tallest']} px is cut in print")
        browser.pdf(f"{language}.pdf")
        check(Path(f"{language}.pdf").read_bytes().startswith(b"%PDF"), "no PDF")
    check(re.search("[一-龥]", seen["leads"]["flow"]) and "customers" not in seen["text"].replace("Customer value", ""),
          "the Chinese page speaks English")
    same = report("demo.crm", "again.html", "--scheme", "value", "--language", "zh")
    check(Path(same).read_bytes() == Path("zh.html").read_bytes(), "two reports of one review differ")
    page = report("demo.crm", "scores.html", "--scheme", "health", "--axis", "ownership", "--axis", "asset_band")
    seen = look(browser, page, 1280, "light")
    check(len(seen["tables"]["fallers-numbers"]) == 14 and "Gini" not in seen["tiles"], "the report on scores")
    page = report("demo.crm", "earlier.html", "--scheme", "value", "--as-of", "2024-02-15")
    seen = look(browser, page, 1280, "light")
    same = report("demo.crm", "exactly.html", "--scheme", "value", "--as-of", "2024-02-01")
    check(Path(same).read_bytes() == Path(page).read_bytes(), "a review is not of its own date")
    check("Review of 2024-02-01" in seen["text"] and "load-numbers" not in seen["tables"], "the report on the past")
    equal([row[1][0] for row in seen["tables"]["pyramid-numbers"]], ["42", "64", "56", "162"], "grades of the past")


def check_hostile(browser):
    names = make_hostile_file(program, "hostile.crm")
    for language in ("en", "zh"):
        page = report("hostile.crm", f"hostile-{language}.html", "--language", language)
        for width, scheme in ((1280, "light"), (800, "dark"), (390, "light")):
            seen = look(browser, page, width, scheme)
        look(browser, page, 703, "light", "print")
        for name in names:
            check(name in seen["text"], f"{page} does not show the name {name!r}")
    seen = look(browser, "hostile-en.html", 1280, "light")
    fallers = int(seen["tiles"]["Demoted"].split()[1])
    check(f"15 of {fallers} shown" in seen["text"] and len(seen["tables"]["fallers-numbers"]) == 15 < fallers,
          "what is left out is not told")
    check("11 of 20 shown" in seen["text"] and seen["tables"]["tab-numbers"][11][0][0] == "others",
          "the small classes are not summed up")


def check_empty(browser):
    make_small_file(program, "small.crm")
    texts = []
    for stage, text in enumerate(("no grading scheme yet", "no review yet", "second review", "Migration")):
        if stage:
            make_small_file(program, "small.crm", stage)
        seen = look(browser, report("small.crm", f"small-{stage}.html"), 390, "light")
        check(text in seen["text"], f"{text!r} is not said")
        texts.append(seen["text"])
    check(len(set(texts)) == 4, "all empty pages are the same")
    seen = look(browser, report("small.crm", "small-past.html", "--as-of", "2020-01-01"), 390, "light")
    check("until 2020-01-01" in seen["text"], "the date without a review is not told")


def check_refusals():
    for arguments, words, status in (
            ((), "several schemes", 1), (("--scheme", "nothing"), "known are value, health", 1),
            (("--scheme", "value", "--axis", "nothing"), "known are region, ownership, asset_band", 1),
            (("--scheme", "value", "--as-of", "2024-02-30"), "no date", 1),
            (("--language", "fr"), "language", 2)):
        said = run("demo.crm", "report", "--html", "refused.html", *arguments, status=status)
        check(words in said and not Path("refused.html").exists(), f"{arguments}: {said}")
    said = run("demo.crm", "report", "--html", "no/such/folder.html", "--scheme", "value", status=1)
    check("no/such/folder.html" in said, said)


def check_files():
    for page in Path().glob("*.html"):
        text = page.read_text(encoding="utf-8")
        found = re.search(r"https?:|url\(|@import|<script|<[a-z][^<>]*\s(src|href)=\"(?!#|data:,)", text)
        check(not found, f"{page} asks for {found and found.group()}")
    text = Path("en.html").read_text(encoding="utf-8")
    equal(re.findall(r'<section id="(.*?)"', text), SECTIONS, "sections")


browser = Browser()
check_demo(browser)
check_hostile(browser)
check_empty(browser)
check_refusals()
check_files()
browser.close()
strangers = [url for url in browser.requests if not url.startswith(("file:", "data:"))]
check(not strangers, f"requests leave: {strangers}")
check(not browser.complaints, f"complaints: {browser.complaints[:3]}")
