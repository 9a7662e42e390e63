"""A story told with the command line program: make a file, define axes, import, read it in three formats, find what
is wrong with bad input; and how it looks on a terminal.

usage: cli.py PROGRAM DATA-FOLDER
"""

import csv
import fcntl
import io
import json
import os
import pty
import pwd
import re
import shutil
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from pathlib import Path

program, data = sys.argv[1], Path(sys.argv[2])
FILE = "shop.crm"


def check(condition, message):
    if not condition:
        sys.exit(f"cli: {message}")


def run(*arguments, status=0, stdin=None):
    """Runs the program on the file; returns what it says."""
    done = subprocess.run([program, FILE, *arguments], capture_output=True, text=True, encoding="utf-8", input=stdin)
    check(done.returncode == status,
          f"{' '.join(arguments)} ends with {done.returncode}, not {status}: {done.stdout}{done.stderr}")
    check(status == 0 or done.stdout == "" or arguments[0] == "verify", f"{arguments}: a failure speaks on stdout")
    return done.stdout if status == 0 else done.stderr


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def on_terminal(columns, *arguments, stdin=subprocess.DEVNULL, feed=None):
    """Runs the program with output and errors on a terminal so wide; returns what the terminal is sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    child = subprocess.Popen([program, FILE, *arguments], stdin=stdin, stdout=slave, stderr=slave)
    os.close(slave)
    if feed:
        feed(child.stdin)
    said = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # how a terminal ends
            break
        if not part:
            break
        said += part
    os.close(master)
    check(child.wait() == 0, f"{arguments} on a terminal ends with {child.returncode}")
    return said.decode("utf-8").replace("\r\n", "\n")


def make():
    refused = run("verify", status=1)
    check("NOT_FOUND" in refused and "/path" in refused, f"a file that is not there: {refused}")
    made = json.loads(run("--create", "--today", "2023-01-01", "call", "classification.define_ready_made"))
    check(made == {"axes": ["region", "ownership", "asset_band"]}, f"made {made}")
    regions = (data / "regions.json").read_text(encoding="utf-8")
    check(json.loads(run("call", "classification.put_nodes", "-", stdin=regions))["changed"] == 24, "regions")
    run("call", "archive.define_attribute", '{"code":"credit_score","name":"信用评分","type":"integer"}')


def time_zone():
    """The day is the file's, wherever that is, and is what --today says."""
    def there(*arguments):
        return subprocess.run([program, "zone.crm", *arguments], capture_output=True, text=True, encoding="utf-8")

    refused = there("--create", "--time-zone", "Mars/Phobos", "call", "database.info")
    check(refused.returncode == 1 and "/time_zone" in refused.stderr, f"Mars/Phobos: {refused}")
    made = there("--create", "--time-zone", "Pacific/Kiritimati", "--today", "2024-02-29", "call", "archive.put",
                 '{"customers":[{"code":"K","name":"K"}]}')
    check(made.returncode == 0, f"made: {made}")
    told = json.loads(there("--today", "2024-02-29", "call", "database.info").stdout)
    check((told["time_zone"], told["today"]) == ("Pacific/Kiritimati", "2024-02-29"), f"told {told}")
    changes = there("changes").stdout
    check("2024-02-29 12:00:00" in changes, f"the time there: {changes}")
    other = there("--time-zone", "UTC", "call", "database.info")
    check(other.returncode == 1 and "Pacific/Kiritimati" in other.stderr, f"another zone: {other}")


