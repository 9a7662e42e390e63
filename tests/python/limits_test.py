"""Every limit that the documents and schemas promise: taken at the limit, refused one above."""

import copy
import ctypes
import itertools
import unittest

from archive_world import POLICY, REQUEST_BYTES_MAX, SCHEME, SCORE, World, crmcore, sample

CUSTOMER = {"code": "L", "name": "x"}


def put(**fields):
    return lambda world: world.conn.call("archive.put", customers=[{**CUSTOMER, **fields}])


def branch(depth):
    return lambda world: world.conn.call("classification.put_nodes", axis="region", nodes=[
        {"code": f"d{i}", "name": "x", **({"parent": f"d{i - 1}"} if i else {})} for i in range(depth)])


def axes(count):
    def define(world):
        with world.conn.transaction():
            for i in range(count - 3):  # region, ownership and asset_band are there
                world.conn.call("classification.define_axis", code=f"x{i}", name="x", kind="list")
    return define


def scheme(**changes):
    return lambda world: world.conn.call("grading.put_scheme", document={**copy.deepcopy(SCORE), "code": "new", **changes})


def grades(count):
    order = [f"g{i}" for i in range(count)]
    cuts = [100 * (i + 1) / (count + 1) for i in range(count - 1)]
    return lambda world: world.conn.call("grading.put_scheme", document={
        **SCHEME, "code": "new", "grades": {"order": order, "blocked": "X"}, "cut": {**SCHEME["cut"], "cuts": cuts}})


def factors(count):
    return scheme(code=f"factors{count}", factors=[{**SCORE["factors"][0], "code": f"f{i}"} for i in range(count)])


def stages(count):
    """So many stages, no two of which accept the same managers."""
    levels = [{"min_level": "senior"}, {"max_level": "ordinary"}, {"min_level": "ordinary"}]
    tables = itertools.islice(itertools.product(levels, repeat=3), count)
    return lambda world: world.conn.call("assignment.put_policy", document={**POLICY, "code": "new", "stages": [
        {"rule": "quality", "params": {"table": [{"grade": grade, **level} for grade, level in zip("ABC", table)]}}
        for table in tables]})


def columns_header(count):
    """A header of so many columns, of which all but two are unknown: only the number of columns is looked at."""
    return lambda world: unless_limit(lambda: world.import_csv("customers", b"code,name" + b",x" * (count - 2) + b"\n"))


def field_of(size):
    """A field of a column that entries do not use: nothing but its size is looked at."""
    return lambda world: world.import_csv("entries", b"customer,date,document,amount,note\nC1,2024-03-01,L,1," + b"x" * size,
                                          source="limit")


def unless_limit(act):
    try:
        return act()
    except crmcore.Error as error:
        if error.code in ("LIMIT", "RANGE"):
            raise
        return None


def nested(depth):
    """A JSON array of so many levels as the request: what is wrong with it otherwise does not matter."""
    return lambda world: unless_limit(lambda: world.raw_call(b"database.info", b"[" * depth + b"]" * depth))


def request_of(size):
    return lambda world: world.raw_call(b"database.info", b"{" + b" " * (size - 2) + b"}")


def columns_of(rows):
    def make(_world):
        columns = ctypes.c_void_p()
        crmcore._run(crmcore._declare("columns_new", ctypes.c_int32, ctypes.c_int64, crmcore._out, crmcore._out), rows,
                     ctypes.byref(columns))
        crmcore._declare("columns_free", None, ctypes.c_void_p)(columns)
    return make


def opened(**options):
    return lambda world: crmcore.open(world.path.with_name("other.crm"), **{"create": True, **options}).close()


def failures(world):
    """A report tells the first 1,000 failures and counts the others."""
    return world.import_csv("customers", b"code,name\n" + b" ,x\n" * 1001, on_failure="skip")


