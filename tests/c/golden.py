#!/usr/bin/env python3
"""Replays the gateway's golden requests: golden.py [--update]. The library is the one in CRMCORE_LIBRARY.

Each golden/*.json is a story: calls in a new file, with the answers that clients have come to rely on. An answer may
grow by members; what is written down stays as it is. A method without a golden call fails. --update writes down the
answers of calls that have none yet and what grew; it refuses to change what is there. "without" names members of an
answer that differ from build to build.

Requests and answers, written down and actual, fit the method's schemas: an answer has no member that its schema does
not name. A request that is refused for what it says need not.
"""

import contextlib
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
from scheme_schema import crmcore  # noqa: E402
from method_checker import answer_checker, complaints, request_checker  # noqa: E402

NOW = 1_705_320_000_000_000  # 2024-01-15 12:00 UTC


def changes(golden, actual, path=""):
    """Yields where the golden answer is not part of the actual one."""
    if isinstance(golden, dict) and isinstance(actual, dict):
        for name, value in golden.items():
            if name not in actual:
                yield f"{path}/{name} is gone"
            else:
                yield from changes(value, actual[name], f"{path}/{name}")
    elif isinstance(golden, list) and isinstance(actual, list) and len(golden) == len(actual):
        for index, value in enumerate(golden):
            yield from changes(value, actual[index], f"{path}/{index}")
    elif golden != actual or isinstance(golden, bool) != isinstance(actual, bool):
        yield f"{path} was {json.dumps(golden, ensure_ascii=False)}, is {json.dumps(actual, ensure_ascii=False)}"


def answer(conn, step):
    """What the library says to one call."""
    conn.set_actor(step.get("actor", "test"))
    try:
        response = conn.call(step["method"], step["request"])
    except crmcore.Error as error:
        return {"error": {"code": error.code, "path": error.path}}
    return {"response": response}


def kept(step, actual):
    """What of an answer a story keeps."""
    if "response" not in actual:
        return actual
    left_out = step.get("without", ())
    return {"response": {name: value for name, value in actual["response"].items() if name not in left_out}}


def replay(story, before=lambda conn, step: None):
    """Runs a story's calls in a new file of the current folder, a new one too; yields each step with its answer.
    `before` is called with the connection and the step."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with crmcore.open(pathlib.Path(folder) / "golden.crm", create=True, time_zone="Asia/Shanghai") as db, db.connect() as conn:
            conn.set_now(NOW)
            for step in story:
                before(conn, step)
                yield step, answer(conn, step)


def misfits(checkers, step, actual):
    """Yields where a request, the answer written down and the actual one are not what the method's schemas say."""
    takes, answers = checkers
    error = actual.get("error", {})
    if error.get("code") not in ("INVALID", "RANGE", "LIMIT", "UNSUPPORTED") and error.get("path") != "/method":
        yield from (f"the schema refuses the request: {said}" for said in complaints(takes, step["request"]))
    if "response" not in actual:
        return
    yield from (f"the schema does not say the answer: {said}" for said in complaints(answers, actual["response"]))
    if "response" in step:
        whole = {**{name: actual["response"][name] for name in step.get("without", ())}, **step["response"]}
        yield from (f"the schema does not say the golden answer: {said}" for said in complaints(answers, whole))


def written(story):
    """A step's members on a line each, so that a change shows where it is."""
    steps = (",\n ".join(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in step.items())
             for step in story)
    return "[" + ",\n".join("{" + step + "}" for step in steps) + "]\n"


def main():
    is_update = "--update" in sys.argv[1:]
    failures, called, fitted = [], set(), 0
    description = crmcore.describe()
    checkers = {method["name"]: (request_checker(description, method["request"]),
                                 answer_checker(description, method["response"])) for method in description["methods"]}
    for path in sorted((HERE / "golden").glob("*.json")):
        story = json.loads(path.read_text(encoding="utf-8"))
        for number, (step, actual) in enumerate(replay(story), 1):
            name = step["method"].partition("@")[0]
            called.add(name)
            golden = {name: step[name] for name in ("response", "error") if name in step}
            if not golden and not is_update:
                failures.append(f"{path.name}, call {number}, {step['method']}: no answer is written down; use --update")
            if name in checkers:
                fitted += 1
                failures += [f"{path.name}, call {number}, {step['method']}: {misfit}"
                             for misfit in misfits(checkers[name], step, actual)]
            actual = kept(step, actual)
            found = list(changes(golden, actual))
            failures += [f"{path.name}, call {number}, {step['method']}: {change}" for change in found]
            if not found:
                step.update(actual)
        if is_update:
            path.write_text(written(story), encoding="utf-8")
    failures += [f"{name} is in no story of tests/c/golden" for name in sorted(checkers.keys() - called)]
    count = len(checkers.keys() & called)
    print("\n".join(failures) if failures else f"{count} methods answer as they did, {fitted} calls as the schemas say")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    if "CRMCORE_LIBRARY" not in os.environ:
        sys.exit("CRMCORE_LIBRARY does not say where the library is")
    main()
