#!/usr/bin/env python3
"""The request schemas of all methods against the readers of the library in CRMCORE_LIBRARY, in both directions.

Every bound that a schema states is broken, one at a time, and the library must refuse with the code of such a bound at
that very place, and must not at the bound itself. And whatever random changes make of the golden requests, the reader
refuses it just when the schema does. A member that no method has keeps a request from being carried out: its reader
still tells all that it finds. What the reader leaves to the use case is called for real, and rolled back.
"""

import copy
import json
import pathlib
import random
import sys

from archive_world import POLICY, REQUEST_BYTES_MAX, SCHEME, World, crmcore
from method_checker import complaints, request_checker, untyped

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "c"))
from golden import replay  # noqa: E402

SEED = 20240115
CHANGES_PER_REQUEST = 60
REFUSALS = ("INVALID", "RANGE", "LIMIT", "UNSUPPORTED", "CONFLICT")
PROBE = "a_member_of_no_method"
DOCUMENTS = {"#/documents/scheme": SCHEME, "#/documents/policy": POLICY, "#/documents/json": {}}
SAMPLES = {"sql": "SELECT :k", "scheme": "value"}
# Which members go together is beyond the schemas.
BETWEEN_MEMBERS = ("there is no list of", "exactly one of axis, grade", "only an axis has", "only a scheme has", "/attribute is summed already",
                   "exactly one of attribute, axis and kind", "the node of the axis is needed", "either from and to",
                   "only an attribute has", *(f"kind {kind} " for kind in ("add", "move", "rename", "merge", "split", "retire")))
DATES_REFUSED = ("", "2024-02-30", "2024-1-1", "0000-12-31", "10000-01-01", "20240115", "2024-01-15T00:00")
DATES_TAKEN = ("0001-01-01", "9999-12-31", "2024-02-29")
DAYS_REFUSED = ("2024-01-15T12:00+25:00", "2024-01-15T12:00+14:01", "2024-01-15T24:00Z", "2024-02-30T12:00Z", "2024-01-15Z")
DAYS_TAKEN = ("2024-01-15T00:00", "2024-01-14T23:30:00+08:00", "2024-01-15 11:00:00Z", "2024-01-15 9:05 AM")
VALUES = (True, 7, 1.5, "x", [], {})
TYPES = {bool: {"boolean"}, int: {"integer", "number"}, float: {"number"}, str: {"string"}, list: {"array"},
         dict: {"object"}}


class Library:
    """The library as a judge of requests."""

    def __init__(self, conn):
        self.conn = conn

    def call(self, method, request):
        """(code, path) of all that it refuses in single members."""
        try:
            crmcore._buffer(crmcore._call, self.conn._handle, *crmcore._utf8(method), *crmcore._json(request))
        except crmcore.Error as error:
            violations = error.violations or [vars(error)]
            return [(one["code"], one["path"]) for one in violations if not one["message"].startswith(BETWEEN_MEMBERS)]
        return []

    def read(self, method, request):
        """The same of the reader alone."""
        if not isinstance(request, dict):
            return self.call(method, request)
        found = self.call(method, {**request, PROBE: 1})
        if not found:
            raise AssertionError(f"{method} takes {PROBE}")  # and would have been carried out
        return [one for one in found if one != ("INVALID", f"/{PROBE}")]

    def run(self, method, request):
        """The same of the whole method, whose effects are undone."""
        found = []
        try:
            with self.conn.transaction():
                found = self.call(method, request)
                raise InterruptedError
        except InterruptedError:
            return found


def types_of(schema):
    if "$ref" in schema:
        return {"object"} if schema["$ref"] != "#/documents/json" else set().union(*TYPES.values())
    return set().union(*map(types_of, schema["anyOf"])) if "anyOf" in schema else {schema["type"]}


def sample(schema, is_whole):
    """A value that the schema takes: with the required members only, or with all and with an element in each list."""
    if "$ref" in schema:
        return copy.deepcopy(DOCUMENTS[schema["$ref"]])
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], is_whole)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "object":
        members = {name: SAMPLES.get(name) or sample(member, is_whole)
                   for name, member in schema.get("properties", {}).items() if is_whole or name in schema["required"]}
        values = schema["additionalProperties"]
        return members | ({"k": sample(values, is_whole)} if is_whole and values else {})
    if kind == "array":
        return [sample(schema["items"], is_whole)] if is_whole else []
    if kind == "string":
        return "2024-01-15" if schema.get("format") in ("date", "day") else "x"
    return {"boolean": True, "null": None}.get(kind, max(1, schema.get("minimum", 1)))


