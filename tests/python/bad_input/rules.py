"""Schemes, reviews and overrides; policies, managers and units."""

import copy
import json

from archive_world import POLICY, SCHEME, SCORE

from .rows import Accepted, Refused, call, raw


def changed(document, changes):
    """The document with the values at these JSON Pointers replaced."""
    document = copy.deepcopy(document)
    for pointer, value in changes.items():
        at = document
        *parents, last = [int(key) if key.isdigit() else key for key in pointer.split("/")[1:]]
        for key in parents:
            at = at[key]
        at[last] = value
    return document


def scheme(item, changes, code, path, says="", document=SCORE):
    return call(item, "grading.put_scheme", {"document": changed({**document, "code": "new"}, changes)}, code, "/document" + path, says)


def policy(item, changes, code, path, says=""):
    return call(item, "assignment.put_policy", {"document": changed({**POLICY, "code": "new"}, changes)}, code, "/document" + path, says)


def override(item, fields, code, path, says=""):
    given = {"customer": "C2", "scheme": "value", "kind": "pin", "grade": "A", "reason": "x", **fields}
    return call(item, "grading.put_override", given, code, path, says)


def manager(item, fields, code, path):
    return call(item, "assignment.put_managers", {"managers": [{"code": "M9", "name": "x", **fields}]}, code, "/managers/0" + path)


def units(item, given, code, path, says=""):
    return call(item, "assignment.put_units", {"units": given}, code, path, says)


def unit(code, parent=None):
    return {"code": code, "name": "x", **({"parent": parent} if parent else {})}


def preview_short_month(world):
    """A window that ends on 31 March and one month: it begins on the last day of February."""
    document = changed({**SCHEME, "code": "short"}, {"/factors/0/metric/window/months": 1})
    world.conn.call("grading.put_scheme", document=document)
    world.conn.call("ledger.post", source="short", is_future=True, entries=[
        {"customer": "C1", "date": day, "document": day, "amount": 7} for day in ("2025-02-27", "2025-02-28", "2025-03-30")])
    world.conn.call("grading.commit", scheme="short", as_of="2025-03-31", kind="ad_hoc", is_future=True)


SCHEMES = [
    scheme("contradictory thresholds", {"/cut/thresholds/0/keep": 90}, "INVALID", "/cut/thresholds/0/keep", "`enter`, 80"),
    scheme("contradictory thresholds", {"/cut/thresholds/1/enter": 95}, "INVALID", "/cut/thresholds/1/enter",
           "/cut/thresholds/0/enter"),
    scheme("contradictory thresholds", {"/cut/cuts": [90, 70]}, "INVALID", "/cut/cuts/1", "90", SCHEME),
    scheme("gap in bands", {"/factors/0/scale/bands/1": {"from": 20000, "score": 1}}, "INVALID", "/factors/0/scale/bands/1/from",
           "band 0"),
    scheme("overlap in bands", {"/factors/0/scale/bands/1": {"from": 5000, "score": 1}}, "INVALID",
           "/factors/0/scale/bands/1/from", "band 0"),
    scheme("division by zero", {"/factors/0/weight": 0}, "INVALID", "/factors/0/weight"),
    scheme("division by zero", {"/factors/0/metric/window/months": 0}, "RANGE", "/factors/0/metric/window/months"),
    scheme("infinity", {"/factors/0/weight": 1e300}, "RANGE", "/factors/0/weight"),
    raw("NaN", "grading.put_scheme", json.dumps({"document": SCORE}).replace("60", "NaN").encode(), "INVALID",
        "/document/factors/0/weight"),
    scheme("unknown field", {"/factors/0/wieght": 1}, "INVALID", "/factors/0/wieght", "weight"),
    scheme("unknown field", {"/factors/0/metric/kind": "luck"}, "UNSUPPORTED", "/factors/0/metric/kind", "revenue"),
    scheme("unknown field", {"/cut/on": "luck"}, "INVALID", "/cut/on", document=SCHEME),
    scheme("given twice", {"/factors/1/code": "revenue"}, "INVALID", "/factors/1/code", "/factors/0"),
    scheme("given twice", {"/grades/order": ["A", "A", "B"]}, "INVALID", "/grades/order/1"),
    scheme("one name for two things", {"/grades/blocked": "A"}, "INVALID", "/grades/blocked"),
    scheme("missing field", {"/factors": []}, "INVALID", "/factors"),
    scheme("2024-02-30", {"/reviews": {"first": "2024-02-30", "every_months": 1}}, "INVALID", "/reviews/first"),
    scheme("bidi override in codes", {"/code": "a\u202eb"}, "INVALID", "/code"),
    scheme("embedded NUL", {"/code": "a\0b"}, "INVALID", "/code"),
    call("idempotency key with another body", "grading.put_scheme", {"document": {**SCHEME, "version": 1, "name": "other"}},
         "CONFLICT", "/document/version"),
    call("stale row version", "grading.put_scheme", {"document": {**SCHEME, "version": 7, "name": "other"}}, "CONFLICT",
         "/document/version"),
    call("stale row version", "grading.commit", {"scheme": "value", "as_of": "2024-07-01", "plan": "old"}, "MOVED", "/plan"),
    call("end before start", "grading.commit", {"scheme": "value", "as_of": "2024-01-01"}, "CONFLICT", "/as_of"),
    call("2024-02-30", "grading.commit", {"scheme": "value", "as_of": "2024-02-30"}, "INVALID", "/as_of"),
    call("unknown field", "grading.commit", {"scheme": "luck", "as_of": "2024-07-01"}, "NOT_FOUND", "/scheme"),
    call("unknown field", "grading.replay", {"review": 99}, "NOT_FOUND", "/review"),
    call("unknown field", "grading.migration", {"scheme": "value", "from_review": 1, "to_review": 99}, "NOT_FOUND",
         "/to_review"),
    override("unknown field", {"grade": "Z"}, "INVALID", "/grade"),
    override("end before start", {"from": "2024-09-01", "to": "2024-08-01"}, "INVALID", "/to"),
    override("blank name", {"reason": " "}, "INVALID", "/reason"),
    override("contradictory thresholds", {"customer": "C1", "kind": "ceiling", "grade": "C"}, "CONFLICT", "/grade", "floor B"),
    Accepted("month end clamps", preview_short_month,
             lambda world: world.conn.call("grading.explain", scheme="short", customer="C1")["factors"][0]["value"], 14),
]

