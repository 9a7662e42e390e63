#!/usr/bin/env python3
"""SQL that two engines understand: prepare.py ROOT PROGRAMS.

Prepares every statement of src/ outside src/storage/sqlite/ on a PostgreSQL of its own (whose programs are in
PROGRAMS), against the schema that textual rules make of the migrations. A statement is a string that begins
with a verb of SQL in capitals or is given to the engine; a RowsSql is written as the INSERT that RowInsert
makes of it. Why, and what the rules are: docs/decisions/0019-common-ground-of-two-engines.md.
"""

import ast
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers"))

import postgres_server  # noqa: E402

# By the name of the constant: what cannot be common ground yet, and why. One that passes must go from here.
NOT_YET = {
    "kSchemaObjects": "reads SQLite's catalogue; each engine has its own, and its own digest of the schema",
    "kStoredObjects": "reads SQLite's catalogue; each engine has its own",
    "kSchemaViews": "reads SQLite's catalogue; each engine has its own",
    "kExportedEntries": "reads public views, which are made for each engine",
    "kExportedAssignment": "reads public views, which are made for each engine",
    "kExportedClasses": "reads public views, which are made for each engine",
    "kExportedGrades": "reads public views, which are made for each engine",
    "kGradesUntil": "reads a public view, which is made for each engine",
    "kLedgerEntryView": "joins a table function of the library; views are made for each engine",
    "kCustomerView": "asks a table function of the library; views are made for each engine",
}
# How a statement begins that is put together while the program runs, and what it is then.
PUT_TOGETHER = {
    ("src/storage/view_rows.cpp", 'SELECT * FROM "{}" LIMIT 0'): "SELECT * FROM customer_row LIMIT 0",
    ("src/storage/view_rows.cpp", 'SELECT * FROM "{}" WHERE {} = ?1'): "SELECT * FROM contact_row WHERE customer_id = ?1",
    ("src/storage/class_scan.cpp", "SELECT customer_id"):
        "SELECT customer_id, class_1, class_12 FROM customer_class_row ORDER BY customer_id",
    ("src/storage/contents_scan.cpp", 'SELECT * FROM main."{}"'): "SELECT * FROM customer_row",
}
# The gate itself: what must pass, and what must not.
RIGHT = ["SELECT id FROM source WHERE code = ?1", "DROP TABLE source CASCADE"]
WRONG = [
    "SELECT id FROM source WHERE cod = ?1",
    "SELECT id FROM source WHERE code = ?",
    "SELECT name FROM axis_row WHERE is_required",
    "SELECT max(id, 0) FROM source",
    "INSERT OR FAIL INTO source (id, code) VALUES (?1, ?2)",
    "INSERT INTO axis_row (id, name) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
    "CREATE TABLE again (id INTEGER PRIMARY KEY) STRICT",
]

SETTINGS = {"listen_addresses": "''", "fsync": "off", "shared_buffers": "16MB", "max_connections": "8"}

# A failure of planning counts too: whether ON CONFLICT names a key is seen no earlier. All is undone.
ATTEMPT = """
SET plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  arguments text;
BEGIN
  DEALLOCATE ALL;
  IF statement ~ '^(ALTER|CREATE|DROP) ' THEN
    EXECUTE statement;
  ELSE
    EXECUTE 'PREPARE attempted AS ' || statement;
    SELECT '(' || nullif(rtrim(repeat('NULL, ', cardinality(parameter_types)), ', '), '') || ')'
      INTO arguments FROM pg_prepared_statements WHERE name = 'attempted';
    EXECUTE 'EXPLAIN EXECUTE attempted' || coalesce(arguments, '');
  END IF;
  RAISE SQLSTATE 'UNDO0';
EXCEPTION
  WHEN SQLSTATE 'UNDO0' THEN RETURN '';
  WHEN OTHERS THEN RETURN SQLERRM;
END $$;
"""

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\((.*?)\)\1"|("(?:\\.|[^"\\\n])*")|\'(?:\\.|[^\'\\\n])\'',
                   re.S)
VERB = re.compile(r"(?:ALTER|ANALYZE|BEGIN|CREATE|DELETE|DROP|EXPLAIN|INSERT|PRAGMA|REPLACE|SAVEPOINT|SELECT|"
                  r"UPDATE|VACUUM|VALUES|WITH)\b")
GIVEN_TO_ENGINE = re.compile(r"\bSql\s*(?:k\w+\s*)?\{\s*$|\bprepare\(\s*$")
DECLARED = re.compile(r"\b(Sql|RowsSql)\s+(k\w+)\s*\{")


def strings(text):
    """Yields (position, string) of a C++ source; neighbouring literals are one string."""
    start, parts, end = 0, [], 0
    for token in TOKEN.finditer(text):
        if parts and text[end : token.start()].strip():
            yield start, "".join(parts)
            parts = []
        _, raw, quoted = token.groups()
        if raw is not None or quoted:
            start = start if parts else token.start()
            parts.append(ast.literal_eval(quoted) if quoted else raw)
        end = token.end()
    if parts:
        yield start, "".join(parts)


