"""Python's own sqlite3 module (and the SQLite that it comes with), in the tables of sqlite_peer.cpp.

python_peer.py JOB CUSTOMERS DIRECTORY, the jobs in this order:
  load                      customers.csv -> python_customers.db
  lookup_id, lookup_code, open
  post                      entries.csv -> python_ledger.db, rows and monthly totals by row upserts
  post_durable              one commit per entry
"""
import csv
import datetime
import itertools
import json
import os
import random
import resource
import sqlite3
import statistics
import sys
import time

CHUNK = 4096
BATCH = 100_000
LOOKUPS = 100_000
COMMITS = 500
OPENS = 200

CUSTOMER_TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, code TEXT NOT NULL, code_key TEXT NOT NULL, name TEXT NOT NULL,
  kind INTEGER NOT NULL, short_name TEXT NOT NULL DEFAULT '', since_day INTEGER NOT NULL,
  version INTEGER NOT NULL) STRICT;
CREATE TABLE customer_class (customer_id INTEGER PRIMARY KEY REFERENCES customer (id), class_1 INTEGER NOT NULL,
  class_2 INTEGER NOT NULL, class_3 INTEGER NOT NULL) STRICT;
CREATE TABLE customer_attribute (customer_id INTEGER NOT NULL REFERENCES customer (id),
  attribute_id INTEGER NOT NULL, number INTEGER, text TEXT, observed_day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, attribute_id)) STRICT, WITHOUT ROWID;