POLICIES = [
    policy("unknown policy field", {"/colour": 1}, "INVALID", "/colour", "stages"),
    policy("unknown policy field", {"/stages/0/params/colour": 1}, "INVALID", "/stages/0/params/colour"),
    policy("unknown field", {"/stages/0/rule": "luck"}, "UNSUPPORTED", "/stages/0/rule", "quality"),
    policy("unknown field", {"/stages/0/params/table/0/grade": "Z"}, "INVALID", "/stages/0/params/table/0/grade"),
    policy("unknown field", {"/scheme": "luck"}, "NOT_FOUND", "/scheme"),
    policy("contradictory thresholds", {"/stages/0/params/table/0": {"grade": "A", "min_level": "senior", "max_level": "ordinary"}},
           "INVALID", "/stages/0/params/table/0/max_level", "/stages/0/params/table/0/min_level"),
    policy("given twice", {"/stages/0/params/table/1/grade": "A"}, "CONFLICT", "/stages/0/params/table/1/grade"),
    policy("given twice", {"/levels": ["a", "a"]}, "CONFLICT", "/levels/1", "/levels/0"),
    policy("division by zero", {"/weights/A": 0}, "RANGE", "/weights/A"),
    policy("missing field", {"/weights": {"A": 1}}, "INVALID", "/weights", "'B'"),
    policy("missing field", {"/stages": []}, "INVALID", "/stages"),
    call("idempotency key with another body", "assignment.put_policy", {"document": {**POLICY, "version": 1, "grace_days": 5}},
         "CONFLICT", "/document/version"),
    call("stale row version", "assignment.commit", {"policy": "service", "as_of": "2024-07-01", "plan": "old"}, "MOVED", "/plan"),
    units("self-parent", [unit("a", "a")], "CYCLE", "/units/0/parent", "a → a"),
    units("A→B→A", [unit("r"), unit("a", "b"), unit("b", "a")], "CYCLE", "/units/1/parent", "a → b → a"),
    units("tree depth over 64", [unit(f"u{i}", f"u{i - 1}" if i else None) for i in range(65)], "LIMIT", "/units/64/parent", "64"),
    units("NFC/NFD twin", [unit("é"), unit("e\u0301")], "CONFLICT", "/units/1/code"),
    units("blank name", [unit("")], "INVALID", "/units/0/code"),
    units("unknown field", [unit("a", "nowhere")], "NOT_FOUND", "/units/0/parent"),
    call("NFC/NFD twin", "assignment.put_managers", {"managers": [{"code": "é", "name": "a"}, {"code": "e\u0301", "name": "b"}]},
         "CONFLICT", "/managers/1/code"),
    manager("bidi override in codes", {"code": "\u202eM"}, "INVALID", "/code"),
    manager("wrong type", {"span": -1}, "RANGE", "/span"),
    manager("unknown field", {"unit": "nowhere"}, "NOT_FOUND", "/unit"),
    manager("unknown field", {"segments": [{"axis": "region", "node": "nowhere"}]}, "NOT_FOUND", "/segments/0/node"),
    manager("given twice", {"skills": [{"specialty": "x", "proficiency": p} for p in (1, 2)]}, "CONFLICT", "/skills/1/specialty"),
    manager("2024-02-30", {"level_since": "2024-02-30"}, "INVALID", "/level_since"),
    call("end before start", "assignment.set_status", {"manager": "M1", "status": "on_leave", "from": "2024-09-01",
                                                       "to": "2024-09-01"}, "INVALID", "/to"),
    call("end before start", "assignment.handover", {"manager": "M1", "as_of": "2024-08-01", "to": "2024-07-15"}, "INVALID",
         "/to"),
    call("unknown field", "assignment.assign", {"customer": "C1", "manager": "nobody"}, "NOT_FOUND", "/manager"),
    call("unknown field", "assignment.preview", {"policy": "service", "customers": ["C1", "nobody"]}, "NOT_FOUND", "/customers/1"),
    call("embedded NUL", "assignment.put_exclusions", {"exclusions": [{"customer": "C1", "manager": "M1", "reason": "a\0"}]},
         "INVALID", "/exclusions/0/reason"),
]

ROWS = SCHEMES + POLICIES