# what, the limit, one above, code and path
LIMITS = [
    ("code", put(code="x" * 128), put(code="x" * 129), "LIMIT", "/customers/0/code"),
    ("code in Chinese", put(code="客" * 42), put(code="客" * 43), "LIMIT", "/customers/0/code"),
    ("name", put(name="x" * 512), put(name="x" * 513), "LIMIT", "/customers/0/name"),
    ("text attribute", put(attributes={"a_text": "x" * 1024}), put(attributes={"a_text": "x" * 1025}), "LIMIT",
     "/customers/0/attributes/a_text"),
    ("amount", put(attributes={"a_money": 2**53 - 1}), put(attributes={"a_money": 2**53}), "RANGE",
     "/customers/0/attributes/a_money"),
    ("negative amount", put(attributes={"a_money": 1 - 2**53}), put(attributes={"a_money": -2**53}), "RANGE",
     "/customers/0/attributes/a_money"),
    ("last day", put(attributes={"a_date": 2932896}), put(attributes={"a_date": 2932897}), "RANGE",
     "/customers/0/attributes/a_date"),
    ("first day", put(attributes={"a_date": -719162}), put(attributes={"a_date": -719163}), "RANGE",
     "/customers/0/attributes/a_date"),
    ("contacts", put(contacts=[{"name": f"a{i}"} for i in range(100)]), put(code="L2", contacts=[{"name": f"a{i}"} for i in range(101)]), "LIMIT",
     "/customers/0/contacts"),
    ("telephone", put(code="L3", contacts=[{"name": "a", "phone": "1" * 64}]), put(code="L2", contacts=[{"name": "a", "phone": "1" * 65}]),
     "LIMIT", "/customers/0/contacts/0/phone"),
    ("depth of a tree", branch(64), branch(65), "LIMIT", "/nodes/64/parent"),
    ("axes", axes(12), axes(13), "LIMIT", ""),
    ("grades", grades(26), grades(27), "LIMIT", "/document/grades/order"),
    ("factors", factors(64), factors(65), "LIMIT", "/document/factors"),
    ("stages", stages(16), stages(17), "LIMIT", "/document/stages"),
    ("columns of a CSV", columns_header(1024), columns_header(1025), "LIMIT", "/lines/1"),
    ("field of a CSV", field_of(1 << 20), field_of((1 << 20) + 1), "LIMIT", "/lines/2"),
    ("depth of JSON", nested(64), nested(65), "LIMIT", "/0" * 64),
    ("bytes of JSON", request_of(REQUEST_BYTES_MAX), request_of(REQUEST_BYTES_MAX + 1), "LIMIT", "/request"),
    ("rows of columns", columns_of(10_000_000), columns_of(10_000_001), "LIMIT", "/row_count"),
    ("actor", lambda world: world.conn.set_actor("x" * 128), lambda world: world.conn.set_actor("x" * 129), "LIMIT", "/actor"),
    ("instant", lambda world: world.conn.set_now(2**53 - 1), lambda world: world.conn.set_now(2**53), "RANGE", "/microseconds"),
    ("query", lambda world: list(world.conn.query("SELECT 1" + " " * (65_536 - 8))),
     lambda world: list(world.conn.query("SELECT 1" + " " * (65_536 - 7))), "LIMIT", "/sql"),
    ("columns of a query", lambda world: list(world.conn.query("SELECT 1" + ",1" * 199)),
     lambda world: list(world.conn.query("SELECT 1" + ",1" * 200)), "LIMIT", "/sql"),
    ("LIKE pattern", lambda world: list(world.conn.query("SELECT code FROM customer WHERE code LIKE ?1", ["x" * 256])),
     lambda world: list(world.conn.query("SELECT code FROM customer WHERE code LIKE ?1", ["x" * 257])), "LIMIT", ""),
    ("busy time-out", opened(busy_timeout_ms=600_000), opened(busy_timeout_ms=600_001), "RANGE", "/busy_timeout_ms"),
    ("memory of a query", opened(query_memory_bytes=1 << 40), opened(query_memory_bytes=(1 << 40) + 1), "RANGE", "/query_memory_bytes"),
    ("value of a query", lambda world: list(world.conn.query("SELECT length(hex(printf('%.*c', 196500, 'x')))")),
     lambda world: list(world.conn.query("SELECT length(hex(printf('%.*c', 196609, 'x')))")), "LIMIT", ""),
    ("decimals of the currency", opened(currency_digits=6), opened(currency_digits=7), "RANGE", "/currency_digits"),
]


class Limits(unittest.TestCase):
    def assert_refused(self, world, act, code, path):
        with self.assertRaises(crmcore.Error) as caught:
            act(world)
        self.assertEqual((caught.exception.code, caught.exception.path), (code, path), caught.exception.message)

    def test_one_above_is_refused(self):
        world = World()
        self.addCleanup(world.close)
        before = world.digest()
        for what, _at, above, code, path in LIMITS:
            with self.subTest(what):
                self.assert_refused(world, above, code, path)
                self.assertEqual(world.digest(), before)

    def test_the_limit_is_taken(self):
        world = World()
        self.addCleanup(world.close)
        for what, at, *_ in LIMITS:
            with self.subTest(what):
                at(world)
        self.assertTrue(world.conn.call("database.verify")["is_ok"])

    def test_a_report_tells_a_thousand_failures(self):
        world = World()
        self.addCleanup(world.close)
        report = failures(world)
        self.assertEqual((report["failed"], len(report["failures"])), (1001, 1000))

    def test_numbers_and_lengths_of_the_schemas(self):
        world = World()
        self.addCleanup(world.close)
        checked = 0
        for method in crmcore.describe()["methods"]:
            properties = method["request"].get("properties", {})
            for name, schema in properties.items():
                for at, above, code in steps(schema):
                    with self.subTest(method=method["name"], field=name, above=str(above)[:20]):
                        self.assertIn((code, "/" + name), violations(world, method, {name: above}))
                        self.assertNotIn((code, "/" + name), violations(world, method, {name: at}))
                        checked += 1
        self.assertGreater(checked, 40)


def steps(schema):
    """Pairs of a value at a limit and one beyond it."""
    if "maximum" in schema:
        yield schema["maximum"], schema["maximum"] + 1, "RANGE"
    if "minimum" in schema:
        yield schema["minimum"], schema["minimum"] - 1, "RANGE"
    if schema.get("maxLength", REQUEST_BYTES_MAX) < REQUEST_BYTES_MAX:  # the row "bytes of JSON" has the others
        yield "x" * schema["maxLength"], "x" * (schema["maxLength"] + 1), "LIMIT"
    if schema.get("maxItems", 10**9) <= 100_000:
        yield [0] * schema["maxItems"], [0] * (schema["maxItems"] + 1), "LIMIT"


def violations(world, method, fields):
    """What a method finds wrong with a request of these fields and simple ones for what else is required."""
    schema = method["request"]
    known = {"customer": "C1", "scheme": "value", "policy": "service", "axis": "region", "grade": "A"}
    request = {name: known.get(name) or sample(schema["properties"][name]) for name in schema.get("required", [])}
    found = []
    try:
        with world.conn.transaction():
            world.conn.call(method["name"], {**request, **fields})
            raise InterruptedError  # what was accepted is rolled back
    except crmcore.Error as error:
        found = [(one["code"], one["path"]) for one in error.violations] or [(error.code, error.path)]
    except InterruptedError:
        pass
    return found


if __name__ == "__main__":
    unittest.main()