"""
LEDGER_TABLES = """
CREATE TABLE ledger_entry (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, day INTEGER NOT NULL,
  kind INTEGER NOT NULL, amount INTEGER NOT NULL, source_id INTEGER NOT NULL, document TEXT NOT NULL,
  line INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX ledger_entry_by_key ON ledger_entry (source_id, document, line);
CREATE TABLE ledger_month (customer_id INTEGER NOT NULL, month INTEGER NOT NULL, revenue INTEGER NOT NULL,
  cost INTEGER NOT NULL, orders INTEGER NOT NULL, entries INTEGER NOT NULL,
  first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, PRIMARY KEY (customer_id, month)) STRICT, WITHOUT ROWID;
"""
INSERT_ENTRY = ("INSERT INTO ledger_entry (customer_id, day, kind, amount, source_id, document, line) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
UPSERT_MONTH = ("INSERT INTO ledger_month (customer_id, month, revenue, cost, orders, entries, first_day, last_day) "
                "VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6) ON CONFLICT (customer_id, month) DO UPDATE SET "
                "revenue = revenue + excluded.revenue, cost = cost + excluded.cost, "
                "orders = orders + excluded.orders, entries = entries + 1, last_day = excluded.last_day")
SELECT = "SELECT id, code, name, kind, short_name, since_day, version FROM customer WHERE "


class Stopwatch:
    def __init__(self):
        self.spans = []
        self.cpu_seconds = 0.0

    def __enter__(self):
        self.cpu_start = time.process_time()
        self.start = time.perf_counter()

    def __exit__(self, *_):
        self.spans.append(time.perf_counter() - self.start)
        self.cpu_seconds += time.process_time() - self.cpu_start

    def result(self, n):
        return {"n": n, "seconds": sum(self.spans), "cpu_seconds": self.cpu_seconds}


def connect(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                             "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;")
    return connection


def create(path):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    connection = connect(path)
    connection.execute("PRAGMA cache_size = -131072")
    return connection


def chunks(path, size):
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        while chunk := list(itertools.islice(reader, size)):
            yield chunk


def month_of(day):
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    return date.year * 12 + date.month - 1


def load(customers, directory):
    connection = create(f"{directory}/python_customers.db")
    watch = Stopwatch()
    with watch:
        connection.executescript(CUSTOMER_TABLES)
        connection.execute("BEGIN IMMEDIATE")
    for chunk in chunks(f"{directory}/customers.csv", CHUNK):
        rows = [(int(c[0]), c[1], c[1], c[2], int(c[7])) for c in chunk]
        classes = [(int(c[0]), int(c[3]) + 1, int(c[4]) + 1, int(c[5]) + 1) for c in chunk]
        assets = [(int(c[0]), int(c[6]), int(c[7])) for c in chunk]
        with watch:
            connection.executemany("INSERT INTO customer (id, code, code_key, name, kind, since_day, version) "
                                   "VALUES (?, ?, ?, ?, 0, ?, 1)", rows)
            connection.executemany("INSERT INTO customer_class VALUES (?, ?, ?, ?)", classes)
            connection.executemany("INSERT INTO customer_attribute VALUES (?, 1, ?, NULL, ?)", assets)
    with watch:
        connection.execute("CREATE UNIQUE INDEX customer_by_code ON customer (code_key)")
        connection.execute("COMMIT")
    return watch.result(customers)


def lookup(customers, directory, by_code):
    connection = connect(f"{directory}/python_customers.db")
    draw = random.Random(20250101)
    ids = [draw.randint(1, customers) for _ in range(LOOKUPS)]
    keys = [(f"C{i:07}",) for i in ids] if by_code else [(i,) for i in ids]
    sql = SELECT + ("code_key = ?" if by_code else "id = ?")
    watch = Stopwatch()
    with watch:
        for key in keys:
            if connection.execute(sql, key).fetchone() is None:
                sys.exit(f"python: no customer {key}")
    return watch.result(LOOKUPS)


def open_file(_, directory):
    watch = Stopwatch()
    for _ in range(OPENS):
        with watch:
            connection = connect(f"{directory}/python_customers.db")
            connection.execute("SELECT name FROM customer WHERE id = 1").fetchone()
            connection.close()
    return watch.result(OPENS) | {"median_seconds": statistics.median(watch.spans)}


def post(customers, directory):
    connection = create(f"{directory}/python_ledger.db")
    connection.executescript(LEDGER_TABLES)
    watch = Stopwatch()
    for chunk in chunks(f"{directory}/entries.csv", BATCH):
        rows = [(int(e[0]), int(e[1]), int(e[2]), int(e[3]), 1, e[5], int(e[6])) for e in chunk]
        months = {day: month_of(day) for day in {row[1] for row in rows}}
        totals = [(row[0], months[row[1]], row[3] * (row[2] == 0), row[3] * (row[2] == 1), row[6] == 1, row[1])
                  for row in rows]
        with watch:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT_ENTRY, rows)
            connection.executemany(UPSERT_MONTH, totals)
            connection.execute("COMMIT")
    count, amount = connection.execute("SELECT count(*), sum(amount) FROM ledger_entry").fetchone()
    return watch.result(customers * 10) | {"check": f"{count} {amount}"}


def post_durable(customers, directory):
    connection = connect(f"{directory}/python_ledger.db")
    connection.execute("DELETE FROM ledger_entry WHERE source_id = 2")
    watch = Stopwatch()
    for i in range(1, COMMITS + 1):
        with watch:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(INSERT_ENTRY, (1 + i * 7919 % customers, 20089, 0, 100 + i, 2, f"INV-{i:08}", 1))
            connection.execute("COMMIT")
    return watch.result(COMMITS) | {"median_seconds": statistics.median(watch.spans)}


JOBS = {
    "load": load,
    "lookup_id": lambda customers, directory: lookup(customers, directory, by_code=False),
    "lookup_code": lambda customers, directory: lookup(customers, directory, by_code=True),
    "open_read": open_file,
    "post": post,
    "post_durable": post_durable,
}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in JOBS:
        sys.exit(f"usage: python_peer.py {'|'.join(JOBS)} CUSTOMERS DIRECTORY")
    job, customers, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    result = {"peer": "python", "job": job, "customers": customers} | JOBS[job](customers, directory)
    result["rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
