"""Queries and what they are drained into, misuse of the typed functions."""

import ctypes

import crmcore

from .rows import Accepted, Refused, call, query

DENIED = [
    "INSERT INTO customer VALUES (1)", "DELETE FROM customer", "UPDATE customer SET code = 'x'", "DROP VIEW customer",
    "CREATE TABLE t (a)", "PRAGMA journal_mode", "SELECT * FROM sqlite_schema", "SELECT * FROM customer_row",
    "SELECT * FROM pragma_table_info('customer')", "ATTACH 'x' AS y", "VACUUM", "VACUUM INTO 'x'", "BEGIN", "EXPLAIN SELECT 1",
    "SELECT 1; SELECT 2", "SELECT random()", "SELECT randomblob(5)", "SELECT sqlite_version()", "SELECT zeroblob(9)",
    "SELECT total_changes()", "SELECT * FROM customer ORDER BY random()", "WITH customer AS (SELECT 1) SELECT * FROM customer",
]
INVALID = ["", " -- nothing", "SELECT", "SELEC 1", "SELECT nothing", 'SELECT "nothing"', "SELECT * FROM nothing",
           "SELECT writefile('x', 'y')"]
# What shows only when a row is computed is at no place of the query.
COMPUTED = ["SELECT abs(-9223372036854775808)", "SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1)",
            "SELECT json_extract('{', '$')"]
LIMITS = ["SELECT '" + "x" * 70_000 + "'", "SELECT " + "(" * 300 + "1" + ")" * 300, "SELECT " + "+".join(["1"] * 300), "SELECT " + ",".join(["1"] * 201),
          "SELECT 1 " + "UNION ALL SELECT 1 " * 51]
COMPUTED_LIMITS = ["SELECT name FROM customer WHERE name LIKE '%" + "x" * 300 + "'",
                   "SELECT name FROM customer WHERE name GLOB '*" + "x" * 300 + "'",
                   "SELECT replace(hex(printf('%300000d', 1)), '2', hex(printf('%300000d', 1)))"]


def drained(kind, sql, *options):
    """What crmcore_rows_to_json or _csv makes of a query."""
    def drain(world):
        function = crmcore._declare(f"rows_to_{kind}", ctypes.c_int32)
        function.argtypes = None
        rows = world.conn.query(sql)
        handle = ctypes.c_void_p(rows._handle.value)
        return crmcore._buffer(function, handle, *map(ctypes.c_int32, options))
    return drain


def with_null(name, *arguments):
    """A typed call in which a pointer is NULL or a size is wrong."""
    return lambda world: world.typed(name, *arguments)


FORMULAS = "SELECT '=1+1' AS a, '+1' AS b, '-1' AS c, '@x' AS d, char(9) || 'x' AS e, char(13) || 'x' AS f, -1 AS g, -0.5 AS h"

ROWS = [
    *(query("not a SELECT", sql, "DENIED", "/sql") for sql in DENIED),
    *(query("not a SELECT", sql, "INVALID", "/sql") for sql in INVALID),
    *(query("not a SELECT", sql, "INVALID") for sql in COMPUTED),
    *(query("huge LIKE pattern", sql, "LIMIT", "/sql") for sql in LIMITS),
    *(query("huge LIKE pattern", sql, "LIMIT") for sql in COMPUTED_LIMITS),
    query("missing field", "SELECT ?1", "INVALID", "/parameters", []),
    query("unknown field", "SELECT :a", "INVALID", "/parameters/b", {"b": 1}),
    query("wrong type", "SELECT ?1, ?2", "INVALID", "/parameters/1", [1, [1]]),
    query("wrong type", "SELECT ?1", "INVALID", "/parameters", "x"),
    query("beyond 2^53 - 1", "SELECT ?1", "RANGE", "/parameters/0", [2**53]),
    query("JSON depth over 64", "SELECT ?1", "LIMIT", "/parameters" + "/0" * 64, eval("[" * 65 + "]" * 65)),
    call("beyond 2^53 - 1", "database.query", {"sql": "SELECT 1", "limit": 0}, "RANGE", "/limit"),
    call("10 MB name", "database.query", {"sql": "SELECT 1" + " " * 100_000}, "LIMIT", "/sql"),
    call("byte FF", "database.query", {"sql": "SELECT CAST(x'ff' AS TEXT)"}, "UTF8", ""),
    Refused("byte FF", drained("json", "SELECT CAST(x'ff' AS TEXT) AS a"), "UTF8", "", "'a'"),
    Refused("byte FF", lambda world: world.typed("conn_query", b"SELECT '\xff'", None, ctypes.c_int64(0), ctypes.byref(ctypes.c_void_p())),
            "UTF8", "/sql"),
    Refused("NULL handle", with_null("customer_find_id", None, ctypes.c_int64(-1), ctypes.byref(ctypes.c_int64())), "MISUSE", "/code"),
    Refused("NULL handle", with_null("customer_find_id", b"C1", None), "MISUSE", "/customer_id"),
    Refused("bad length", with_null("customer_find_id", b"C1"[:0] or ctypes.c_char_p(b"C1"), ctypes.c_int64(-2),
                                    ctypes.byref(ctypes.c_int64())), "MISUSE", "/code"),
    Refused("1 GB JSON", with_null("customer_find_id", ctypes.c_char_p(b"C1"), ctypes.c_int64(1 << 40),
                                   ctypes.byref(ctypes.c_int64())), "LIMIT", "/code"),
    Accepted("SQL in a name", lambda world: None,
             lambda world: list(world.conn.query("SELECT count(*) AS n FROM customer WHERE code = ?1", ["' OR '1'='1"])), [{"n": 0}]),
    Accepted("% and _ literally", lambda world: None,
             lambda world: list(world.conn.query(r"SELECT count(*) AS n FROM customer WHERE name LIKE ?1 ESCAPE '\'", [r"%\_%"])),
             [{"n": 0}]),
    Accepted("embedded NUL", lambda world: None, lambda world: list(world.conn.query("SELECT x'00ff' AS b, char(0) AS t")),
             [{"b": b"\x00\xff", "t": "\0"}]),
    Accepted("-0 is 0", lambda world: None, lambda world: str(next(world.conn.query("SELECT ?1 AS z", [-0.0]))["z"]), "0.0"),
    Accepted("formula neutralised", lambda world: None, lambda world: drained("csv", FORMULAS, 0)(world),
             "a,b,c,d,e,f,g,h\r\n'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",-1,-0.5\r\n"),
    Accepted("lossless export", lambda world: None, lambda world: drained("csv", FORMULAS, 1)(world),
             "a,b,c,d,e,f,g,h\r\n=1+1,+1,-1,@x,\tx,\"\rx\",-1,-0.5\r\n"),
]
