"""The schemas that the gateway publishes of its methods, as they are meant, for python3-jsonschema.

A request's member that is null counts as absent unless the object says "absent": "keeps", an integer is written without a fraction and no
number without one is beyond ±(2^53 - 1), "maxBytes" counts bytes of
UTF-8, and "$ref" is relative to the whole description. An answer is checked strictly: it has no member that its schema
does not name.
"""

import datetime
import re

from scheme_schema import jsonschema

from jsonschema import validators  # noqa: E402

Draft = jsonschema.Draft202012Validator
INTEGER_MAX = 2**53 - 1


def is_date(value):
    """YYYY-MM-DD of a day that exists, from year 1 on."""
    if not isinstance(value, str):
        return True
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def is_day(value):
    """A date, or one with a time of day and perhaps an offset, as docs/exchange.md has them, that exist."""
    if not isinstance(value, str) or is_date(value):
        return True
    time = re.fullmatch(r"[Tt ](\d{1,2})(?::?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)? *(.*)", value[10:], re.ASCII | re.DOTALL)
    if not is_date(value[:10]) or not time:
        return False
    hour, minute, second = (int(part or 0) for part in time.groups()[:3])
    rest = time[4]
    if re.match("UTC|GMT", rest):
        rest = rest[3:] or "Z"
    elif not re.match("[Zz]", rest) and not re.search("[+-]", rest):
        rest = "Z"  # words behind a local time
    offset = re.fullmatch(r"[Zz]|[+-](\d\d)(?::?(\d\d))?", rest, re.ASCII)
    fits = offset and int(offset[1] or 0) * 60 + int(offset[2] or 0) <= 14 * 60 and int(offset[2] or 0) < 60
    return bool(fits) and hour < 24 and minute < 60 and second <= 60


def max_bytes(_validator, bound, value, _schema):
    if isinstance(value, str) and len(value.encode()) > bound:
        yield jsonschema.ValidationError(f"{value[:40]!r} has more than {bound} bytes")


def exact_type(validator, types, value, schema):
    if type(value) is int and abs(value) > INTEGER_MAX:
        yield jsonschema.ValidationError(f"{value} is beyond {INTEGER_MAX}")
    yield from Draft.VALIDATORS["type"](validator, types, value, schema)


def without_nulls(check):
    """A check of an object's members that does not see those that are null, where the schema names them."""
    def checked(validator, bound, value, schema):
        if isinstance(value, dict) and "absent" not in schema:
            named = schema.get("properties", {})
            value = {name: member for name, member in value.items() if member is not None or name not in named}
        yield from check(validator, bound, value, schema)
    return checked


FORMATS = jsonschema.FormatChecker(formats=())
FORMATS.checks("date")(is_date)
FORMATS.checks("day")(is_day)
TYPES = Draft.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
Answer = validators.extend(Draft, {"maxBytes": max_bytes, "type": exact_type}, type_checker=TYPES)
Request = validators.extend(Answer, {key: without_nulls(Draft.VALIDATORS[key]) for key in ("properties", "required")})


def closed(schema):
    """The schema with every object of named members closed to others; the documents close themselves."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: {name: closed(part) for name, part in value.items()} if key == "properties" else closed(value)
             for key, value in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in parts else parts


def whole(description, schema):
    """The schema with the documents that it refers to; their "$schema" would bring the common checks back."""
    documents = {name: {key: part for key, part in document.items() if key != "$schema"}
                 for name, document in description["documents"].items()}
    return {**schema, "documents": documents}


def request_checker(description, schema):
    return Request(whole(description, schema), format_checker=FORMATS)


def answer_checker(description, schema):
    return Answer(whole(description, closed(schema)), format_checker=FORMATS)


def complaints(checker, value):
    """Yields where a value does not fit; of a choice, where it does not fit the form that comes closest."""
    for error in checker.iter_errors(value):
        nearest = jsonschema.exceptions.best_match([error])
        yield f"/{'/'.join(map(str, nearest.absolute_path))}: {nearest.message[:200]}"


def untyped(schema, path=""):
    """Yields the places of a schema that say nothing of what stands there."""
    if "anyOf" in schema:
        for index, form in enumerate(schema["anyOf"]):
            yield from untyped(form, f"{path}/anyOf/{index}")
    elif schema.get("type") == "array":
        yield from untyped(schema.get("items", {}), f"{path}/items")
    elif schema.get("type") == "object":
        values = schema.get("additionalProperties")
        if "properties" not in schema and not isinstance(values, dict):
            yield path
        for name, member in schema.get("properties", {}).items():
            yield from untyped(member, f"{path}/{name}")
        if isinstance(values, dict):
            yield from untyped(values, f"{path}/*")
    elif not any(key in schema for key in ("type", "enum", "const", "$ref")):
        yield path
