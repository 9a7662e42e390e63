"""Fills the small disk that is mounted at the folder given, again and again: what was acknowledged is there, the handle
works as soon as there is room. Run by scripts/torture."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bindings" / "python"))
import crmcore  # noqa: E402

ROUNDS = 20
BALLAST_BYTES = 1 << 20
FULL = {"FULL", "IO", "UNKNOWN"}


def put(conn, number):
    conn.call("archive.put", customers=[{"code": f"C{number}", "name": "客户" * 20}])


def put_until_full(conn, number):
    """The number of the first customer that was refused, and the code of the refusal."""
    while True:
        try:
            put(conn, number)
        except crmcore.Error as error:
            return number, error.code
        number += 1


def count(conn):
    return next(conn.query("SELECT count(*) AS customers FROM customer"))["customers"]


def fill(folder):
    path = folder / "small.crm"
    number = refusals = 0
    for _ in range(ROUNDS):
        ballast = folder / "ballast"
        ballast.write_bytes(b"x" * BALLAST_BYTES)
        with crmcore.open(str(path), create=True) as db, db.connect() as conn:
            number, code = put_until_full(conn, number)
            if code not in FULL:
                sys.exit(f"refused with {code}")
            refusals += 1
            ballast.unlink()
            if code == "FULL":
                if count(conn) != number:
                    sys.exit(f"{count(conn)} customers, {number} were acknowledged")
                put(conn, number)
                number += 1
        with crmcore.open(str(path), create=True) as db, db.connect() as conn:
            found = count(conn)
            allowed = {number, number + 1} if code == "UNKNOWN" else {number}
            if found not in allowed:
                sys.exit(f"{found} customers, {number} were acknowledged; the refusal was {code}")
            number = found
            if not conn.call("database.verify")["is_ok"]:
                sys.exit("it does not verify")
    print(f"small disk: {refusals} refusals, {number} customers, none lost")


fill(pathlib.Path(sys.argv[1]))