def import_all():
    told = run("import", "customers", str(data / "customers.csv"), "--dry-run").splitlines()[-1].split()
    check(told == ["180", "180", "0", "0", "0"], f"a dry run tells {told}")
    check("0" in run("sql", "SELECT count(*) AS n FROM customer").splitlines()[2], "a dry run applied something")
    told = run("import", "customers", str(data / "customers.csv")).splitlines()[-1].split()
    check(told == ["180", "180", "0", "0", "0"], f"customers: {told}")
    january = str(data / "entries/2023-01.csv")
    check("--source" in run("import", "entries", january, status=2), "a source is required")
    for expected in (["462", "462", "0", "0", "0"], ["462", "0", "0", "462", "0"]):
        told = run("import", "entries", january, "--source", "billing").splitlines()[-1].split()
        check(told == expected, f"entries: {told}, expected {expected}")
    foreign = "Kunde;Tag;Beleg;Betrag\nK1001;2023-02-01;R-1;12.50\nK1002;2023-02-01;R-2;-3.00\n"
    told = run("import", "entries", "-", "--source", "other", "--separator", ";", "--customer-column", "Kunde",
               "--date-column", "Tag", "--document-column", "Beleg", "--amount-column", "Betrag",
               "--negative-is-reversal", stdin=foreign).splitlines()[-1].split()
    check(told[:2] == ["2", "2"], f"other columns: {told}")


