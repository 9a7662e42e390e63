#!/usr/bin/env python3
"""The published JSON Schema of assignment policies against the library in CRMCORE_LIBRARY.

docs/policy.schema.json is what assignment.get_policy_schema answers. It accepts every policy of the documents, the
examples and the tests, and of what the library refuses it refuses what a schema can say (tests/assignment/policy_cases.json,
"schema").
"""

import json
import pathlib
import re
import sys
import tempfile

from archive_world import POLICY, SCHEME
from scheme_schema import ROOT, crmcore, jsonschema, put


def is_policy(document):
    return isinstance(document, dict) and "stages" in document


def published_policies():
    """(where, document) of every policy that a reader may copy."""
    yield "archive_world.py", POLICY
    for page in sorted(ROOT.glob("docs/*.md")) + sorted(ROOT.glob("*.md")):
        for block in re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            if is_policy(document := json.loads(block)):
                yield page.name, document
    for path in sorted(ROOT.glob("examples/**/*.json")):
        if is_policy(document := json.loads(path.read_text(encoding="utf-8"))):
            yield path.name, document


def refusals(connection, document):
    """(code, path) of all that the library finds wrong with the document."""
    try:
        connection.call("assignment.put_policy", document=document)
    except crmcore.Error as error:
        violations = [(one["code"], one["path"], one["message"]) for one in error.violations]
        return violations or [(error.code, error.path, str(error))]
    return []


def is_expected(case, found):
    wanted = (case["code"], "/document" + case["path"])
    return any((code, path) == wanted and case.get("names", "") in message for code, path, message in found)


def main():
    cases = json.loads((ROOT / "tests/assignment/policy_cases.json").read_text(encoding="utf-8"))
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        with crmcore.open(pathlib.Path(folder) / "schema.crm", create=True) as db, db.connect() as connection:
            connection.call("classification.define_ready_made")
            connection.call("grading.put_scheme", document=SCHEME)
            schema = connection.call("assignment.get_policy_schema", {})["schema"]
            if crmcore.describe()["documents"]["policy"] != schema:
                failures.append("crmcore_describe() tells another schema of policies")
            published = json.loads((ROOT / "docs/policy.schema.json").read_text(encoding="utf-8"))
            if published != schema:
                failures.append("docs/policy.schema.json is another one: run `cmake --build --preset dev --target abi_update`")
            jsonschema.Draft202012Validator.check_schema(schema)
            checker = jsonschema.Draft202012Validator(schema)
            whole = {**cases["document"], "version": 1}
            accepted = [("policy_cases.json", whole), *published_policies()]
            for where, document in accepted:
                failures += [f"{where}: {error.message[:200]}" for error in checker.iter_errors(document)]
                failures += [f"{where}: the library refuses it: {error}" for error in refusals(connection, document)]
            for case in cases["refused"]:
                document = put(cases["document"], case["at"], case["put"])
                found = refusals(connection, document)
                if not is_expected(case, found):
                    failures.append(f"{case['what']}: the library says {found}")
                if checker.is_valid(document) == case["schema"]:
                    failures.append(f"{case['what']}: the schema {'accepts' if case['schema'] else 'refuses'} it")
    if failures:
        sys.exit("\n".join(failures))
    said = sum(case["schema"] for case in cases["refused"])
    print(f"{len(accepted)} policies accepted; {len(cases['refused'])} refused by the library, {said} by the schema already")


if __name__ == "__main__":
    main()
