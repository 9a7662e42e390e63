"""Entries, their keys and sums."""

import json

from .rows import Accepted, Refused, call, entry, raw

MOST = 2**53 - 1
ENTRY = {"customer": "C1", "date": "2024-03-01", "document": "Z", "amount": 1}


def post(item, entries, code, path, says="", **fields):
    return call(item, "ledger.post", {"source": "erp", "entries": entries, **fields}, code, path, says)


def amount(item, token, code, path="/entries/0/amount"):
    text = json.dumps({"source": "erp", "entries": [{**ENTRY, "amount": 424242}]}).encode().replace(b"424242", token)
    return raw(item, "ledger.post", text, code, path)


def post_twin(world):
    """A document in its other Unicode form, delivered again."""
    for document in ("\u00c4", "A\u0308"):
        world.last = world.conn.call("ledger.post", source="erp", entries=[{**ENTRY, "document": document}])


def typed_post(amount_, day=19783, line=1):
    return lambda world: world.post_columns("erp", b"Z", customer_id=1, day=day, amount=amount_, line=line)


ROWS = [
    *(amount(item, token, "INVALID") for item, token in [
        ("NaN", b"NaN"), ("infinity", b"Infinity"), ("1e3", b"1e3"), ("1e3", b"1.0"), ("excess decimals", b"12.345"),
        ("leading blank", b'" 12"'), ("full-width digits", '"１２"'.encode()), ("wrong type", b"true"), ("wrong type", b"[]"),
        ("missing field", b"null")]),
    amount("0x10", b"0x10", "INVALID", "/entries/0"),
    *(amount(item, token, "RANGE") for item, token in [
        ("infinity", b"1e999"), ("beyond 2^53 - 1", b"9007199254740992"), ("rounded JSON integer", b"9223372036854775808"),
        ("negated minimum", b"-9223372036854775808")]),
    Refused("negated minimum", typed_post(-2**63), "RANGE", "/amount/0"),
    Refused("beyond 2^53 - 1", typed_post(2**53), "RANGE", "/amount/0"),
    Refused("year 10000", typed_post(1, day=2932897), "RANGE", "/day/0"),
    entry("unknown currency", {"currency": "XYZ", "rate": "7"}, "INVALID", "/currency", "XYZ"),
    entry("unknown currency", {"currency": "usd", "rate": "7"}, "INVALID", "/currency"),
    entry("missing field", {"currency": "USD"}, "INVALID", "/rate"),
    entry("wrong type", {"rate": "7"}, "INVALID", "/rate"),
    *(entry(item, {"currency": "USD", "rate": rate}, "INVALID", "/rate") for item, rate in [
        ("1e3", "1e3"), ("NaN", "NaN"), ("0x10", "0x10"), ("leading blank", " 7"), ("full-width digits", "７"),
        ("excess decimals", "7.1234567890"), ("division by zero", "0"), ("infinity", "1234567890"), ("wrong type", "-7")]),
    entry("overflow of a sum", {"currency": "USD", "rate": "2", "amount": MOST}, "RANGE", "/amount"),
    entry("wrong type", {"kind": "reversal", "amount": -1}, "INVALID", "/amount"),
    entry("wrong type", {"amount": -1}, "INVALID", "/amount"),
    *(entry(item, {"date": day}, "INVALID", "/date") for item, day in [
        ("2024-02-30", "2024-02-30"), ("2023-02-29", "2023-02-29"), ("0000-00-00", "0000-00-00"), ("year 10000", "10000-01-01"),
        ("offset +25:00", "2024-01-01T00:00:00+25:00"), ("leading blank", " 2024-01-01"), ("full-width digits", "２０２４-01-01"),
        ("wrong type", "2024/01/01"), ("wrong type", 20240101)]),
    entry("end before start", {"kind": "reversal", "original_date": "2024-05-01"}, "INVALID", "/original_date"),
    entry("wrong type", {"original_date": "2024-01-01"}, "INVALID", "/original_date"),
    entry("unknown field", {"ammount": 1}, "INVALID", "/ammount", "amount"),
    entry("unknown field", {"customer": "nobody"}, "NOT_FOUND", "/customer"),
    entry("unknown field", {"kind": "income"}, "INVALID", "/kind", "revenue"),
    entry("blank name", {"document": ""}, "INVALID", "/document"),
    entry("bidi override in codes", {"document": "a\u202eb"}, "INVALID", "/document"),
    entry("embedded NUL", {"document": "a\0b"}, "INVALID", "/document"),
    post("overflow of a sum", [{**ENTRY, "document": f"O{i}", "amount": MOST // 2 + 1} for i in range(2)], "RANGE",
         "/entries/1/amount"),
    post("overflow of a sum", [{**ENTRY, "document": f"O{i}", "amount": -MOST // 2, "kind": "cost"} for i in range(2)],
         "RANGE", "/entries/1/amount"),
    post("idempotency key with another body", [{**ENTRY, "document": "D1"}], "CONFLICT", "/entries/0", "D1"),
    post("idempotency key with another body", [{**ENTRY, "amount": amount} for amount in (5, 6)], "CONFLICT", "/entries/1"),
    post("idempotency key with another body", [{**ENTRY}], "CONFLICT", "/batch", batch="b1"),
    post("NFC/NFD twin", [{**ENTRY, "document": text, "amount": amount} for text, amount in (("\u00c4", 5), ("A\u0308", 6))],
         "CONFLICT", "/entries/1"),
    post("wrong type", [{**ENTRY, "document": f"N{i}"} for i in range(2000)] + [{**ENTRY, "amount": -1}], "INVALID",
         "/entries/2000/amount"),
    post("blank name", [], "INVALID", "/batch", batch="\u200b"),
    call("blank name", "ledger.post", {"source": " ", "entries": []}, "INVALID", "/source"),
    raw("duplicate JSON keys", "ledger.post", b'{"source":"a","source":"b","entries":[]}', "INVALID", "/source"),
    call("end before start", "ledger.months", {"customer": "C1", "from": "2024-05-01", "to": "2024-01-01"}, "INVALID", "/to"),
    Accepted("NFC/NFD twin", post_twin, lambda world: world.last, {"posted": 0, "already": 1}),
    Accepted("-0 is 0", lambda world: world.raw_call(
                 b"ledger.post", json.dumps({"source": "z", "entries": [{**ENTRY, "amount": 424242}]}).encode().replace(b"424242", b"-0")),
             lambda world: list(world.conn.query("SELECT amount FROM ledger_entry WHERE source = 'z'")), [{"amount": 0}]),
    Accepted("00123 as text", lambda world: world.conn.call("ledger.post", source="y", entries=[{**ENTRY, "document": d}
                                                                                             for d in ("00123", "123")]),
             lambda world: [row["document"] for row in world.conn.query("SELECT document FROM ledger_entry WHERE source = 'y'")],
             ["00123", "123"]),
    Accepted("rounded JSON integer", lambda world: world.conn.call("ledger.post", source="w", entries=[{**ENTRY, "amount": MOST,
                                                                                                    "customer": "café"}]),
             lambda world: world.conn.call("ledger.months", customer="café")["months"][0]["revenue"], MOST),
]