def query():
    sql = "SELECT code, name, since, 1.5 AS n, NULL AS gap FROM customer ORDER BY code LIMIT 40"
    objects = json.loads(run("sql", sql, "--json"))
    rows = list(csv.reader(io.StringIO(run("sql", sql, "--csv"))))
    check(len(objects) == 40 and [list(o.values())[:3] for o in objects] == [r[:3] for r in rows[1:]], "JSON is not CSV")
    check(objects[0]["name"] == "北京珞野生物科技有限公司" and objects[0]["gap"] is None, f"JSON: {objects[0]}")
    lines = run("sql", sql).splitlines()
    check(lines[-1] == "(40 rows)", "the table does not count its rows")
    edges = [i for i, c in enumerate(lines[1]) if c == "─" and lines[1][i - 1:i] in ("", " ")]
    check(len(edges) == 5, "not five columns")
    for line in lines[2:-1]:
        # Every cell begins or ends where its column does: two blanks stand between columns.
        positions, column = {}, 0
        for character in line:
            positions[column] = character
            column += width(character)
        check(all(positions.get(edge - 1) == " " == positions.get(edge - 2) for edge in edges[1:]), f"not aligned: {line}")
    found = json.loads(run("sql", "SELECT name FROM customer WHERE code = ?1", "--json", "--parameters", '["K1002"]'))
    check(found == [{"name": "Velmorra Freight (Beijing) Ltd."}], f"parameters: {found}")
    check(run("sql", "-", "--csv", stdin="SELECT 1 AS a").split() == ["a", "1"], "a query from standard input")
    many = run("sql", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n")
    check(many.endswith("2500\n(2500 rows)\n"), "long tables are printed as they come")
    run("sql", "SELECT code FROM customer LIMIT 2", "--out", "two.csv")
    check(Path("two.csv").read_text().split()[0] == "code", "a query into a file")
    check("行" in run("sql", "SELECT 1", "--language", "zh"), "rows in Chinese")
    check("␛" in run("sql", "SELECT char(27) || '[2J' AS evil"), "data can draw on the terminal")


def refuse():
    cases = [  # arguments, status, words of the message
        (["sql", "DROP TABLE customer_row"], 1, ["DENIED"]),
        (["sql", "SELECT * FROM customer_row"], 1, ["DENIED"]),
        (["sql", "SELECT 1", "--csv", "--json"], 2, ["--csv"]),
        (["sql"], 2, ["SELECT"]),
        (["nonsense"], 2, []),
        (["custmers"], 2, ["near to it: customers"]),
        (["restore", "nowhere.crm"], 1, ["NOT_FOUND", "nowhere.crm"]),
        (["customers", "--under", "无此地"], 1, ["NOT_FOUND"]),
        (["card", "nobody", "--language", "zh"], 1, ["NOT_FOUND 未找到", "/customer"]),
        (["history", "nobody"], 1, ["NOT_FOUND"]),
        (["changes", "--kind", "no.such"], 1, ["INVALID", "/kinds/0", "customer.created"]),
        (["call", "archive.put", '{"customers":[{"code":"N"},{"nmae":"x"}]}'], 1, ["INVALID", "/customers/1/nmae"]),
        (["call", "archive.put", "{"], 1, ["INVALID"]),
        (["call", "archive.nothing"], 1, ["NOT_FOUND", "/method"]),
        (["import", "customers", "nowhere.csv"], 1, ["IO", "nowhere.csv"]),
        (["import", "customers", "-", "--encoding", "latin-1"], 1, ["latin-1", "utf-16"]),
        (["describe", "no.such"], 1, ["NOT_FOUND"]),
        (["describe", "archive.crad"], 1, ["near to it:", "archive.card"]),
        (["changes", "--limit", "0"], 2, ["--limit"]),
        (["--today", "2023-02-29", "verify"], 1, ["INVALID", "2023-02-29"]),
    ]
    before = run("changes", "--limit", "10000")
    for arguments, status, words in cases:
        said = run(*arguments, status=status, stdin="code\nA\n")
        check(all(word in said for word in words), f"{arguments} is refused with: {said}")
    bad = "code,name\nB1,好\nB2\nB3,Fine\n"
    check("line 3" in run("import", "customers", "-", status=1, stdin=bad), "the line of a bad row is not told")
    check(run("changes", "--limit", "10000") == before, "something that failed changed the file")
    done = subprocess.run([program, FILE, "import", "customers", "-", "--skip"], capture_output=True, text=True, input=bad,
                          encoding="utf-8")
    check(done.returncode == 3 and done.stdout.splitlines()[-1].split() == ["3", "2", "0", "0", "1"], done.stdout)
    check("3" in done.stderr and "INVALID" in done.stderr, f"a skipped row is not told: {done.stderr}")


def look_around():
    changes = json.loads(run("changes", "--after", "2", "--limit", "3", "--json"))
    check([c["seq"] for c in changes["changes"]] == [3, 4, 5], f"changes {changes}")
    check("K1001" in run("changes", "--limit", "500"), "changes do not name customers")
    check("archive.put" in run("describe") and "additionalProperties" in run("describe", "archive.put"), "describe")
    check("true" in run("verify"), "the file does not verify")
    usage = subprocess.run([program, FILE, "sql", "--help"], capture_output=True, text=True, encoding="utf-8")
    check(usage.returncode == 0 and "crmcore FILE sql" in usage.stdout, f"help: {usage.stdout}")


def ask_about_customers():
    user = pwd.getpwuid(os.geteuid()).pw_name
    changes = json.loads(run("changes", "--newest", "--limit", "3", "--by", user, "--json"))["changes"]
    seqs = [change["seq"] for change in changes]
    check(len(seqs) == 3 and seqs == sorted(seqs, reverse=True), f"the user's newest changes: {changes}")
    check(json.loads(run("changes", "--by", "nobody", "--json"))["changes"] == [], "changes of nobody")
    run("--actor", "wang", "call", "archive.put", '{"customers":[{"code":"K1002","classes":{"region":"上海"}}]}')
    told = run("history", "K1002", "--newest").splitlines()[2]
    check("wang" in told and "区域 北京市 → 上海市" in told, f"history: {told}")
    check("建档" in run("history", "K1002", "--language", "zh"), "history in Chinese")
    under = json.loads(run("customers", "--under", "华东", "--limit", "1000", "--json"))
    check("K1002" in [one["code"] for one in under], f"customers under 华东: {under}")
    in_sql = json.loads(run("sql", "SELECT count(*) AS n FROM customer_under WHERE node_name = '华东'", "--json"))
    check(in_sql == [{"n": len(under)}], f"{in_sql} under 华东 in SQL, not {len(under)}")
    check("状态" in run("customers", "--under", "上海", "--language", "zh"), "customers in Chinese")
    found = json.loads(run("search", "luoye", "--json"))
    check(found["customers"][0]["code"] == "K1001" and found["customers"][0]["match"] == "pinyin", f"search: {found}")
    check("Velmorra" in run("search", "VELMORRA") and "珞野" in run("search", "K1001"), "search as a table")
    check(" of " in run("search", "公司", "--limit", "1"), "search that has more")
    run("call", "archive.put", '{"customers": [{"code": "K1001B", "name": "珞野"}]}')
    twins = json.loads(run("duplicates", "--min-score", "50", "--json"))
    check(twins["total"] >= 0 and run("duplicates").startswith("score"), f"duplicates: {twins}")
    check("得分" in run("duplicates", "K1001B", "--language", "zh"), "duplicates of one in Chinese")
    check("nothing was found" in run("changes", "--by", "nobody"), "changes of nobody are not told as none")
    check("没有找到" in run("changes", "--by", "nobody", "--language", "zh"), "changes of nobody in Chinese")
    card = run("card", "K1001", "--language", "zh")
    check(not re.search(r"(?m)^\S*[a-z]", card.split("提醒")[0]), f"English headings on a Chinese card: {card}")
    check("属性 资产总额 值" in card and "分类 区域" in card, f"a card with codes for names: {card}")
    assets = json.loads(run("call", "archive.get", '{"customer": "K1001"}'))["attributes"]["total_assets"]
    check(assets["text"] == f"{assets['value'] / 100:.2f}" and assets["text"] in card, f"assets in yuan: {assets}")
    told = run("call", "archive.card", '{"customer": "K1001"}', "--table")
    check("last_12_months revenue" in told and "revenue_amount" not in told, f"a table of an answer: {told}")
    check("没有客户经理" in card and "近 12 个月 收入" in card and "CNY" in card, f"card: {card}")
    check(json.loads(run("card", "K1001", "--json"))["warnings"][0]["warning"] == "without_manager", "card as JSON")


def merge_and_take_back():
    run("import", "customers", "-", stdin="code,name,contact.name\nT1,珞野木器,王芳\nT2,珞野木器行,李雷\n")
    refused = run("merge", "T2", "--into", "T1", "--reason", "one shop", status=1)
    check("CONFLICT" in refused and "/keep/name" in refused, f"names that differ: {refused}")
    check("--keep" in run("merge", "T2", "--into", "T1", "--reason", "r", "--keep", "name", status=1), "--keep name")
    merged = json.loads(run("merge", "T2", "--into", "T1", "--reason", "one shop", "--keep", "name=from", "--json"))
    check(merged["conflicts"][0]["kept"] == "from" and "contact:2" in merged["taken"], f"merge: {merged}")
    check("珞野木器行" in run("card", "T2") and "并入" in run("history", "T1", "--language", "zh"), "who was merged")
    check("T2" in run("unmerge", "T2", "--reason", "two", "--language", "zh"), "unmerge")
    number = json.loads(run("call", "archive.list_imports", '{"limit": 1}'))["imports"][0]["import"]
    check("CONFLICT" in run("revert-import", str(number), "--reason", "wrong", status=1), "an import that was changed")
    run("import", "customers", "-", stdin="code,name\nT3,Third\n")
    before = run("changes", "--limit", "10000")
    run("revert-import", str(number + 1), "--reason", "wrong", "--dry-run")
    check(run("changes", "--limit", "10000") == before, "a dry run changed the file")
    told = run("revert-import", str(number + 1), "--reason", "wrong")
    check("withdrawn" in told, f"revert-import: {told}")
    run("card", "T3", status=1)


def every_word_is_translated():
    """Each word that an answer may have, and each code of an error, has one in Chinese."""
    folder = Path(__file__).resolve().parents[2] / "examples/cli"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("words*"))
    known = set(re.findall(r'\{"([^"]+)",\s*"[^"]+"\}', source))

    def words_in(schema):
        if isinstance(schema, dict):
            yield from schema.get("enum", ())
            schema = list(schema.values())
        if isinstance(schema, list):
            for part in schema:
                yield from words_in(part)
    names = [line.split()[0] for line in run("describe").splitlines()[2:]]
    answers = [json.loads(run("describe", name).partition("\nresponse ")[2]) for name in names]
    missing = {word for answer in answers for word in words_in(answer)} - known
    check(len(names) > 60 and not missing, f"no Chinese for {sorted(missing)}")

    def members_in(schema):
        if isinstance(schema, dict):
            yield from schema.get("properties", ())
            schema = list(schema.values())
        if isinstance(schema, list):
            for part in schema:
                yield from members_in(part)
    symbols = {"a", "b", "p", "q", "r", "v", "alpha", "bg_nbd", "gamma_gamma", "en", "zh", "schema", "sqlite"}
    members = {word for answer in answers for word in members_in(answer) if not word.endswith("_amount")}
    missing = members - known - symbols
    check(not missing, f"no Chinese for the members {sorted(missing)}")


