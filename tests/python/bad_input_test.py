"""Bad input: each is answered with its code, at its path, and changes nothing; what must be taken comes back as it was."""

import unittest

from archive_world import World, crmcore, sample
from bad_input import archive, classification, imports, ledger, opening, queries, rules
from bad_input.items import NOT_APPLICABLE, items
from bad_input.rows import Accepted, Refused

TABLES = [archive, classification, ledger, imports, rules, queries, opening]
ROWS = [row for table in TABLES for row in table.ROWS]


class BadInput(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.world = World()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def test_what_is_refused_changes_nothing(self):
        before = self.world.digest()
        for row in ROWS:
            if not isinstance(row, Refused):
                continue
            with self.subTest(item=row.item, code=row.code, path=row.path[:60]):
                with self.assertRaises(crmcore.Error) as caught:
                    row.act(self.world)
                error = caught.exception
                self.assertEqual((error.code, error.path), (row.code, row.path), error.message)
                self.assertIn(row.says, error.message)
                self.assertLess(len(error.message), 2000)
                after = self.world.digest()
                self.assertEqual(after, before, "the archive changed")
        self.assertTrue(self.world.conn.call("database.verify")["is_ok"])

    def test_what_is_taken_comes_back_as_it_was(self):
        for row in ROWS:
            if not isinstance(row, Accepted):
                continue
            with self.subTest(item=row.item):
                world = World()
                try:
                    row.act(world)
                    self.assertEqual(row.read(world), row.expected)
                    self.assertTrue(world.conn.call("database.verify")["is_ok"])
                    world.digest()
                finally:
                    world.close()

    def test_what_sqlites_answer_differently_is_harmless(self):
        with self.assertRaises(crmcore.Error) as caught:
            list(self.world.conn.query("SELECT load_extension('x')"))
        self.assertIn(caught.exception.code, {"DENIED", "INVALID"})  # the bundled one has no such function
        try:
            self.assertEqual(list(self.world.conn.query("SELECT printf('%2000000000d', 1) AS a")), [{"a": None}])
        except crmcore.Error as error:
            self.assertEqual(error.code, "LIMIT")

    def test_every_item_has_a_row_or_a_reason(self):
        tested = {row.item for row in ROWS}
        self.assertEqual(items() - tested - set(NOT_APPLICABLE), set(), "items without a row")
        self.assertEqual(tested - items(), set(), "rows of no item")

    def test_what_a_method_requires_must_be_there(self):
        """The schemas of crmcore_library_describe() are kept: what they call required is, and is named when it is missing."""
        before = self.world.digest()
        for method in crmcore.describe()["methods"]:
            schema = method["request"]
            for missing in schema.get("required", []):
                given = {name: sample(schema["properties"][name]) for name in schema["required"] if name != missing}
                for request in (given, {**given, missing: None}):
                    with self.subTest(method=method["name"], missing=missing):
                        with self.assertRaises(crmcore.Error) as caught:
                            self.world.conn.call(method["name"], request)
                        self.assertIn(("INVALID", "/" + missing),
                                      [(one["code"], one["path"]) for one in caught.exception.violations])
        self.assertEqual(self.world.digest(), before)


if __name__ == "__main__":
    unittest.main()
