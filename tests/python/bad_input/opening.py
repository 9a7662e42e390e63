"""Paths and options of files that are to be opened; the files themselves are in hostile_file_test.py."""

import crmcore

from .rows import Refused


def opening(item, path, code, at, says="", **options):
    """Opens a path in the world's folder."""
    return Refused(item, lambda world: crmcore.open(path.format(folder=world.folder.name), **{"create": True, **options}), code, at, says)


ROWS = [
    opening("URI path", "file:{folder}/x.crm?mode=memory", "INVALID", "/path"),
    opening("URI path", "file:///tmp/x.crm", "INVALID", "/path"),
    opening("URI path", ":memory:", "INVALID", "/path"),
    opening("missing field", "", "INVALID", "/path"),
    opening("embedded NUL", "{folder}/a\0b.crm", "INVALID", "/path"),
    opening("unknown currency", "{folder}/x.crm", "INVALID", "/base_currency", "XYZ", base_currency="XYZ"),
    opening("unknown time zone", "{folder}/x.crm", "INVALID", "/time_zone", "Mars/Phobos", time_zone="Mars/Phobos"),
    opening("unknown time zone", "{folder}/x.crm", "INVALID", "/time_zone", time_zone="../etc/passwd"),
    opening("unknown time zone", "{folder}/x.crm", "INVALID", "/time_zone", time_zone="/etc/localtime"),
    opening("unknown time zone", "{folder}/x.crm", "INVALID", "/time_zone", time_zone="asia/shanghai"),
    opening("unknown time zone", "{folder}/x.crm", "INVALID", "/time_zone", time_zone="+15:00"),
    opening("unknown time zone", "{folder}/x.crm", "LIMIT", "/time_zone", time_zone="A" * 65),
    opening("beyond 2^53 - 1", "{folder}/x.crm", "RANGE", "/currency_digits", currency_digits=7),
    opening("beyond 2^53 - 1", "{folder}/x.crm", "RANGE", "/busy_timeout_ms", busy_timeout_ms=600_001),
    opening("unknown field", "{folder}/x.crm", "INVALID", "/colour", colour=1),
    opening("unknown field", "{folder}/x.crm", "INVALID", "/durability", "strict", durability="off"),
    opening("wrong type", "{folder}/x.crm", "INVALID", "/create", create=1),
    opening("missing field", "{folder}/none.crm", "NOT_FOUND", "/path", create=False),
    opening("missing field", "{folder}/no/such/x.crm", "IO", "", "no/such"),
]