def copy():
    check(json.loads(run("backup", "copy.crm", "--json"))["is_ok"], "a backup does not verify")
    check("CONFLICT" in run("backup", "copy.crm", status=1), "a backup took the place of a file")
    check("CONFLICT" in run("restore", "copy.crm", status=1), "restoring took the place of a file")
    done = subprocess.run([program, "restored.crm", "restore", "copy.crm"], capture_output=True, text=True)
    check(done.returncode == 0 and "true" in done.stdout, f"restore: {done.stdout}{done.stderr}")
    count = "SELECT count(*) AS n FROM customer"
    again = subprocess.run([program, "restored.crm", "sql", count], capture_output=True, text=True).stdout
    check(again == run("sql", count), f"restored: {again}")
    bare = subprocess.run([program, "describe", "archive.card"], capture_output=True, text=True)
    check(bare.returncode == 0 and "archive.card@1" in bare.stdout, f"describe without a file: {bare.stderr}")


def load_regions():
    def regions(*arguments):
        done = subprocess.run([program, "regions.crm", "--create", "regions", *arguments], capture_output=True, text=True)
        check(done.returncode == 0, f"regions {arguments}: {done.stderr}")
        return done.stdout
    check(regions().split()[-4:] == ["43", "43", "0", "0"], "34 provinces, 8 large regions and the country")
    Path("cities.csv").write_text("code,name\n330100,杭州市\n330200,宁波市\n", encoding="utf-8")
    check(json.loads(regions("cities.csv", "--json"))["changed"] == 2, "two cities")
    Path("newer.csv").write_text("code,name\n330100,杭州市\n", encoding="utf-8")
    gone = json.loads(regions("newer.csv", "--dry-run", "--json"))["gone"]
    check([one["code"] for one in gone] == ["3302"], f"gone: {gone}")
    Path("map.json").write_text('{"3302": "3301"}')
    check("中国/华东/浙江省/宁波市" in regions("newer.csv", "--successors", "map.json"), "a region that is gone is not told")


