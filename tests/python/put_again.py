#!/usr/bin/env python3
"""What a put means, for every method that puts (the library in CRMCORE_LIBRARY).

The methods and their members are those whose request says "absent": "keeps" in the description, so that none that is
added is forgotten. Random requests are put twice: the second changes nothing, says so and leaves the journal as it is.
And a request after another is the same as both in one: what is absent stayed. What null clears, and that it is refused
elsewhere, is tried by method_schemas.py. Documents are put again in every spelling that means the same.
"""

import json
import random
import sys

from archive_world import POLICY, SCHEME, VIEWS, World, crmcore

SEED = 20240701
TRIES = 150
TAKEN_MIN = 25
DATES = ("2024-01-31", "2024-05-01")
CUSTOMERS, MANAGERS, UNITS, NODES = ("C1", "C2", "N1"), ("M1", "M2", "M3"), ("U1", "U2", "U3"), ("BJ", "SH", "X1", "X2")
# The words of members that name something, by method or everywhere.
WORDS = {
    ("archive.put", "code"): CUSTOMERS, ("archive.put", "new_code"): ("R1", "R2"), ("archive.put", "name"): ("王芳", "Li"),
    ("archive.define_attribute", "code"): ("credit_limit", "a_date", "fresh"),
    ("classification.define_axis", "code"): ("region", "ownership", "asset_band", "segment"),
    ("archive.put", "field"): ("name", "kind"), ("grading.put_override", "reason"): ("strategic",),
    ("classification.put_nodes", "axis"): ("region",), ("classification.put_nodes", "code"): NODES,
    ("assignment.put_units", "code"): UNITS, ("assignment.put_managers", "code"): MANAGERS,
    "customer": CUSTOMERS[:2], "manager": MANAGERS[:2], "unit": UNITS[:1], "axis": ("region",), "node": ("BJ", "SH"),
    "scheme": ("value",), "grade": ("A", "B"), "phone": ("138", "139"), "email": ("a@x", "b@x"), "value": ("13800138000", "13900139000"),
    "specialty": ("export", "tax"), "certificate": ("notary", "auditor"), "aliases": ("京", "沪", "Jing"),
    "specialties": ("export", "tax"), "kind": ("tree", "list", "band"),
}
PARENTS = {"classification.put_nodes": ("CN", "BJ"), "assignment.put_units": UNITS}
ATTRIBUTES = {"a_integer": (1, 2), "a_money": (100, 200), "a_boolean": (True, False), "a_date": DATES,
              "a_text": ("x", "y"), "total_assets": (100, 10**12)}
CLASSES = {"region": ("BJ", "SH"), "ownership": ("private", "foreign")}
BANDS = {"bands": [{"code": "s", "to": 100}, {"from": 100, "code": "l", "name": "large"}], "attribute": "a_money"}
MAPS = {"attributes": ATTRIBUTES, "classes": CLASSES}
# Members that say what happens, not what is; and those whose default depends on what else is said.
VERBS = {"remove", "replace", "new_code", "version"}
DEPENDENT = {"level_since", "observed", "since", "definition"}
# Lists whose elements name what another part may not have made: contacts, notes, customers above.
NAMING = {"consents", "notes", "links"}
# What a new element of a list needs, though a later put may leave it out.
NEEDED_BY_NEW = {"decision", "confidence", "text"}
# By what the members of a list are known; of others by their value.
KNOWN_BY = {"customers": ("code",), "contacts": ("contact_no",), "identifiers": ("kind",), "nodes": ("code",), "units": ("code",),
            "managers": ("code",), "segments": ("axis", "node"), "skills": ("specialty",),
            "certificates": ("certificate",), "relationships": ("customer", "manager", "kind"),
            "exclusions": ("customer", "manager"), "aliases": ("name",), "addresses": ("use", "label"),
            "consents": ("channel", "purpose", "contact_no"), "notes": ("note_no",), "holdings": ("product", "at"),
            "preferences": ("topic",), "evidence": ("field",), "links": ("kind", "customer")}
# What a request says of an interval is not said of another one.
NOT_MERGED = {"assignment.set_status", "grading.put_override", "assignment.set_needs"}


