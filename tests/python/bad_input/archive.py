"""Customers, contacts and attributes."""

import ctypes

from .rows import Accepted, Refused, call, customer, raw

BAD_BYTES = [("byte FF", b"\xff", "0xFF"), ("overlong C0AF", b"\xc0\xaf", "0xC0"),
             ("surrogate EDA080", b"\xed\xa0\x80", "0xED"), ("beyond U+10FFFF", b"\xf4\x90\x80\x80", "0xF4"),
             ("cut sequence", b"\xe4\xba", "0xE4"), ("undeclared GBK", "中国".encode("gbk"), "GBK")]


def put(field, value):
    """The bytes of a request whose field has this value, written as JSON."""
    fields = {b"code": b'"N1"', b"name": b'"x"', field: value}
    return b'{"customers":[{%s}]}' % b",".join(b'"%s":%s' % pair for pair in fields.items())


def limit(value):
    return b'{"customers":[{"code":"N1","name":"x","attributes":{"credit_limit":%s}}]}' % value


def named(name):
    """Puts a customer with this name and reads it back."""
    return Accepted("SQL in a name", lambda world: world.conn.call("archive.put", customers=[{"code": "X", "name": name}]),
                    lambda world: world.conn.call("archive.get", customer="X")["name"], name)


ROWS = [
    *(raw(item, "archive.put", put(field, b'"%s"' % value), "UTF8", "/request", says)
      for item, value, says in BAD_BYTES for field in (b"code", b"name")),
    *(Refused(item, lambda world, value=value: world.typed("customer_put", value, b"x", ctypes.c_int32(0), ctypes.byref(ctypes.c_int64())), "UTF8", "/code", says)
      for item, value, says in BAD_BYTES),
    raw("JSON lone surrogate", "archive.put", put(b"name", rb'"\ud800"'), "UTF8", "/customers/0/name"),
    raw("JSON lone surrogate", "archive.put", put(b"name", rb'"\udc00\ud800"'), "UTF8", "/customers/0/name"),
    raw("embedded NUL", "archive.put", put(b"name", rb'"a\u0000b"'), "INVALID", "/customers/0/name", "NUL"),
    raw("embedded NUL", "archive.put", put(b"name", b'"a\0b"'), "INVALID", "/request", "NUL"),
    customer("embedded NUL", {"attributes": {"a_text": "a\0b"}}, "INVALID", "/attributes/a_text"),
    customer("bidi override in codes", {"code": "a\u202eb"}, "INVALID", "/code", "U+202E"),
    customer("bidi override in codes", {"code": "a\u2066b"}, "INVALID", "/code"),
    customer("bidi override in codes", {"code": "a\u200bb"}, "INVALID", "/code"),
    *(customer("blank name", {"name": name}, "INVALID", "/name") for name in ("", " ", "\u3000", "\u200b", "\ufeff", "\t")),
    *(customer("blank name", {"code": code}, "INVALID", "/code") for code in ("", " ", "\u3000", " a", "a ", "a\nb")),
    *(raw(item, "archive.put", limit(value), "INVALID", "/customers/0/attributes/credit_limit") for item, value in [
        ("NaN", b"NaN"), ("infinity", b"Infinity"), ("infinity", b"-Infinity"), ("1e3", b"1e3"), ("1e3", b"1000.0"),
        ("leading blank", b'" 12"'), ("full-width digits", '"１２"'.encode()), ("excess decimals", b"12.345"),
        ("wrong type", b"true"), ("wrong type", b"[]"), ("wrong type", b'"12"')]),
    raw("0x10", "archive.put", limit(b"0x10"), "INVALID", "/customers/0/attributes"),
    *(raw(item, "archive.put", limit(value), "RANGE", "/customers/0/attributes/credit_limit") for item, value in [
        ("infinity", b"1e999"), ("beyond 2^53 - 1", b"9007199254740992"), ("rounded JSON integer", b"9223372036854775808"),
        ("negated minimum", b"-9223372036854775808"), ("rounded JSON integer", b"1" + b"0" * 40), ("negative credit limit", b"-1")]),
    *(customer(item, {"attributes": {"a_date": day}}, "INVALID", "/attributes/a_date") for item, day in [
        ("2024-02-30", "2024-02-30"), ("2023-02-29", "2023-02-29"), ("0000-00-00", "0000-00-00"),
        ("year 10000", "10000-01-01"), ("offset +25:00", "2024-01-01T00:00:00+25:00")]),
    customer("year 10000", {"attributes": {"a_date": 2932897}}, "RANGE", "/attributes/a_date"),
    customer("year 10000", {"since": "10000-01-01"}, "INVALID", "/since"),
    customer("wrong type", {"attributes": {"a_date": True}}, "INVALID", "/attributes/a_date"),
    customer("wrong type", {"attributes": {"a_integer": False}}, "INVALID", "/attributes/a_integer"),
    customer("wrong type", {"attributes": {"a_boolean": 2}}, "RANGE", "/attributes/a_boolean"),
    customer("wrong type", {"attributes": {"a_text": 5}}, "INVALID", "/attributes/a_text"),
    customer("wrong type", {"attributes": {"a_text": {"value": [1]}}}, "INVALID", "/attributes/a_text/value"),
    customer("wrong type", {"classes": {"region": 1}}, "INVALID", "/classes/region"),
    customer("2024-02-30", {"attributes": {"a_text": {"value": "x", "observed": "2024-02-30"}}}, "INVALID",
             "/attributes/a_text/observed"),
    customer("unknown field", {"nmae": "x"}, "INVALID", "/nmae", "name"),
    customer("unknown field", {"attributes": {"a/b~c": 1}}, "NOT_FOUND", "/attributes/a~1b~0c", "a_text"),
    customer("unknown field", {"classes": {"colour": "red"}}, "NOT_FOUND", "/classes/colour", "region"),
    customer("unknown field", {"classes": {"region": "Atlantis"}}, "NOT_FOUND", "/classes/region"),
    customer("wrong type", {"classes": {"asset_band": "super"}}, "INVALID", "/classes/asset_band", "total_assets"),
    customer("given twice", {"contacts": [{"name": "a", "contact_no": 1}, {"name": "b", "contact_no": 1}]}, "INVALID",
             "/contacts/1/contact_no"),
    customer("given twice", {"contacts": [{"name": "a"}, {"name": "A"}]}, "INVALID", "/contacts/1"),
    customer("wrong type", {"contacts": [{"contact_no": 1, "do_not_contact": None}]}, "INVALID", "/contacts/0/do_not_contact"),
    customer("blank name", {"contacts": [{"name": " "}]}, "INVALID", "/contacts/0/name"),
    raw("duplicate JSON keys", "archive.put", b'{"customers":[],"customers":[]}', "INVALID", "/customers"),
    raw("duplicate JSON keys", "archive.put", put(b"attributes", b'{"a_text":"x","a_text":"y"}'), "INVALID",
        "/customers/0/attributes/a_text"),
    raw("trailing JSON", "archive.put", b'{"customers":[]} x', "INVALID", "/request"),
    raw("trailing JSON", "archive.put", b'{"customers":[]}{}', "INVALID", "/request"),
    raw("undeclared UTF-16", "archive.get", '{"customer":"C1"}'.encode("utf-16"), "UTF8", "/request"),
    raw("JSON depth over 64", "archive.put", b'{"customers":' + b"[" * 64 + b"]" * 64 + b"}", "LIMIT",
        "/customers" + "/0" * 63, "64"),
    raw("JSON depth over 64", "archive.put", b"[" * 1_000_000, "LIMIT", "/0" * 64, "64"),
    customer("10 MB name", {"name": "x" * 10_000_000}, "LIMIT", "/name"),
    customer("10 MB name", {"code": "x" * 10_000_000}, "LIMIT", "/code"),
    Refused("1 GB JSON", lambda world: world.call_of_size(1 << 30), "LIMIT", "/request", "67108864"),
    call("NFC/NFD twin", "archive.put", {"customers": [{"code": "cafe\u0301", "name": "x"}]}, "CONFLICT", "/customers/0/code"),
    call("stale row version", "archive.put", {"customers": [{"code": "C1", "version": 1}]}, "CONFLICT", "/customers/0/version"),
    customer("stale row version", {"version": 3}, "CONFLICT", "/version"),
    call("one name for two things", "archive.define_attribute", {"code": "region", "name": "x", "type": "text"}, "CONFLICT",
         "/code"),
    call("one name for two things", "archive.define_attribute", {"code": "name", "name": "x", "type": "text"}, "CONFLICT",
         "/code"),
    call("one name for two things", "archive.define_attribute", {"code": "a_text", "name": "x", "type": "money"}, "CONFLICT",
         "/type"),
    call("end before start", "archive.define_attribute", {"code": "x", "name": "x", "type": "integer", "minimum": 2, "maximum": 1},
         "INVALID", "/minimum", "/maximum"),
    call("wrong type", "archive.define_attribute", {"code": "x", "name": "x", "type": "text", "minimum": 2}, "INVALID",
         "/minimum"),
    call("bidi override in codes", "archive.define_attribute", {"code": "x\u202e", "name": "x", "type": "text"}, "INVALID",
         "/code"),
    call("unknown field", "archive.get", {"customer": "nobody"}, "NOT_FOUND", "/customer"),
    call("2024-02-30", "archive.get", {"customer": "C1", "as_of": "2024-02-30"}, "INVALID", "/as_of"),
    *(named(name) for name in ("Robert'); DROP TABLE customer;--", '" OR 1=1 --', "100% _ [a-z]*?", "a AND b OR NEAR(c) *",
                               "𠮷野家 🏭👨‍👩‍👧", "=1+1", "０１２", "e\u0301", "x" * 512)),
    Accepted("00123 as text", lambda world: world.conn.call("archive.put", customers=[{"code": "00123", "name": "x"}]),
             lambda world: (world.conn.call("archive.get", customer="00123")["code"],
                            list(world.conn.query("SELECT code FROM customer WHERE code = '123'"))), ("00123", [])),
    Accepted("% and _ literally", lambda world: world.conn.call("archive.put", customers=[{"code": "%", "name": "_"}]),
             lambda world: [world.conn.call("classification.resolve_node", axis="region", text=text)["node"] for text in "%_*"],
             [None] * 3),
    Accepted("FTS operators as text",
             lambda world: world.conn.call("archive.put", customers=[{"code": "f", "name": "NOT x* NEAR(a b)"}]),
             lambda world: list(world.conn.query("SELECT code FROM customer WHERE name = ?1", ["NOT x* NEAR(a b)"])),
             [{"code": "f"}]),
    Accepted("𠮷 and emoji", lambda world: world.conn.call("archive.put", customers=[{"code": "𠮷🏭", "name": "x"}]),
             lambda world: world.conn.call("archive.get", customer="𠮷🏭")["code"], "𠮷🏭"),
    Accepted("-0 is 0", lambda world: world.raw_call(b"archive.put", limit(b"-0")),
             lambda world: world.conn.call("archive.get", customer="N1")["attributes"]["credit_limit"]["value"], 0),
    Accepted("CRLF inside quotes",
             lambda world: world.conn.call("archive.put", customers=[{"code": "t", "name": "x", "attributes": {"a_text": " a\r\nb\t"}}]),
             lambda world: world.conn.call("archive.get", customer="t")["attributes"]["a_text"]["value"], " a\r\nb\t"),
]