def bounds(schema):
    """Yields the values on either side of each bound that the schema states of the value itself: what it is, the value,
    the code of the refusal or None."""
    if "enum" in schema:
        yield from (("enum", word, None) for word in schema["enum"])
        # Another build may know more kinds of axes.
        code = "UNSUPPORTED" if "tree" in schema["enum"] else "INVALID"
        wrong = ("", "no such word", schema["enum"][0].upper())
        yield from (("enum", word, code) for word in wrong if word not in schema["enum"])
    if schema.get("format") == "date":
        yield from (("format", text, "INVALID") for text in DATES_REFUSED)
        yield from (("format", text, None) for text in DATES_TAKEN)
    if schema.get("format") == "day":
        yield from (("format", text, "INVALID") for text in ("", "2024-02-30", "2024-1-1", *DAYS_REFUSED))
        yield from (("format", text, None) for text in (*DATES_TAKEN, *DAYS_TAKEN))
    if (most := schema.get("maxLength", REQUEST_BYTES_MAX)) < REQUEST_BYTES_MAX:  # a longer request is not read
        yield "maxLength", "x" * most, None
        yield "maxLength", "x" * (most + 1), "LIMIT"
        yield "maxBytes", "é" * (most // 2 + 1), "LIMIT"
    for key, beyond in (("minimum", -1), ("maximum", 1)):
        if key in schema:
            yield key, schema[key], None
            yield key, schema[key] + beyond, "RANGE"
    if (most := schema.get("maxItems")) is not None:
        element = sample(schema["items"], False) if most <= 1000 else 0  # the list's own refusal comes first
        yield "maxItems", [element] * most, None
        yield "maxItems", [element] * (most + 1), "LIMIT"
    if (most := schema.get("maxProperties")) is not None:
        value = sample(schema["additionalProperties"], False)
        yield "maxProperties", {f"k{i}": value for i in range(most)}, None
        yield "maxProperties", {f"k{i}": value for i in range(most + 1)}, "LIMIT"


def get(value, pointer):
    for step in pointer.split("/")[1:]:
        value = value[int(step) if isinstance(value, list) else step]
    return value


def put(base, pointer, value):
    """A copy with the value at the pointer."""
    if not pointer:
        return value
    above, _, last = pointer.rpartition("/")
    made = copy.deepcopy(base)
    parent = get(made, above)
    parent[int(last) if isinstance(parent, list) else last] = value
    return made


def variations(base, pointer, schema, is_form=False):
    """Yields requests that break one bound, or just keep it: what bound, the request, where the refusal is, its code or
    None. `base` has a value at the pointer that the schema takes."""
    if not is_form:
        taken = types_of(schema)
        for value in VALUES:
            if not TYPES[type(value)] & taken:
                yield "type", put(base, pointer, value), pointer or "/request", "INVALID"
    if "anyOf" in schema:
        for form in schema["anyOf"]:
            made = put(base, pointer, sample(form, True))
            if pointer == "/definition" and "rules" in form.get("properties", ()):
                made["kind"] = "rule"  # the form of this kind of axis alone
            yield from variations(made, pointer, form, True)
        return
    for what, value, code in bounds(schema):
        yield what, put(base, pointer, value), pointer, code
    here = get(base, pointer)
    if schema.get("type") == "object":
        yield from members(base, pointer, schema, here)
    elif schema.get("type") == "array" and here:
        yield from variations(base, f"{pointer}/0", schema["items"])


def members(base, pointer, schema, here):
    for name in schema.get("required", []):
        without = {other: value for other, value in here.items() if other != name}
        yield "required", put(base, pointer, without), f"{pointer}/{name}", "INVALID"
    for name, member in schema.get("properties", {}).items():
        is_refused = "null" not in types_of(member) if "absent" in schema else name in schema["required"]
        code = "INVALID" if is_refused else None
        yield "null", put(base, pointer, {**here, name: None}), f"{pointer}/{name}", code
        if name in here:
            yield from variations(base, f"{pointer}/{name}", member)
    values = schema["additionalProperties"]
    if values:
        yield from (found for name in here if name == "k" for found in variations(base, f"{pointer}/k", values))
    else:
        yield "additionalProperties", put(base, pointer, {**here, "unknown": 1}), f"{pointer}/unknown", "INVALID"


def judge(library, method, variation):
    """Why the library does not do as the bound says; None when it does."""
    what, request, pointer, code = variation
    found = library.read(method, request)
    if code is None:
        wrong = [one for one in found if one[1] == pointer and one[0] in REFUSALS]
        return f"{method}{pointer}: {what} is kept and refused: {wrong}" if wrong else None
    if (code, pointer) in found or (code, pointer) in (found := found or library.run(method, request)):
        return None
    return f"{method}{pointer}: {what} is broken by {json.dumps(request)[:200]}; wanted {code}, got {found}"


def places(value, pointer=""):
    """Yields the pointer of every part of a value."""
    yield pointer
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, f"{pointer}/{name}")


