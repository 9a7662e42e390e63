"""Files that are not what they should be: an error with its code or an alarm, the file left as it was, never a crash."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest

from archive_world import World, crmcore

HEADER = {"application_id": 68, "user_version": 60}


def good_file():
    """The bytes of a whole archive that was closed in good order."""
    world = World()
    world.conn.close()
    world.db.close()
    data = world.path.read_bytes()
    world.folder.cleanup()
    return data


GOOD = good_file()


def with_number(name, value):
    at = HEADER[name]
    return GOOD[:at] + struct.pack(">i", value) + GOOD[at + 4:]


def altered(*statements):
    """The archive after another program's hands."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.crm"
        path.write_bytes(GOOD)
        with contextlib.closing(sqlite3.connect(path)) as foreign:
            foreign.execute("PRAGMA journal_mode = delete")
            for statement in statements:
                foreign.execute(statement)
            foreign.commit()
        return path.read_bytes()


def foreign_file():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.db"
        with contextlib.closing(sqlite3.connect(path)) as foreign:
            foreign.execute("CREATE TABLE customer (code)")
            foreign.commit()
        return path.read_bytes()


# what, the file's bytes, the codes that may answer it
CONTENTS = [
    ("zero length", b"", {"NOT_A_DATABASE"}),
    ("one byte", b"S", {"NOT_A_DATABASE"}),
    ("zeros", bytes(8192), {"NOT_A_DATABASE"}),
    ("a text", b"code,name\nA,x\n" * 500, {"NOT_A_DATABASE"}),
    ("another program's", foreign_file(), {"NOT_A_DATABASE"}),
    ("other application_id", with_number("application_id", 0x12345678), {"NOT_A_DATABASE"}),
    ("newer schema", with_number("user_version", 1_000_000), {"NEWER"}),
    ("negative schema", with_number("user_version", -1), {"CORRUPT"}),
    ("no schema version", with_number("user_version", 0), {"CORRUPT"}),
    *((f"cut at {size}", GOOD[:size], {"CORRUPT"}) for size in (16, 99, 100, 4095, 4096, 4097, len(GOOD) // 2, len(GOOD) - 1)),
    ("a trigger", altered("CREATE TRIGGER spy AFTER INSERT ON customer_row BEGIN SELECT 1; END"), {"CORRUPT"}),
    ("a view", altered("CREATE VIEW spy AS SELECT * FROM customer_row"), {"CORRUPT"}),
    ("a table", altered("CREATE TABLE spy (a)"), {"CORRUPT"}),
    ("an index", altered("CREATE INDEX spy ON customer_row (name)"), {"CORRUPT"}),
    ("a view less", altered("DROP VIEW contact"), {"CORRUPT"}),
    ("a view changed", altered("DROP VIEW contact", "CREATE VIEW contact AS SELECT 1 AS customer_id"), {"CORRUPT"}),
]


class HostileFile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name) / "x.crm"

    def assert_refused(self, path, codes, **options):
        with self.assertRaises(crmcore.Error) as caught:
            crmcore.open(path, **{"create": True, **options})
        self.assertIn(caught.exception.code, codes, caught.exception.message)

    def test_contents(self):
        for what, data, codes in CONTENTS:
            with self.subTest(what):
                self.path.write_bytes(data)
                self.assert_refused(self.path, codes, create=False)
                self.assertEqual(self.path.read_bytes(), data)
                if data:  # an empty file may be set up by who says so
                    self.assert_refused(self.path, codes, create=True)
                    self.assertEqual(self.path.read_bytes(), data)

    def test_what_is_no_file(self):
        target = self.path.with_name("target.crm")
        target.write_bytes(GOOD)
        self.path.symlink_to(target)
        self.assert_refused(self.path, {"NOT_A_DATABASE"})
        self.assertEqual(target.read_bytes(), GOOD)
        self.path.unlink()
        self.path.symlink_to(self.path.with_name("nothing"))
        self.assert_refused(self.path, {"NOT_A_DATABASE"})
        self.assertFalse(self.path.with_name("nothing").exists())
        self.path.unlink()
        os.mkfifo(self.path)
        self.assert_refused(self.path, {"NOT_A_DATABASE"})
        self.assert_refused(self.folder.name, {"NOT_A_DATABASE"})
        self.assert_refused(self.folder.name + "/", {"NOT_A_DATABASE"})
        self.assert_refused("/dev/null", {"NOT_A_DATABASE"})
        self.assert_refused(self.path / "x.crm", {"IO", "NOT_A_DATABASE"})
        self.assert_refused(pathlib.Path(self.folder.name) / "no" / "x.crm", {"IO"})

    def test_a_link_in_place_of_the_lock_file(self):
        self.path.write_bytes(GOOD)
        victim = self.path.with_name("victim")
        victim.write_text("mine")
        self.path.with_name("x.crm.lock").symlink_to(victim)
        self.assert_refused(self.path, {"NOT_A_DATABASE", "IO"})
        self.assertEqual(victim.read_text(), "mine")

    def test_no_permission(self):
        """As a user who may read and not write; as root everybody may."""
        self.path.write_bytes(GOOD)
        self.path.chmod(0o444)
        os.chmod(self.folder.name, 0o777)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                crmcore.open(self.path, create=True)
            except crmcore.Error as error:
                code = 0 if error.code == "IO" else 2
            finally:
                os._exit(code)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(self.path.read_bytes(), GOOD)

    def test_the_file_that_another_process_has_for_itself(self):
        self.path.write_bytes(GOOD)
        holder = subprocess.Popen([sys.executable, "-c", HOLD, str(self.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with holder:
            self.assertEqual(holder.stdout.readline(), b"open\n")
            self.assert_refused(self.path, {"LOCKED"})
            holder.kill()
            holder.wait()
        with crmcore.open(self.path, create=False) as db, db.connect() as conn:  # the dead hold nothing
            self.assertTrue(conn.call("database.verify")["is_ok"])

    def test_a_log_that_is_missing_or_another_file_s(self):
        """A log opens with its own file and with no other archive."""
        with crmcore.open(self.path, create=True) as db, db.connect() as conn:
            conn.call("archive.put", customers=[{"code": "first", "name": "x"}])
            wal = self.path.with_name("x.crm-wal")
            copy = self.path.with_name("copy.crm")
            shutil.copy(self.path, copy)
            shutil.copy(wal, copy.with_name("copy.crm-wal"))
            other = self.path.with_name("other.crm")
            other.write_bytes(GOOD)
            shutil.copy(wal, other.with_name("other.crm-wal"))
        with crmcore.open(copy, create=False) as db, db.connect() as conn:
            self.assertEqual(conn.call("archive.get", customer="first")["name"], "x")
        self.assert_refused(other, {"CORRUPT"})

    def test_a_replaced_file_under_way(self):
        """The file is deleted while it is open: what was open goes on or fails with a code; nothing crashes."""
        with crmcore.open(self.path, create=True) as db, db.connect() as conn:
            conn.call("archive.put", customers=[{"code": "first", "name": "x"}])
            self.path.unlink()
            try:
                conn.call("archive.put", customers=[{"code": "second", "name": "x"}])
                list(conn.query("SELECT * FROM customer"))
            except crmcore.Error as error:
                self.assertIn(error.code, {"IO", "CORRUPT", "BUSY"})

    def test_after_fork_a_child_is_told(self):
        with crmcore.open(self.path, create=True) as db, db.connect() as conn:
            child = os.fork()
            if child == 0:
                codes = []
                for act in (conn.call, db.connect, conn.query):
                    try:
                        act(*(["database.info"] if act == conn.call else ["SELECT 1"] if act == conn.query else []))
                    except crmcore.Error as error:
                        codes.append(error.code)
                os._exit(0 if codes == ["FORKED"] * 3 else 1)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            self.assertTrue(conn.call("database.verify")["is_ok"])


HOLD = f"""
import sys
sys.path.insert(0, {str(pathlib.Path(crmcore.__file__).parent)!r})
import crmcore
with crmcore.open(sys.argv[1], access="exclusive") as db, db.connect() as conn:
    print("open", flush=True)
    sys.stdin.read()
"""

if __name__ == "__main__":
    unittest.main()