def slowly(stdin):
    stdin.write(b"code,name\n")
    for number in range(6):
        stdin.write("".join(f"S{number}-{i},慢{i}\n" for i in range(3000)).encode())
        stdin.flush()
        time.sleep(.15)
    stdin.close()


def on_a_terminal():
    sql = "SELECT code, name, kind, since, name AS again FROM customer ORDER BY code LIMIT 30"
    lines = on_terminal(60, "sql", sql).splitlines()
    check(all(width(line) <= 60 for line in lines), "a table is wider than its terminal")
    check(any("…" in line for line in lines), "nothing was shortened")
    check(max(width(line) for line in on_terminal(200, "sql", sql).splitlines()) > 90, "shortened without need")
    check('\n  "library"' in on_terminal(80, "call", "database.info"), "JSON for eyes has no line breaks")
    said = on_terminal(80, "import", "customers", "-", stdin=subprocess.PIPE, feed=slowly)
    check("\r\x1b[Kimport " in said, f"no progress is shown: {said!r}")
    check("18000" in said.splitlines()[-1], f"the import tells {said!r}")


shutil.rmtree("story", ignore_errors=True)
os.mkdir("story")
os.chdir("story")
for part in (make, time_zone, import_all, query, refuse, look_around, ask_about_customers, merge_and_take_back, every_word_is_translated, copy, load_regions, on_a_terminal):
    part()
