"""A small archive with something of everything, the ways to reach it with raw bytes, and a digest of all that
can be seen of it."""

import ctypes
import hashlib
import json
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python"))
import crmcore  # noqa: E402

REQUEST_BYTES_MAX = 64 << 20
NOW = 1_719_835_200_000_000  # 2024-07-01 12:00 UTC

VIEWS = [line[3:] for line in (ROOT / "docs" / "sql-views.md").read_text().splitlines() if line.startswith("## ")]

SCHEME = {
    "code": "value", "population": {"status": ["existing"]},
    "grades": {"order": ["A", "B", "C"], "blocked": "X"}, "calendar": {"timezone": "UTC"}, "returns": "gross",
    "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}}}],
    "cut": {"kind": "pareto", "on": "revenue", "cuts": [70, 90]},
}
SCORE = {
    **SCHEME, "code": "score",
    "factors": [{"code": "revenue", "weight": 60, "scale": {"kind": "bands", "bands": [
                    {"to": 10_000, "score": 20}, {"from": 10_000, "score": 100}]},
                 "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}}},
                {"code": "orders", "weight": 40, "scale": {"kind": "bands", "bands": [
                    {"to": 2, "score": 10}, {"from": 2, "score": 90}]},
                 "metric": {"kind": "orders", "window": {"kind": "rolling", "months": 12}}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80, "keep": 70}, {"grade": "B", "enter": 50, "keep": 40}]},
}
POLICY = {
    "code": "service", "scheme": "value", "grades": ["A", "B", "C"], "levels": ["ordinary", "senior"],
    "weights": {"A": 5, "B": 2, "C": 1},
    "stages": [{"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}, {"grade": "B"},
                                                        {"grade": "C", "max_level": "ordinary"}]}}],
}


def fill(conn):
    """Customers with classes, attributes and contacts, entries, a review, a run of assignment."""
    with conn.transaction():
        conn.call("classification.define_ready_made")
        conn.call("classification.put_nodes", axis="region", nodes=[
            {"code": "CN", "name": "中国"}, {"code": "BJ", "name": "北京市", "parent": "CN", "aliases": ["北京"]},
            {"code": "SH", "name": "上海市", "parent": "CN"}])
        for code in ("integer", "money", "decimal", "boolean", "date", "text"):
            conn.call("archive.define_attribute", code=f"a_{code}", name=code, type=code)
        conn.call("archive.define_attribute", code="credit_limit", name="授信额度", type="money", minimum=0)
        conn.call("archive.put", customers=[
            {"code": f"C{i}", "name": f"客户{i}", "classes": {"region": "BJ"}, "attributes": {"credit_limit": 100},
             "contacts": [{"name": "王芳", "phone": "010-1"}]} for i in range(1, 6)] + [{"code": "café", "name": "Café"}])
        conn.call("ledger.post", source="erp", batch="b1", entries=[
            {"customer": f"C{i}", "date": "2024-03-01", "amount": i * i * 1000, "document": f"D{i}"} for i in range(1, 6)])
    conn.call("grading.put_scheme", document=SCHEME)
    conn.call("grading.put_scheme", document=SCORE)
    conn.call("grading.commit", scheme="value", as_of="2024-06-01", kind="ad_hoc")
    conn.call("grading.put_override", customer="C1", scheme="value", kind="floor", grade="B", reason="strategic")
    conn.call("assignment.put_managers", managers=[
        {"code": "M1", "name": "李娜", "level": "senior", "span": 20},
        {"code": "M2", "name": "Tom", "level": "ordinary", "span": 20}])
    conn.call("assignment.put_policy", document=POLICY)
    conn.call("assignment.commit", policy="service", as_of="2024-06-01")


class World:
    """The archive in a temporary folder; close() removes it."""

    def __init__(self, **options):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "world.crm"
        self.db = crmcore.open(self.path, **{"create": True, **options})
        self.conn = self.db.connect()
        self.conn.set_now(NOW)
        self.conn.set_actor("world")
        fill(self.conn)

    def close(self):
        self.conn.close()
        self.db.close()
        self.folder.cleanup()

    def digest(self):
        """Everything that the public views and the change sequence tell, as one hash."""
        return digest(self.conn)

    def raw_call(self, method, request):
        """Calls a gateway method with the bytes as they are."""
        text = crmcore._buffer(crmcore._call, self.conn._handle, method, len(method), request, len(request))
        return json.loads(text)

    def typed(self, name, *arguments):
        """Calls crmcore_<name>(conn, arguments …, error); bytes are passed with their size."""
        function = crmcore._declare(name, ctypes.c_int32)
        function.argtypes = None
        given = [ctypes.c_void_p(self.conn._handle.value)]
        for argument in arguments:
            given += [argument, ctypes.c_int64(len(argument))] if isinstance(argument, bytes) else [argument]
        crmcore._run(function, *given)

    def post_columns(self, source, document, **integers):
        """Posts one entry as columns."""
        columns, out = ctypes.c_void_p(), ctypes.byref(ctypes.c_int64())
        declared = {name: crmcore._declare(name, ctypes.c_int32) for name in
                    ("columns_new", "columns_add_int64", "columns_add_text", "entry_post")}
        crmcore._run(declared["columns_new"], ctypes.c_int64(1), ctypes.byref(columns))
        try:
            for name, value in integers.items():
                crmcore._run(declared["columns_add_int64"], columns, name.encode(), ctypes.c_int64(-1),
                             ctypes.byref(ctypes.c_int64(value)), None)
            crmcore._run(declared["columns_add_text"], columns, b"document", ctypes.c_int64(-1),
                         ctypes.byref(ctypes.c_char_p(document)), None)
            options = json.dumps({"source": source}).encode()
            crmcore._run(declared["entry_post"], ctypes.c_void_p(self.conn._handle.value), columns, options,
                         ctypes.c_int64(len(options)), out, out)
        finally:
            crmcore._declare("columns_free", None, ctypes.c_void_p)(columns)

    def call_of_size(self, size):
        """Calls with a request that is said to have this size; what lies behind it must never be looked at."""
        out = ctypes.c_void_p()
        crmcore._run(crmcore._call, self.conn._handle, b"archive.put", -1, b"{}", size, ctypes.byref(out))

    def import_csv(self, kind, csv, **options):
        """Imports customers or entries from the bytes of a CSV file; gives the report."""
        function = crmcore._declare({"customers": "customer_import_csv", "entries": "entry_import_csv"}[kind],
                                    ctypes.c_int32, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64, ctypes.c_char_p,
                                    ctypes.c_int64, crmcore._out, crmcore._out)
        text = json.dumps(options).encode()
        return json.loads(crmcore._buffer(function, self.conn._handle, csv, len(csv), text, len(text)))


def digest(conn):
    found = hashlib.sha256()
    for view in VIEWS:
        for row in conn.query(f"SELECT * FROM {view}"):
            found.update(repr(row).encode())
    changes = conn.call("database.changes", after_seq=0, limit=10000)
    found.update(repr(changes).encode())
    return found.hexdigest()


def sample(schema):
    """A value that a schema allows; an empty document where it names one."""
    if "$ref" in schema:
        return {}
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") in ("date", "day"):
        return "2024-07-01"
    if schema["type"] == "string":
        return "value"
    return {"integer": 1, "boolean": True, "array": [], "object": {}}[schema["type"]]
