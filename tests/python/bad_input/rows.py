"""Rows of the tables: what is refused, with its code and path, and what is accepted exactly."""

import dataclasses
from typing import Any, Callable


@dataclasses.dataclass
class Refused:
    """An input that must be refused at a path and leave everything as it was."""

    item: str  # of the list in items.py
    act: Callable[[Any], Any]  # with the world
    code: str
    path: str
    says: str = ""  # must stand in the message


@dataclasses.dataclass
class Accepted:
    """An input that must be taken, and what `read` must then give."""

    item: str
    act: Callable[[Any], Any]
    read: Callable[[Any], Any]
    expected: Any


def call(item, method, request, code, path, says=""):
    return Refused(item, lambda world: world.conn.call(method, request), code, path, says)


def raw(item, method, request, code, path, says=""):
    """A call with the bytes as they are."""
    return Refused(item, lambda world: world.raw_call(method.encode(), request), code, path, says)


def csv(item, kind, text, code, path, says="", **options):
    return Refused(item, lambda world: world.import_csv(kind, text, **options), code, path, says)


def query(item, sql, code, path="", parameters=None, says=""):
    return Refused(item, lambda world: list(world.conn.query(sql, parameters)), code, path, says)


def customer(item, fields, code, path, says=""):
    """A customer with one bad field; the path is below /customers/0."""
    given = {"code": "N1", "name": "甲", **fields}
    return call(item, "archive.put", {"customers": [given]}, code, "/customers/0" + path, says)


def entry(item, fields, code, path, says=""):
    """An entry with one bad field; the path is below /entries/0."""
    given = {"customer": "C1", "date": "2024-03-01", "document": "Z", "amount": 1, **fields}
    return call(item, "ledger.post", {"source": "erp", "entries": [given]}, code, "/entries/0" + path, says)
