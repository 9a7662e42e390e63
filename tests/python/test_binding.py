"""The Python binding against the built library: a call, errors with their path, UTF-8 both ways, a callback
that cancels, freeing in the wrong order, refusal after fork."""

import datetime
import gc
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bindings" / "python"))
import crmcore  # noqa: E402


class Binding(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.directory.name) / "档案.crm"
        self.db = crmcore.open(self.path, create=True)
        self.conn = self.db.connect()
        self.conn.set_now(1_705_320_000_000_000)
        self.conn.set_actor("test")

    def tearDown(self):
        self.conn.close()
        self.db.close()
        self.directory.cleanup()

    def put(self, code, name):
        return self.conn.call("archive.put", customers=[{"code": code, "name": name}])

    def post(self, amount):
        return self.conn.call("ledger.post", source="erp", entries=[
            {"customer": "C1", "date": "2024-01-05", "amount": amount, "document": "INV-1"}])

    def test_call_and_query_in_chinese(self):
        self.assertEqual(self.put("C1", "北京云杉科技𠮷"), {"created": 1, "updated": 0, "unchanged": 0})
        rows = list(self.conn.query("SELECT name, short_name, first_entry FROM customer WHERE code = :code",
                                    {"code": "C1"}))
        self.assertEqual(rows, [{"name": "北京云杉科技𠮷", "short_name": "", "first_entry": None}])
        self.assertEqual([row["x"] for row in self.conn.query("SELECT ?1 + 0.5 AS x", [1])], [1.5])

    def test_dates_are_taken_as_dates(self):
        self.put("C1", "x")
        day = datetime.date(2024, 1, 5)
        self.conn.call("ledger.post", source="erp", entries=[
            {"customer": "C1", "date": day, "amount": 5, "document": "D"}])
        self.assertEqual(self.conn.query("SELECT count(*) AS n FROM ledger_entry WHERE date = ?1", [day]).fetchall(), [{"n": 1}])
        with self.assertRaises(TypeError):
            self.conn.query("SELECT ?1", [object()])

    def test_a_library_that_is_not_there_is_said_so(self):
        done = subprocess.run([sys.executable, "-c", "import crmcore"], capture_output=True, text=True,
                              env={**os.environ, "CRMCORE_LIBRARY": "/nowhere/lib.so", "PYTHONPATH": sys.path[0]})
        self.assertIn("CRMCORE_LIBRARY", done.stderr)

    def test_many_rows_come_in_batches(self):
        sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 75000) SELECT i, 'x' || i AS t FROM n"
        start = time.monotonic()
        rows = self.conn.query(sql).fetchall()
        passed = time.monotonic() - start
        self.assertEqual((len(rows), rows[0], rows[-1]), (75000, {"i": 1, "t": "x1"}, {"i": 75000, "t": "x75000"}))
        self.assertLess(passed, 1)
        self.assertEqual(rows, list(self.conn.query(sql)))
        self.assertEqual(rows, json.loads(self.conn.query(sql).to_json()))
        self.assertEqual(len(self.conn.query(sql).to_csv().splitlines()), 75001)
        some = self.conn.query(sql)
        self.assertEqual(some.fetchmany(1500), rows[:1500])
        self.assertEqual(next(some), rows[1500])
        with self.assertRaises(ValueError):
            some.to_json()
        self.assertEqual(some.fetchall(), rows[1501:])
        self.assertEqual((some.fetchall(), some.fetchmany(3)), ([], []))

    def test_values_keep_their_types(self):
        row = self.conn.query("SELECT 9223372036854775807 AS whole, 1.5 AS broken, NULL AS none, x'00ff' AS bytes, '=1' AS text")
        self.assertEqual(list(row), [{"whole": 2**63 - 1, "broken": 1.5, "none": None, "bytes": b"\x00\xff", "text": "=1"}])
        self.assertIn("'=1", self.conn.query("SELECT '=1' AS text").to_csv())
        self.assertNotIn("'=1", self.conn.query("SELECT '=1' AS text").to_csv(is_lossless=True))

    def test_error_has_code_path_and_violations(self):
        with self.assertRaises(crmcore.Error) as caught:
            self.conn.call("archive.put", customers=[{"code": "A", "name": "甲"}, {"code": "B", "name": ""}, {"nmae": 1}])
        self.assertEqual(caught.exception.code, "INVALID")
        self.assertTrue(caught.exception.path.startswith("/customers/"))
        self.assertGreaterEqual(len(caught.exception.violations), 2)
        self.assertEqual(list(self.conn.query("SELECT code FROM customer")), [])

    def test_backup_while_others_write(self):
        self.put("C1", "甲")
        other = self.db.connect()
        writer = threading.Thread(target=lambda: [other.call("archive.put", customers=[{"code": f"W{i}", "name": "x"}])
                                                  for i in range(200)])
        writer.start()
        copy = self.path.with_name("副本.crm")
        found = self.conn.backup(copy)
        writer.join()
        other.close()
        self.assertTrue(found["is_ok"])
        self.assertEqual([path.name for path in copy.parent.glob("副本*")], ["副本.crm"])
        with crmcore.open(copy, create=False) as db, db.connect() as conn:
            codes = {row["code"] for row in conn.query("SELECT code FROM customer")}
            self.assertEqual(codes, {"C1", *(f"W{i}" for i in range(len(codes) - 1))})
            self.assertEqual(len(list(conn.query("SELECT seq FROM change_log"))), found["changes"])

    def test_a_backup_that_is_cancelled_leaves_nothing(self):
        self.conn.call("archive.put", customers=[{"code": f"C{i}", "name": "x" * 500} for i in range(5000)])
        self.conn.set_progress(lambda done, total: True)
        copy = self.path.with_name("copy.crm")
        with self.assertRaises(crmcore.Error) as caught:
            self.conn.backup(copy)
        self.assertEqual(caught.exception.code, "CANCELLED")
        self.assertEqual(list(copy.parent.glob("copy*")), [])

    def test_unknown_method(self):
        with self.assertRaises(crmcore.Error) as caught:
            self.conn.call("archive.forget")
        self.assertEqual((caught.exception.code, caught.exception.path), ("NOT_FOUND", "/method"))

    def test_posting_twice_counts_once(self):
        self.put("C1", "甲")
        self.assertEqual(self.post(100), {"posted": 1, "already": 0})
        self.assertEqual(self.post(100), {"posted": 0, "already": 1})
        with self.assertRaises(crmcore.Error) as caught:
            self.post(101)
        self.assertEqual(caught.exception.code, "CONFLICT")

    def test_transaction_rolls_back_on_an_exception(self):
        with self.assertRaises(ZeroDivisionError):
            with self.conn.transaction():
                self.put("C1", "甲")
                1 / 0
        self.assertEqual(list(self.conn.query("SELECT code FROM customer")), [])
        with self.conn.transaction():
            self.put("C1", "甲")
        self.assertEqual(len(list(self.conn.query("SELECT code FROM customer"))), 1)

    def test_progress_cancels_and_nothing_is_applied(self):
        asked = []
        self.conn.set_progress(lambda done, total: asked.append((done, total)) or True)
        with self.assertRaises(crmcore.Error) as caught:
            self.conn.call("archive.put", customers=[{"code": f"C{i}", "name": "甲"} for i in range(5000)])
        self.assertEqual(caught.exception.code, "CANCELLED")
        self.assertTrue(asked)
        self.conn.set_progress(None)
        self.assertEqual(list(self.conn.query("SELECT code FROM customer")), [])

    def test_an_exception_in_the_callback_cancels(self):
        def fail(done, total):
            raise RuntimeError("in the callback")
        self.conn.set_progress(fail)
        with self.assertRaises(crmcore.Error):
            self.conn.call("archive.put", customers=[{"code": f"C{i}", "name": "甲"} for i in range(5000)])

    def test_parents_may_be_freed_first(self):
        self.put("C1", "甲")
        rows = self.conn.query("SELECT code FROM customer")
        self.conn.close()
        self.db.close()
        gc.collect()
        self.assertEqual([row["code"] for row in rows], ["C1"])

    def test_a_callback_outlives_its_connection_as_long_as_rows_are_read(self):
        asked = []
        self.conn.set_progress(lambda done, total: asked.append(1))
        rows = self.conn.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
                               "SELECT count(*) AS n FROM n")
        self.conn.close()
        gc.collect()
        self.assertEqual(list(rows), [{"n": 300000}])
        self.assertTrue(asked)
        rows.close()
        self.assertEqual(crmcore._kept, {})

    def test_use_after_fork_is_refused(self):
        child = os.fork()
        if child == 0:
            try:
                self.put("C1", "甲")
                os._exit(1)
            except crmcore.Error as error:
                os._exit(0 if error.code == "FORKED" else 2)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(self.put("C1", "甲")["created"], 1)

    def test_describe_lists_methods_with_schemas(self):
        description = crmcore.describe()
        methods = {method["name"]: method for method in description["methods"]}
        self.assertIn("grading.commit", methods)
        self.assertIn("assignment.commit", methods)
        self.assertEqual(methods["archive.put"]["request"]["additionalProperties"], False)
        self.assertEqual(description["version"], crmcore.version())
        for method in methods.values():
            self.assertEqual(method["request"]["type"], "object")
            self.assertTrue(method["summary"].endswith("."))


if __name__ == "__main__":
    unittest.main()
