"""What the examples in Python share: reading the small data beside this file, the clock, tables on the terminal."""

import datetime
import pathlib
import unicodedata

DATA = pathlib.Path(__file__).parent


def heading(text):
    print(f"\n{text}\n{'-' * width(text)}")


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(header, rows):
    rows = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(width(row[i]) for row in rows) for i in range(len(header))]
    for row in rows:
        print("  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths)).rstrip())


def read(name):
    return (DATA / name).read_text(encoding="utf-8")


def set_day(conn, iso):
    """Lets writes be recorded at noon of that day."""
    noon = datetime.datetime.fromisoformat(iso).replace(hour=12, tzinfo=datetime.timezone.utc)
    conn.set_now(int(noon.timestamp()) * 1_000_000)