def changed(request, names, chance):
    """The request with a random change at a random place; members are added by one of the names."""
    pointer = chance.choice(list(places(request)))
    part = get(request, pointer)
    pool = [None, *VALUES, -1, 0, 2**31, 2**53, -2**53, 1e300, "", "x" * 129, "é" * 65, *DATES_REFUSED, *DATES_TAKEN, *DAYS_REFUSED, *DAYS_TAKEN,
            [7], {"k": 7}]
    ways = [lambda: chance.choice(pool)]
    if isinstance(part, dict):
        ways += [lambda: {**part, chance.choice(["unknown", *names]): chance.choice(pool)}] * 2
        if part:
            gone = chance.choice(list(part))
            ways += [lambda: {name: value for name, value in part.items() if name != gone}] * 2
            ways += [lambda: {**part, gone: None}]
    elif isinstance(part, list) and part:
        ways += [lambda: part + part[:1], lambda: part[1:], lambda: part + [chance.choice(pool)]]
    elif isinstance(part, str):
        ways += [lambda: part.upper(), lambda: part * 100, lambda: part[1:]]
    elif type(part) in (int, float):
        ways += [lambda: -part, lambda: part * 10**9, lambda: str(part), lambda: part + 0.5]
    return put(request, pointer, chance.choice(ways)())


def names_in(schema):
    """The names of all members that a schema knows."""
    if isinstance(schema, list):
        return set().union(*map(names_in, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})).union(*map(names_in, schema.values()))


def disagreement(said, found, library, method, request):
    """Why the schema and the library do not say the same; None when they do."""
    if bool(said) == bool(found) or said and any(code in REFUSALS for code, _ in library.run(method, request)):
        return None
    text = json.dumps(request, ensure_ascii=False)[:300]
    return f"{method} {text}: " + (f"the library takes what the schema does not: {said}" if said else
                                   f"the schema takes what the reader does not: {found}")


def bounds_are_kept(library, description, failures):
    """How many requests were tried on either side of a bound."""
    tried = 0
    for method in description["methods"]:
        name, schema = method["name"], method["request"]
        for is_whole in (False, True):
            base = sample(schema, is_whole)
            failures += [f"{name}: a made request: {said}"
                         for said in complaints(request_checker(description, schema), base)]
            for variation in variations(base, "", schema):
                if is_whole or variation[0] != "maxItems":  # the long lists once
                    tried += 1
                    failures += filter(None, [judge(library, name, variation)])
    return tried


def random_ones_agree(description, failures):
    """How many changed requests were tried, and how many of them refused."""
    chance, counts = random.Random(SEED), [0, 0]
    methods = {method["name"]: method["request"] for method in description["methods"]}

    def before(conn, step):
        name = step["method"].partition("@")[0]
        if name not in methods:
            return
        checker, library = request_checker(description, methods[name]), Library(conn)
        names = sorted(names_in(methods[name]))
        for _ in range(CHANGES_PER_REQUEST):
            request = changed(step["request"], names, chance)
            said, found = list(complaints(checker, request)), library.read(name, request)
            counts[0] += 1
            counts[1] += bool(said)
            failures.extend(filter(None, [disagreement(said, found, library, name, request)]))

    for path in sorted((TESTS / "c/golden").glob("*.json")):
        for _ in replay(json.loads(path.read_text(encoding="utf-8")), before):
            pass
    return counts


def main():
    description = crmcore.describe()
    failures = [f"{method['name']}: the {part} is untyped at {path or '/'}" for method in description["methods"]
                for part in ("request", "response") for path in untyped(method[part])]
    world = World()
    tried = bounds_are_kept(Library(world.conn), description, failures)
    world.close()
    random_ones, refused = random_ones_agree(description, failures)
    if failures:
        sys.exit("\n".join([*failures[:60], f"{len(failures)} failures"]))
    print(f"{len(description['methods'])} methods: {tried} requests on either side of a bound; "
          f"{random_ones} random ones, {refused} of them refused")


if __name__ == "__main__":
    main()