def insert_of_rows(table, columns, on_conflict=""):
    """What sqlite::RowInsert makes of a RowsSql for two rows, without OR FAIL."""
    count = columns.count(",") + 1
    rows = (", ".join(f"?{row * count + column + 1}" for column in range(count)) for row in range(2))
    values = ", ".join(f"({row})" for row in rows)
    return f"INSERT INTO {table} ({columns}) VALUES {values} {on_conflict}"


def statements_of(path, text):
    """Yields (name, path, line, statement); the name is empty where the statement is no constant of its own."""
    found, names = list(strings(text)), {}
    for constant in DECLARED.finditer(text):
        end = text.index("}", constant.end())
        parts = {position: string for position, string in found if constant.end() <= position < end}
        names.update(dict.fromkeys(parts, constant.group(2)))
        if constant.group(1) == "RowsSql":
            yield constant.group(2), path, line_of(text, constant.start()), insert_of_rows(*parts.values())
    for position, string in found:
        if VERB.match(string) or GIVEN_TO_ENGINE.search(text[max(position - 80, 0) : position]):
            yield names.get(position, ""), path, line_of(text, position), string


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def sources(root):
    """Yields (path, text) of all that must be common ground."""
    for path in sorted((root / "src").rglob("*.[ch]pp")):
        if "sqlite" not in path.relative_to(root).parts:
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def postgres_schema(script):
    """The statements of a migration for PostgreSQL, by rules that look at words only."""
    script = re.sub(r"--[^\n]*", "", script)
    for statement in re.findall(r"(?:'(?:[^']|'')*'|[^';])+", script):
        statement = statement.strip()
        if not statement or re.match(r"(?:CREATE|DROP) VIEW\b|PRAGMA\b", statement):
            continue
        statement = re.sub(r"\)\s*STRICT(?:,\s*WITHOUT ROWID)?$", ")", statement)
        statement = re.sub(r"\bINTEGER\b", "BIGINT", statement)
        statement = re.sub(r"\bBLOB\b", "BYTEA", statement)
        statement = re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement)
        statement = re.sub(r"\bx'([0-9a-fA-F]*)'", r"'\\x\1'::bytea", statement)
        # A table that is made anew has its foreign keys checked at the end in SQLite; here they go with it.
        yield re.sub(r"^DROP TABLE (\w+)$", r"DROP TABLE \1 CASCADE", statement)


class Engine:
    def __init__(self, programs, conninfo):
        self.command = [str(programs / "psql"), conninfo, "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"]

    def run(self, script):
        done = subprocess.run(self.command, input=script, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"psql failed:\n{done.stderr}")
        return done.stdout

    def attempt(self, texts):
        """What PostgreSQL says against each statement; nothing where it takes it."""
        calls = (f"SELECT to_json(pg_temp.attempt($sql${with_dollars(text)}$sql$));\n" for text in texts)
        answers = [json.loads(line) for line in self.run(ATTEMPT + "".join(calls)).splitlines()]
        assert len(answers) == len(texts)
        return answers


def with_dollars(statement):
    """The one change to a statement: ?1 is $1."""
    return re.sub(r"\?(\d+)", r"$\1", statement)


def complaints(found, engine):
    """Yields what is wrong with the statements, with the lists above, or with this gate."""
    for text, error in zip(RIGHT + WRONG, engine.attempt(RIGHT + WRONG)):
        if bool(error) != (text in WRONG):
            yield f"the gate itself: {text}\n  {error or 'passes and should not'}"
    keys = [(path, text) for _, path, _, text in found]
    for path, stale in PUT_TOGETHER.keys() - set(keys):
        yield f"{path}: no statement begins so any more: {stale}"
    for stale in NOT_YET.keys() - {name for name, *_ in found}:
        yield f"there is no {stale} any more"
    errors = engine.attempt([PUT_TOGETHER.get(key, key[1]) for key in keys])
    for (name, path, line, text), error in zip(found, errors):
        if error and name not in NOT_YET:
            yield f"{path}:{line}: {error}\n  {text}"
        elif not error and name in NOT_YET:
            yield f"{path}:{line}: {name} is common ground now, take it from the list"


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the server is stopped too
    root, programs = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = list(sources(root))
    found = [statement for path, text in files for statement in statements_of(path, text)]
    declared = {constant.group(2) for _, text in files for constant in DECLARED.finditer(text)}
    bad = [f"the gate itself does not find {name}" for name in declared - {name for name, *_ in found}]
    migrations = sorted((root / "src" / "storage" / "migrations").glob("*.sql"))
    scripts = [path.read_text(encoding="utf-8") for path in migrations]
    schema = [statement for script in scripts for statement in postgres_schema(script)]
    with postgres_server.Server(programs, tempfile.gettempdir(), SETTINGS) as server:
        engine = Engine(programs, server.conninfo)
        engine.run("".join(f"{statement};\n" for statement in schema))
        bad += complaints(found, engine)
    for complaint in bad:
        print(complaint)
    print(f"{len(bad)} complaints about {len(found)} statements, of which {len(NOT_YET)} are known not to be "
          f"common ground; {len(schema)} statements made the schema")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
