#!/usr/bin/env python3
"""Days of the library against another reading of the same zone data, Python's zoneinfo: what day it is, in methods and
in SQL, and on what day an entry lies that a feed tells as an instant, at the edges of days, gaps and overlaps too."""

import contextlib
import pathlib
import random
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bindings" / "python"))
import crmcore  # noqa: E402

ZONES = ("UTC", "Asia/Shanghai", "Asia/Kathmandu", "Asia/Tehran", "Europe/London", "Europe/Dublin", "Africa/Casablanca",
         "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Antarctica/Troll", "Australia/Lord_Howe",
         "Pacific/Apia", "Pacific/Kiritimati", "+08:00", "-03:30")
DAYS_EACH = 400
FIRST, LAST = datetime(1970, 1, 2, tzinfo=timezone.utc), datetime(2037, 12, 30, tzinfo=timezone.utc)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)


def zone_of(name):
    if name[0] not in "+-":
        return ZoneInfo(name)
    hours, minutes = map(int, name[1:].split(":"))
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if name[0] == "-" else 1))


def changes(zone):
    """The instants at which the offset changes, to the second."""
    found, at = [], FIRST
    while at < LAST:
        after = at + timedelta(days=7)
        if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = at, after
            while high - low > SECOND:
                middle = low + (high - low) // 2
                middle -= timedelta(microseconds=middle.microsecond)
                same = middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        at = after
    return found


def instants(zone, chance):
    """Around the changes of the offset, around midnights there, and anywhere."""
    for change in changes(zone):
        yield from (change - SECOND, change, change + timedelta(hours=1) - SECOND, change - timedelta(hours=1))
    span = int((LAST - FIRST).total_seconds())
    for _ in range(DAYS_EACH):
        anywhere = FIRST + timedelta(seconds=chance.randrange(span))
        midnight = datetime.combine(anywhere.astimezone(zone).date(), datetime.min.time(), zone).astimezone(timezone.utc)
        yield from (anywhere, midnight - SECOND, midnight)


def written(instant, chance):
    """An instant as a feed may tell it, by an offset of its own."""
    minutes = chance.choice((0, 60 * 8, -60 * 5, 345, -210, 14 * 60, -14 * 60))
    local = instant.astimezone(timezone(timedelta(minutes=minutes)))
    if minutes == 0 and chance.random() < 0.5:
        return local.strftime(chance.choice(("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S UTC")))
    return local.isoformat(sep=chance.choice("T "))


def complaints(name, folder, chance):
    """Yields what differs, and at last the number of instants."""
    zone = zone_of(name)
    all_instants = [instant for instant in instants(zone, chance)]
    with crmcore.open(folder / "zone.crm", time_zone=name, create=True) as db, db.connect() as conn:
        conn.call("archive.put", customers=[{"code": "c", "name": "C"}])
        for instant in all_instants:
            expected = instant.astimezone(zone).date().isoformat()
            conn.set_now((instant - EPOCH) // timedelta(microseconds=1))
            told = conn.call("database.info")["today"]
            if told != expected:
                yield f"{name}: at {instant} today is {told}, not {expected}"
        now = date.fromisoformat(expected)
        (row,) = conn.query("SELECT date(crmcore_today() * 86400, 'unixepoch') AS day")
        if row["day"] != now.isoformat():
            yield f"{name}: SQL says {row['day']}, not {now}"
        conn.set_now((LAST + timedelta(days=3) - EPOCH) // timedelta(microseconds=1))
        conn.call("ledger.post", source="feed", entries=[
            {"customer": "c", "amount": 1, "document": str(number), "date": written(instant, chance)}
            for number, instant in enumerate(all_instants)])
        days = {row["document"]: row["date"] for row in conn.query("SELECT document, date FROM ledger_entry")}
        for number, instant in enumerate(all_instants):
            expected = instant.astimezone(zone).date().isoformat()
            if days[str(number)] != expected:
                yield f"{name}: an entry at {instant} lies on {days[str(number)]}, not {expected}"
    yield len(all_instants)


def main():
    chance = random.Random(9)
    failures, tried = [], 0
    for name in ZONES:
        with tempfile.TemporaryDirectory() as folder, contextlib.closing(complaints(name, pathlib.Path(folder), chance)) as all_of_it:
            for one in all_of_it:
                if isinstance(one, int):
                    tried += one
                else:
                    failures.append(one)
    print(f"{tried} instants in {len(ZONES)} zones")
    print("\n".join(failures[:20]))
    return 1 if failures or tried < 10_000 else 0


if __name__ == "__main__":
    sys.exit(main())
