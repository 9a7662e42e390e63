"""Files that are hard on a report: names that are markup or too long, and files with next to nothing."""

import json
import subprocess
from pathlib import Path

SCHEME = {
    "code": "v", "name": "<b>bold</b> & 'q'", "population": {"status": ["existing"]},
    "grades": {"order": ["Champions & <friends>", "客户关系维护良好的重要发展客户群体",
                         "Loyal to the very last day of the business"], "blocked": "X<i>"},
    "calendar": {"timezone": "UTC"}, "reviews": {"first": "2023-02-01", "every_months": 1}, "returns": "net_own",
    "factors": [{"code": "m", "metric": {"kind": "margin", "window": {"kind": "rolling", "months": 1}}}],
    "cut": {"kind": "pareto", "on": "m", "cuts": [80, 95], "band": 0},
    "movement": {"up": {"streak": 1, "max_steps": 1}, "down": {"streak": 1, "max_steps": 1}},
}
NAMES = ['<script>alert(1)</script> & "x"', "Aktiengesellschaft für " + "W" * 100, "超长名称" * 30,
         "O'Brien </text></svg><img src=x onerror=alert(2)>", "𠮷野家 😀"]
CUSTOMERS = 45


def call(program, file, method, request):
    done = subprocess.run([program, file, "--create", "--today", "2024-01-01", "call", method, json.dumps(request)],
                          capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"report: {method}: {done.stderr}")


def entry(number, month, kind, amount):
    return {"customer": f"c{number}<&", "kind": kind, "date": f"2023-{month:02d}-10", "amount": amount,
            "document": f"{kind}.{month}.{number}"}


def make_hostile_file(program, file):
    """Names with markup, of customers, grades, nodes and an axis; returns those of customers who must be seen."""
    Path(file).unlink(missing_ok=True)
    names = NAMES + [f"Customer {number}" for number in range(CUSTOMERS - len(NAMES))]
    nodes = [{"code": f"n{i}", "name": f"<i>Node</i> with a long name {i}" if i % 2 else f"节点名称很长很长很长{i}"}
             for i in range(20)]
    call(program, file, "classification.define_axis",
         {"code": "axis", "name": "<Axis> of an exceedingly long name & more", "kind": "list"})
    call(program, file, "classification.put_nodes", {"axis": "axis", "nodes": nodes})
    call(program, file, "archive.put", {"customers": [
        {"code": f"c{i}<&", "name": name, "classes": {"axis": f"n{i % 20}"}} for i, name in enumerate(names)]})
    call(program, file, "grading.put_scheme", {"document": SCHEME})
    for month in range(1, 5):
        entries = []
        for i in range(CUSTOMERS):
            # Amounts over five orders of magnitude that change places each month; every seventh customer loses.
            size = 10 ** ((i * 3 + month * 3) % 6)
            entries.append(entry(i, month, "revenue", 100 + 997 * size + i))
            entries.append(entry(i, month, "cost", 90 + (1200 if (i + month) % 7 == 0 else 300) * size))
        # The hostile names rise at the last review, with enough to be listed.
        for i in range(len(NAMES)):
            entries.append({**entry(i, month, "revenue", 40_000_000 if month == 4 else 1), "line": 2})
        call(program, file, "ledger.post", {"source": "s", "entries": entries})
        call(program, file, "grading.commit", {"scheme": "v", "as_of": f"2023-{month + 1:02d}-01"})
    return NAMES


def make_small_file(program, file, stage=0):
    """One customer: without a scheme (0), without a review (1), with one review (2), with two (3)."""
    if stage == 0:
        Path(file).unlink(missing_ok=True)
        call(program, file, "archive.put", {"customers": [{"code": "a", "name": "Anna"}]})
    elif stage == 1:
        call(program, file, "grading.put_scheme", {"document": SCHEME})
    elif stage == 2:
        call(program, file, "grading.commit", {"scheme": "v", "as_of": "2023-02-01"})
    else:
        call(program, file, "ledger.post", {"source": "s", "entries": [
            {"customer": "a", "date": "2023-02-10", "amount": 5, "document": "d"}]})
        call(program, file, "grading.commit", {"scheme": "v", "as_of": "2023-03-01"})
