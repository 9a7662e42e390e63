#!/usr/bin/env python3
"""Compares what docs/c-api.md says of methods and codes with the library in CRMCORE_LIBRARY: methods.py [--update].

The lists between the marks are made from crmcore_library_describe() and the header's comments; --update writes them,
and docs/scheme.schema.json and docs/policy.schema.json, which tests/python compares.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python"))
import crmcore  # noqa: E402

PAGE = ROOT / "docs/c-api.md"


def shape(schema, depth=0):
    """A schema in short: {customer, as_of?}; [{code, name?}]; true | false is left to the schema itself."""
    if "items" in schema:
        return f"[{shape(schema['items'], depth)}]"
    if schema.get("type") != "object" or "properties" not in schema or depth > 1:
        return ""
    required = schema.get("required", [])
    return "{" + ", ".join(member(name, value, name in required, depth)
                           for name, value in schema["properties"].items()) + "}"


def member(name, schema, is_required, depth):
    inside = shape(schema, depth + 1)
    return name + ("" if is_required else "?") + (f": {inside}" if inside not in ("", "[]", "{}") else "")


def methods(description):
    rooms = {}
    for method in description["methods"]:
        rooms.setdefault(method["name"].partition(".")[0], []).append(method)
    for room, listed in rooms.items():
        yield f"### {room}"
        for method in listed:
            request = shape(method["request"])
            answer = ", ".join(method["response"].get("properties", {}))
            yield f"- **{method['name']}** `{request if request else '{}'}`"
            yield f"  {method['summary']}" + (f" Answers {answer}." if answer else "")
        yield ""


def codes(description):
    header = (ROOT / "bindings/c/crmcore.h").read_text(encoding="utf-8")
    said = dict(re.findall(r"CRMCORE_E_(\w+) = \d+,?\s*// (.*)", header))
    yield "| code | name | meaning |"
    yield "|---|---|---|"
    for code in description["errors"]:
        yield f"| {code['code']} | {code['name']} | {said.get(code['name'], 'success')} |"


def page_with(lists, page):
    for name, lines in lists.items():
        begin, end = f"<!-- {name}: written by tests/abi/methods.py -->", f"<!-- end of {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            sys.exit(f"{PAGE} has no place for {name}")
        head, rest = page.split(begin)
        page = head + begin + "\n" + "\n".join(lines).strip() + "\n" + end + rest.split(end)[1]
    return page


def write_schemas(documents):
    for name in ("policy", "scheme"):
        text = json.dumps(documents[name], indent=2, ensure_ascii=False) + "\n"
        (ROOT / f"docs/{name}.schema.json").write_text(text, encoding="utf-8")


def main():
    description = crmcore.describe()
    before = PAGE.read_text(encoding="utf-8")
    after = page_with({"methods": list(methods(description)), "codes": list(codes(description))}, before)
    if "--update" in sys.argv[1:]:
        PAGE.write_text(after, encoding="utf-8")
        write_schemas(description["documents"])
    elif before != after:
        there = set(before.splitlines())
        print("\n".join(line for line in after.splitlines() if line not in there))
        sys.exit("docs/c-api.md does not say this: run `cmake --build --preset dev --target abi_update`")
    print(f"{len(description['methods'])} methods and {len(description['errors'])} codes, as documented")


if __name__ == "__main__":
    main()