class Maker:
    """Makes random requests of a method by its schema."""

    def __init__(self, method, seed, left_out=frozenset()):
        self.method, self.left_out, self.chance = method, left_out, random.Random(seed)

    def object(self, schema):
        made = {}
        for name, member in schema["properties"].items():
            is_needed = name in schema["required"] or name in NEEDED_BY_NEW or (self.left_out and name in KNOWN_BY.get("contacts"))
            if name in self.left_out or not is_needed and self.chance.random() < 0.5:
                continue
            made[name] = self.value(name, member)
        return made

    def value(self, name, schema):
        forms = schema.get("anyOf", [schema])
        if {"type": "null"} in forms and self.chance.random() < 0.2:
            return None
        schema = forms[0]
        if name == "definition":
            return self.chance.choice([{}, BANDS])
        if name in MAPS:
            keys = self.chance.sample(sorted(MAPS[name]), self.chance.randint(0, 2))
            return {key: self.entry(name, key) for key in keys}
        words = PARENTS.get(self.method) if name == "parent" else WORDS.get((self.method, name), WORDS.get(name))
        if "enum" in schema:
            return self.chance.choice([word for word in schema["enum"] if not words or word in words] or schema["enum"])
        kind = schema.get("type")
        if kind == "array":
            return self.list(name, schema["items"], words)
        if kind == "object":
            return self.object(schema)
        if kind == "boolean":
            return self.chance.random() < 0.5
        if kind == "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", 3)
            return self.chance.choice([n for n in (0, 1, 2, 3) if low <= n <= high])
        if schema.get("format") == "date":
            return self.chance.choice(DATES)
        return self.chance.choice(words or ("x", "y"))

    def entry(self, name, key):
        value = None if self.chance.random() < 0.2 else self.chance.choice(MAPS[name][key])
        if name != "attributes" or self.left_out or self.chance.random() < 0.7:
            return value
        return {"value": value, "observed": self.chance.choice(DATES)}

    def list(self, name, items, words):
        count = self.chance.randint(0, 2)
        if items.get("type") == "object":
            elements = [self.object(items) for _ in range(count)]
            known_by = KNOWN_BY[name]
            return list({tuple(one.get(key, id(one)) for key in known_by): one for one in elements}.values())
        return self.chance.sample(words, min(count, len(words)))


def merged(before, after, name=""):
    """Both in one: what is absent in `after` is as in `before`."""
    if name in KNOWN_BY and all(isinstance(one, dict) for one in before + after):
        found = {tuple(one.get(key) for key in KNOWN_BY[name]): one for one in before}
        for one in after:
            key = tuple(one.get(key) for key in KNOWN_BY[name])
            found[key] = merged(found[key], one) if key in found else one
        return list(found.values())
    if isinstance(before, list) and isinstance(after, list):
        return before + [one for one in after if one not in before]
    if isinstance(before, dict) and isinstance(after, dict):
        return {**before, **{key: merged(before[key], value, key) if key in before else value
                             for key, value in after.items()}}
    return after


def puts(description):
    """The methods that put, with their request's schema."""
    return {method["name"]: method["request"] for method in description["methods"]
            if method["request"].get("absent") == "keeps"}


def says_unchanged(answer):
    if "is_unchanged" in answer:
        return answer["is_unchanged"]
    return answer["unchanged"] >= 0 and not any(answer.get(key, 0) for key in ("created", "updated", "changed"))


def state(conn):
    """All that the views tell, without numbers that depend on the number of writes."""
    found = {}
    for view in VIEWS:
        if view == "change_log":
            continue
        answer = conn.call("database.query", sql=f"SELECT * FROM {view}")
        kept = [i for i, name in enumerate(answer["columns"])
                if name not in ("version", "rank", "changed_seq") and not name.endswith("_id")]
        found[view] = sorted(json.dumps([row[i] for i in kept]) for row in answer["rows"])
    return found


def undone(conn, steps):
    """The answers of calls that are undone afterwards, with the state after them; None when one is refused."""
    answers = []
    try:
        with conn.transaction():
            for method, request in steps:
                answers.append(conn.call(method, request))
            answers.append(state(conn))
            raise InterruptedError
    except InterruptedError:
        return answers
    except crmcore.Error as error:
        return f"{error.code} at {error.path}: {error}"


