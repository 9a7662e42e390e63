#!/usr/bin/env python3
"""The published JSON Schema of schemes against the library in CRMCORE_LIBRARY.

docs/scheme.schema.json is what grading.get_scheme_schema answers. It accepts every scheme of the documents, the examples and
the tests, and of what the library refuses it refuses what a schema can say (tests/grading/scheme_cases.json, "schema").
"""

import copy
import json
import os
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python"))
import crmcore  # noqa: E402

try:
    import jsonschema
except ImportError:
    # The module comes with the system's Python, which need not be the first one on the PATH.
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("SKIPPED: python3-jsonschema is not installed")
    sys.exit(0)


def put(document, pointer, value):
    """A copy with a value at a JSON Pointer; None removes what is there."""
    changed = copy.deepcopy(document)
    *way, last = pointer.split("/")[1:]
    parent = changed
    for step in way:
        parent = parent[int(step) if isinstance(parent, list) else step]
    if isinstance(parent, list):
        parent[int(last):int(last) + 1] = [] if value is None else [value]
    elif value is None:
        parent.pop(last, None)
    else:
        parent[last] = value
    return changed


def published_schemes():
    """(where, document) of every scheme that a reader may copy."""
    for page in sorted(ROOT.glob("docs/*.md")) + sorted(ROOT.glob("*.md")):
        for block in re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            document = json.loads(block)
            if "factors" in document and "cut" in document:
                yield page.name, document
    for path in sorted(ROOT.glob("examples/**/*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict) and "factors" in document and "cut" in document:
            yield path.name, document


def define_names(connection, scheme):
    """Defines what the scheme names: a name that is not there is refused, which no schema can say."""
    nodes = {wanted["axis"]: set(wanted["nodes"]) for wanted in scheme.get("population", {}).get("classes", [])}
    for factor in scheme["factors"]:
        metric = factor["metric"]
        if metric["kind"] == "attribute":
            connection.call("archive.define_attribute", code=metric["name"], name=metric["name"], type="integer")
        if metric["kind"] == "class":
            nodes.setdefault(metric["axis"], set()).update(factor["scale"]["scores"])
    for axis, codes in nodes.items():
        connection.call("classification.define_axis", code=axis, name=axis, kind="tree")
        connection.call("classification.put_nodes", axis=axis, nodes=[{"code": code, "name": code} for code in codes])


def refusal(connection, document, version):
    """Why the library does not take it as the next version; None when it does."""
    if isinstance(document, dict) and document.get("version") == version:
        document = {name: value for name, value in document.items() if name != "version"}
    try:
        connection.call("grading.put_scheme", document=document)
    except crmcore.Error as error:
        return error
    return None


def main():
    cases = json.loads((ROOT / "tests/grading/scheme_cases.json").read_text(encoding="utf-8"))
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        with crmcore.open(pathlib.Path(folder) / "schema.crm", create=True, time_zone="Asia/Shanghai") as db, db.connect() as connection:
            schema = connection.call("grading.get_scheme_schema", {})["schema"]
            published = json.loads((ROOT / "docs/scheme.schema.json").read_text(encoding="utf-8"))
            if published != schema:
                failures.append("docs/scheme.schema.json is another one: run `cmake --build --preset dev --target abi_update`")
            jsonschema.Draft202012Validator.check_schema(schema)
            checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
            accepted = [("scheme_cases.json", cases["document"]), *published_schemes()]
            for where, document in accepted:
                failures += [f"{where}: {error.message[:200]}" for error in checker.iter_errors(document)]
                define_names(connection, document)
                if error := refusal(connection, document, document.get("version")):
                    failures.append(f"{where}: the library refuses it: {error}")
            for case in cases["refused"]:
                document = put(cases["document"], case["at"], case["put"])
                if not refusal(connection, document, cases["document"]["version"]):
                    failures.append(f"{case['what']}: the library accepts it")
                if checker.is_valid(document) == case["schema"]:
                    failures.append(f"{case['what']}: the schema {'accepts' if case['schema'] else 'refuses'} it")
    if failures:
        sys.exit("\n".join(failures))
    said = sum(case["schema"] for case in cases["refused"])
    print(f"{len(accepted)} schemes accepted; {len(cases['refused'])} refused by the library, {said} by the schema already")


if __name__ == "__main__":
    main()
