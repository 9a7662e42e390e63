"""What imports tell: rows that do not agree with themselves, and what is taken and may have been meant otherwise.

usage: exchange_told.py PROGRAM DATA-FOLDER
"""

import csv
import json
import os
import shutil
from pathlib import Path

from exchange_tools import check, exported, made, queried, run, told


def disagreeing():
    """Quantity, price and amount that do not agree; invoices that stand in a file twice; rows without a number."""
    file = made("disagreeing.crm")
    run(file, "import", "customers", "-", stdin="code,name\nC1,甲\n".encode())
    text = ("客户编号,日期,发票号,数量,单价,金额\nC1,2026-03-05,A,3,3.33,10.00\nC1,2026-03-05,B,100,3,320.00\n"
            "C1,2026-03-05,C,,,7.00\nC1,2026-03-05,D,2,3.50,\nC1,2026-03-05,E,1套,5.00,5.00\nC1,2026-03-05,F,-2,3.50,7.00\n")
    said = run(file, "import", "entries", "-", "--source", "s", "--skip", status=3, stdin=text.encode())
    check(told(said) == [6, 4, 0, 0, 2], f"disagreeing rows: {said}")
    check("数量 × 单价" in said[1] and "1套" in said[1], f"both are named: {said[1]}")
    found = queried(file, "SELECT document, amount FROM ledger_entry ORDER BY document")
    check([(one["document"], one["amount"]) for one in found] == [("A", 1000), ("C", 700), ("D", 700), ("E", 500)], found)
    Path("ignore.json").write_text('{"ignore": ["单价"]}', encoding="utf-8")
    said = run(file, "import", "entries", "-", "--source", "t", "--map", "ignore.json", "--skip", status=3, stdin=text.encode())
    check(told(said)[4] == 1, f"a column that is ignored is not compared: {said}")
    text = "customer,date,document,amount\nC1,2026-03-05,X,5.00\nC1,2026-03-05,X,6.00\nC1,2026-03-05,X,5.00\nC1,2026-03-05,,5.00\n"
    said = run(file, "import", "entries", "-", "--source", "u", "--skip", status=3, stdin=text.encode())
    check(told(said) == [4, 3, 0, 0, 1] and "is blank" in said[1], f"a row without a number: {said}")
    check("line 2" in said[1] and "line 3 of the document" in said[1], f"rows alike are told: {said[1]}")
    said = run(file, "import", "customers", "-", status=1, stdin="code;name\nA;b\n".encode())
    check("--separator ';'" in said[1], f"a header that was not divided: {said[1]}")
    said = run(file, "import", "customers", "-", status=1, stdin="code\tname\nA\tb\n".encode())
    check("--separator '\\t'" in said[1], f"a header of tabs: {said[1]}")


def taken_in_part():
    """What is taken, and may have been meant otherwise, is told."""
    file = made("part.crm")
    text = "客户编号,客户名称,省份,电话,邮箱,联系人\nP1,甲,浙江省杭州市,12,a.b.c,王\nP2,乙,浙江省宁波市,0571-88001234,a@b.cn,李\n"
    said = run(file, "import", "customers", "-", stdin=text.encode())
    check(told(said) == [2, 2, 0, 0, 0] and "浙江省" in said[1], f"provinces are taken: {said}")
    check("e-mail" in said[1] and "telephone" in said[1], f"odd addresses are told: {said[1]}")
    found = queried(file, "SELECT customer_code, node FROM customer_class WHERE axis = 'region' ORDER BY customer_code")
    check([one["node"] for one in found] == ["33", "33"], found)
    said = run(file, "import", "customers", "-", status=1, stdin="客户编号,客户名称,省份\nP3,丙,华东某地\n".encode())
    check("华东某地" in said[1], f"a node with others below is not taken: {said[1]}")
    run(file, "call", "assignment.put_policy", json.dumps({"document": {"code": "p", "grades": ["A"], "levels": ["ordinary"], "stages": [{"rule": "least_loaded"}]}}))
    managers = "工号,姓名,级别,服务范围\nM1,沈,大师,region:浙江\n"
    said = run(file, "import", "managers", "-", stdin=managers.encode())
    check(told(said)[1] == 1 and "大师" in said[1] and "ordinary" in said[1], f"a level that no policy knows: {said}")
    put = json.loads(run(file, "call", "assignment.put_managers", '{"managers": [{"code": "M1", "phone": "021-555555"}]}')[0])
    check(put["unknown_levels"] == [{"manager": "M1", "name": "沈", "level": "大师"}], put)
    more = "工号,服务范围,替换\nM1,region:北京,%s\n"
    said = run(file, "import", "managers", "-", stdin=(more % "").encode())
    check("keeps region:33" in said[1], f"segments that are kept are not told: {said[1]}")
    said = run(file, "import", "managers", "-", stdin=(more % "是").encode())
    check("keeps" not in said[1] and b"region:11," in exported(file, "managers"), f"replaced: {said}")


def rows_of_failures():
    """A row that is refused when all of a list is put stands in the file of failures as it was, not as a later one."""
    file = made("rows.crm")
    run(file, "import", "managers", "-", "--skip", "--failures", "failures.csv", status=3,
        stdin="工号,姓名,部门\nM7,甲,nowhere\nM8,\"乙 \"\"x\"\"\",\n".encode())
    with open("failures.csv", encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    check([(one["failure.line"], one["failure.column"], one["工号"], one["姓名"]) for one in listed] == [("2", "部门", "M7", "甲")], listed)


def statuses():
    """Who is lost, and classes of the past, come out; who is lost goes in again."""
    file = made("lost.crm")
    run(file, "--today", "2026-01-01", "call", "archive.put", '{"customers": [{"code": "L1", "name": "甲", "classes": {"region": "33"}}, {"code": "L2", "name": "乙"}]}')
    run(file, "--today", "2026-02-01", "call", "archive.put", '{"customers": [{"code": "L1", "classes": {"region": "11"}}]}')
    run(file, "call", "archive.set_lost", '{"customer": "L1"}')
    lines = exported(file, "classes").decode().split("\r\n")
    check([line for line in lines if line.startswith("L1,region")] ==
          ["L1,region,33,浙江省,2026-01-01,2026-02-01", "L1,region,11,北京市,2026-02-01,"], lines)
    for headings in ("names", "zh"):
        table = exported(file, "customers", "--headings", headings)
        check(b"lost" in table and b"prospect" in table, table.decode())
        copy = made(f"lost_{headings}.crm")
        check(told(run(copy, "import", "customers", "-", stdin=table)) == [2, 2, 0, 0, 0], "customers who are lost")
        check(exported(copy, "customers") == exported(file, "customers"), exported(copy, "customers").decode())
        check(told(run(copy, "import", "customers", "-", stdin=table)) == [2, 0, 0, 2, 0], "the same again")
        back = table.replace(b"lost", "已有客户".encode())
        check(told(run(copy, "import", "customers", "-", stdin=back)) == [2, 0, 1, 1, 0], "who is not lost any more")
    check("观察日" in exported(file, "customers", "--headings", "zh").decode(), "Chinese headings alone")


shutil.rmtree("exchange_told", ignore_errors=True)
os.mkdir("exchange_told")
os.chdir("exchange_told")
for part in (disagreeing, taken_in_part, rows_of_failures, statuses):
    part()