def put_twice(conn, method, schema, failures):
    """How many random requests were taken."""
    taken = 0
    for attempt in range(TRIES):
        request = Maker(method, f"{SEED} {method} {attempt}").object(schema)
        try:
            conn.call(method, request)
        except crmcore.Error:
            continue
        taken += 1
        changes = conn.call("database.query", sql="SELECT max(seq) FROM change_log")["rows"]
        try:
            again = conn.call(method, request)
            if not says_unchanged(again):
                failures.append(f"{method} {json.dumps(request, ensure_ascii=False)} again: {again}")
        except crmcore.Error as error:
            failures.append(f"{method} {json.dumps(request, ensure_ascii=False)} again: {error} at {error.path}")
        if conn.call("database.query", sql="SELECT max(seq) FROM change_log")["rows"] != changes:
            failures.append(f"{method} {json.dumps(request, ensure_ascii=False)} again: is told in the journal")
    return taken


def put_in_parts(conn, method, schema, failures):
    """How many pairs of random requests were taken."""
    taken = 0
    for attempt in range(TRIES):
        parts = [Maker(method, f"{SEED} {method} {attempt} {half}", VERBS | DEPENDENT | NAMING).object(schema) for half in "ab"]
        parts[1].update((key, parts[0][key]) for key in ("code",) if key in parts[0])  # of the same thing
        one_by_one = undone(conn, [(method, part) for part in parts])
        if isinstance(one_by_one, str):
            continue
        taken += 1
        at_once = undone(conn, [(method, merged(*parts))])
        told = f"{method}: {' and then '.join(json.dumps(part, ensure_ascii=False) for part in parts)}"
        if isinstance(at_once, str):
            failures.append(f"{told}: both in one are refused: {at_once}")
        elif at_once[-1] != one_by_one[-1]:
            views = [view for view in at_once[-1] if at_once[-1][view] != one_by_one[-1][view]]
            failures.append(f"{told}: {views[0]}: {one_by_one[-1][views[0]]}, not {at_once[-1][views[0]]}")
    return taken


def spellings(document):
    """Yields texts of a document that mean the same, as far as they are taken."""
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(one) for one in value] if isinstance(value, list) else value

    def real(value):
        if isinstance(value, dict):
            return {key: real(one) for key, one in value.items()}
        if isinstance(value, list):
            return [real(one) for one in value]
        return float(value) if type(value) is int else value

    yield json.dumps(turned(document))
    yield json.dumps(document, indent=4)
    yield json.dumps({**document, "version": None, "name": None})
    numbers = [(key, value) for key, value in document.items() if type(value) is not str]
    for key, value in numbers:
        yield json.dumps({**document, key: real(value)})


def documents_again(world, failures):
    tried = 0
    for method, document in (("grading.put_scheme", SCHEME), ("assignment.put_policy", POLICY)):
        version = world.conn.call(method, document=document)["version"]
        for text in spellings(document):
            tried += 1
            try:
                answer = world.raw_call(method.encode(), b'{"document":%s}' % text.encode())
            except crmcore.Error as error:
                if "must be an integer" in str(error):
                    continue  # an integer is written without a fraction
                raise
            if not answer["is_unchanged"] or answer["version"] != version:
                failures.append(f"{method} {text}: {answer}")
    return tried


def main():
    methods = puts(crmcore.describe())
    failures, counts = [], {}
    world = World()
    tried = documents_again(world, failures)
    world.conn.call("assignment.put_units", units=[{"code": "U1", "name": "总部"}])
    for method, schema in methods.items():
        if method not in NOT_MERGED:
            counts[f"{method} in parts"] = put_in_parts(world.conn, method, schema, failures)
        counts[method] = put_twice(world.conn, method, schema, failures)
    world.close()
    failures += [f"{what}: only {count} of {TRIES} requests were taken" for what, count in counts.items()
                 if count < TAKEN_MIN]
    if len(methods) < 11:
        failures.append(f"only these methods put: {', '.join(methods)}")
    if failures:
        sys.exit("\n".join([*failures[:40], f"{len(failures)} failures"]))
    print(f"{len(methods)} methods: {sum(counts.values())} requests put again or in parts; {tried} spellings of documents")


if __name__ == "__main__":
    main()
