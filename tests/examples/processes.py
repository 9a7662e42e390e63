"""Hosts as they are: servers that fork workers, a job at night, the command line beside a server that writes."""

import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bindings" / "python"))
import crmcore  # noqa: E402

SHELL = sys.argv.pop()

WORKERS = 4
POSTS = 40
JOB = f"""
import sys
sys.path.insert(0, {str(pathlib.Path(crmcore.__file__).parent)!r})
import crmcore
for number in range({POSTS}):
    with crmcore.open(sys.argv[1]) as db, db.connect() as conn:  # as a job or a page of PHP does: open, write, close
        conn.call("ledger.post", source="erp", entries=[
            {{"customer": "C", "date": "2024-06-01", "document": f"{{sys.argv[2]}}-{{number}}", "amount": 1}}])
"""


def post(conn, name, number):
    conn.call("ledger.post", source="erp", entries=[
        {"customer": "C", "date": "2024-06-01", "document": f"{name}-{number}", "amount": 1}])


def serve(path, name):
    """A worker: one file and one connection for its whole life."""
    with crmcore.open(path) as db, db.connect() as conn:
        for number in range(POSTS):
            post(conn, name, number)


class Processes(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name) / "x.crm"
        with crmcore.open(self.path, create=True) as db, db.connect() as conn:
            self.is_sole_writer = conn.call("database.info")["is_sole_writer"]  # with an old SQLite of the system
            conn.call("archive.put", customers=[{"code": "C", "name": "x"}])

    def workers(self, target=serve):
        context = multiprocessing.get_context("fork")
        started = [context.Process(target=target, args=(self.path, f"worker-{i}")) for i in range(WORKERS)]
        for worker in started:
            worker.start()
        return started

    def assert_posted(self, count):
        with crmcore.open(self.path, access="read_only") as db, db.connect() as conn:
            self.assertEqual([tuple(row.values()) for row in conn.query(
                "SELECT count(*) AS n, sum(amount) AS s FROM ledger_entry")], [(count, count)])
            self.assertTrue(conn.call("database.verify")["is_ok"])

    def test_workers_a_job_and_the_command_line_write_at_once(self):
        if self.is_sole_writer:
            return
        workers = self.workers()
        jobs = [subprocess.Popen([sys.executable, "-c", JOB, str(self.path), f"job-{i}"]) for i in range(2)]
        entries = json.dumps({"source": "erp", "entries": [
            {"customer": "C", "date": "2024-06-02", "document": "shell", "amount": 1}]})
        told = subprocess.run([SHELL, self.path, "call", "ledger.post", entries], capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(told.stdout)["posted"], 1)
        for worker in workers:
            worker.join()
            self.assertEqual(worker.exitcode, 0)
        for job in jobs:
            self.assertEqual(job.wait(), 0)
        self.assert_posted((WORKERS + len(jobs)) * POSTS + 1)

    def test_what_the_master_has_open_its_workers_may_not_open(self):
        """gunicorn --preload: the worker is told what to do, and the master's file is as it was."""
        def refused(path, _):
            try:
                crmcore.open(path)
            except crmcore.Error as error:
                os._exit(0 if error.code == "FORKED" and "fork" in str(error) else 2)
            os._exit(1)

        with crmcore.open(self.path) as db, db.connect() as conn:
            for worker in self.workers(refused):
                worker.join()
                self.assertEqual(worker.exitcode, 0)
            post(conn, "master", 1)
        posted = 1
        for worker in self.workers() if not self.is_sole_writer else []:  # it is closed before these are forked
            worker.join()
            self.assertEqual(worker.exitcode, 0)
            posted += POSTS
        self.assert_posted(posted)

    def test_the_command_line_beside_a_server(self):
        if self.is_sole_writer:
            return
        with crmcore.open(self.path) as db, db.connect() as conn:
            post(conn, "server", 1)
            told = subprocess.run([SHELL, self.path, "call", "database.verify", "{}"], capture_output=True, text=True,
                                  check=True)
            self.assertTrue(json.loads(told.stdout)["is_ok"])
            post(conn, "server", 2)


if __name__ == "__main__":
    unittest.main()
