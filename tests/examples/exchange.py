"""Files of a sales office go in, and come out again, by the command line program.

usage: exchange.py PROGRAM DATA-FOLDER
"""

import csv
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from exchange_tools import check, exported, made, program, queried, run, told

HEADINGS = "客户编号,客户名称,客户类型,省份,企业性质,总资产(万元),建档日期,联系人,电话,备注,,\r\n"
ROWS = ["001234567890123456,杭州云杉科技有限公司,企业,浙江,私营,\"1,234.50\",2026/11/5,王芳,0571-88001234,老客户,,\r\n",
        "00017,王小明,个人,北京,,,2026年11月6日,,,,,\r\n"]


def ready_headings():
    """A list with Chinese headings needs no mapping, in whatever encoding a spreadsheet gave it."""
    text = HEADINGS + "".join(ROWS)
    for encoding, named in (("gb18030", "gb18030"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("gb18030", "auto"),
                            ("utf-8", "auto"), ("utf-16", "auto"), ("utf-16-be", "auto"), ("gbk", "gbk")):
        file = made(f"ready-{encoding}-{named}.crm")
        Path("kh.csv").write_bytes(text.encode(encoding))
        said = run(file, "--today", "2026-11-20", "import", "customers", "kh.csv", "--encoding", named)
        check(told(said) == [2, 2, 0, 0, 0], f"{encoding}: {said}")
        check("备注" in said[1], f"the column that is not used is not named: {said}")
        found = queried(file, "SELECT code, name, kind, since FROM customer ORDER BY code")
        check(found == [{"code": "00017", "name": "王小明", "kind": "person", "since": "2026-11-06"},
                        {"code": "001234567890123456", "name": "杭州云杉科技有限公司", "kind": "company",
                         "since": "2026-11-05"}], f"{encoding}: {found}")
        one = json.loads(run(file, "call", "archive.get", '{"customer":"001234567890123456"}')[0])
        check(one["attributes"]["total_assets"]["value"] == 1234_5000_00, f"1,234.50 万元 are {one['attributes']}")
        check(one["classes"]["region"]["node"] == "33" and one["classes"]["ownership"]["node"] == "private", one)
        check([(c["name"], c["phone"]) for c in one["contacts"]] == [("王芳", "0571-88001234")], one["contacts"])
    separated = text.replace(",", "\t").replace('"1\t234.50"', "1234.50")
    said = run(made("tab.crm"), "import", "customers", "-", "--separator", "\\t", stdin=separated.encode())
    check(told(said) == [2, 2, 0, 0, 0], f"separated by tabs: {said}")


def misdeclared():
    file = made("misdeclared.crm")
    said = run(file, "import", "customers", "-", "--encoding", "gb18030", status=1, stdin=(HEADINGS + ROWS[0]).encode())
    check("utf-8" in said[1] and "GB18030" in said[1], f"UTF-8 that is declared as GB18030: {said}")
    said = run(file, "import", "customers", "-", status=1, stdin="code,name\nA,Café Crème\n".encode("latin-1"))
    check("encoding" in said[1], f"Western bytes: {said}")
    check(queried(file, "SELECT count(*) AS n FROM customer") == [{"n": 0}], "something of a refused file was taken")


def mapping():
    """A mapping document: headings, constants, columns to ignore, forms of values, rows to take."""
    file = made("mapping.crm", ("credit", "信用", "integer"), ("signed", "签约", "date"))
    Path("map.json").write_text(json.dumps({
        "columns": {"No.": "code", "Firma": "name", "Bilanz": {"to": "total_assets", "power_of_ten": 3},
                    "Signed": {"to": "signed", "date_formats": ["MM/DD/YYYY"]}, "Tel 2": "contact2.phone",
                    "Wer 2": "contact2.name", "Art": {"to": "kind", "words": {"GmbH": "company", "Privat": "person"}}},
        "constants": {"region": "浙江"}, "ignore": ["Notiz"], "only": {"Stage": ["Won", "Kept"]},
        "decimal_sign": ",", "date_formats": ["D.M.YYYY"]}, ensure_ascii=False), encoding="utf-8")
    text = ("No.;Firma;Bilanz;Signed;since;Art;Wer 2;Tel 2;Stage;Notiz;Farbe\n"
            "A1;Nordwind;€ 1.234,5;11/05/2026;5.11.2026;GmbH;Anna;+49 1;won;x;rot\n"
            "A2;Südwind;7;11/06/2026;6.11.2026;Privat;;;Lost;x;blau\n")
    arguments = ("import", "customers", "-", "--map", "map.json", "--separator", ";")
    said = run(file, *arguments, status=1, stdin=text.encode())
    check("€" in said[1] and "CNY" in said[1], f"euros in an archive of yuan: {said}")
    said = run(file, *arguments, stdin=text.replace("€", "¥").encode())
    check(told(said) == [1, 1, 0, 0, 0] and "passed over: 1" in said[1], f"rows that are not won: {said}")
    check("Farbe" in said[1] and "Notiz" not in said[1] and "Stage" not in said[1], f"columns not used: {said[1]}")
    one = json.loads(run(file, "call", "archive.get", '{"customer":"A1"}')[0])
    check(one["attributes"]["total_assets"]["value"] == 1_234_500_00, one["attributes"])
    check(one["attributes"]["signed"]["value"] == "2026-11-05" and one["since"] == "2026-11-05", f"dates: {one}")
    check(one["classes"]["region"]["node"] == "33" and one["kind"] == "company", f"a constant: {one}")
    check(one["contacts"][0]["name"] == "Anna" and one["contacts"][0]["phone"] == "+49 1", one["contacts"])
    for change, words in (({"columns": {"Nr": "code"}}, ["/mapping/columns/Nr", "No."]),
                          ({"columns": {"No.": "kode"}}, ["/mapping/columns/No.", "kode", "contact.phone"]),
                          ({"ignore": ["x"]}, ["/mapping/ignore/0"]), ({"only": {"x": []}}, ["/mapping/only/x"]),
                          ({"colums": {}}, ["/colums", "columns"]), ({"date_formats": ["YY"]}, ["/date_formats/0"]),
                          ({"constants": {"colour": "red"}}, ["/mapping/constants/colour"]),
                          ({"decimal_sign": ";"}, ["/decimal_sign"])):
        Path("bad.json").write_text(json.dumps(change), encoding="utf-8")
        said = run(file, "import", "customers", "-", "--map", "bad.json", "--separator", ";", status=1, stdin=text.encode())
        check(all(word in said[1] for word in words), f"{change} is refused with: {said}")
    said = run(file, "import", "customers", "-", status=1, stdin="code,客户编号,name\nA,B,c\n".encode().replace(b"code,", "客户代码,".encode()))
    check("客户编号" in said[1] and "客户代码" in said[1], f"two columns for one field: {said}")


def failures():
    """All faults of a row at once, failures summed by kind, all of them to a file, status 3."""
    file = made("failures.crm")
    rows = "".join(f"F{i},客户{i},福建省,2026/11/5,\n" for i in range(228))
    text = "客户编号,客户名称,省份,建档日期,总资产\n" + rows + "G1,好,浙江,2026/13/5,abc\nG1,好,浙江,,\nG1,又,浙江,,\n"
    said = run(file, "import", "customers", "-", "--skip", "--failures", "failures.csv", status=3, stdin=text.encode())
    check(told(said) == [231, 1, 0, 0, 230], f"the counts: {said}")
    line = next(line for line in said[1].splitlines() if "福建省" in line)
    check(line.split()[0] == "228" and "2, 3, 4, 5, 6 …" in line and "省份" in line, f"福建省: {line}")
    check("line 231 names" in Path("failures.csv").read_text(encoding="utf-8"), "the first of two rows is not named")
    check("read as utf-8" in said[1], f"the encoding that was read is not told: {said[1]}")
    before = run(file, "changes", "--limit", "10000")[0]
    whole = run(file, "import", "customers", "-", status=1, stdin=text.replace("G1", "G2").encode())
    check("228" in whole[1] and "231 rows" in whole[1] and "line 2, column '省份'" in whole[1], f"refused whole: {whole}")
    check(run(file, "changes", "--limit", "10000")[0] == before, "something of a file that was refused was applied")
    with open("failures.csv", encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines))
    check(len(listed) == 231 and [one["failure.column"] for one in listed if one["failure.line"] == "230"] == ["建档日期", "总资产"],
          f"two faults of one row: {listed[228:]}")
    check((listed[0]["客户编号"], listed[0]["客户名称"], listed[0]["省份"]) == ("F0", "客户0", "福建省"), f"the row as it was: {listed[0]}")
    report = json.loads(run(file, "import", "customers", "-", "--skip", "--json", status=3, stdin=text.encode())[0])
    check((report["rows"], report["failed"], report["unchanged"]) == (231, 230, 1), f"the report as JSON: {report}")
    Path("mended.csv").write_text(Path("failures.csv").read_text(encoding="utf-8").split("\n")[0] + "\n"
                                  + "2,省份,NOT_FOUND,x,F0,客户0,浙江,2026/11/5,\n", encoding="utf-8")
    check(told(run(file, "import", "customers", "mended.csv"))[:2] == [1, 1], "what was mended is imported again")
    said = run(file, "import", "customers", "-", status=1, stdin="code,name,since,total_assets\nH,,x,y\n".encode())
    check(said[1].count("line 2") == 3, f"all that is wrong with a row: {said[1]}")
    said = run(file, "import", "customers", "-", "--last-wins", stdin="code,name\nJ,first\nJ,last\n".encode())
    check(told(said) == [2, 1, 1, 0, 0], f"the last one wins: {said}")
    check(queried(file, "SELECT name FROM customer WHERE code = 'J'") == [{"name": "last"}], "the first one won")


def shortened():
    """What a spreadsheet does to long numbers is noticed, and what other programs do against it is undone."""
    file = made("shortened.crm")
    text = '客户编号,客户名称,联系人,电话\n1.23457E+17,甲,,\n"=""00017""",乙,王芳,"=""013800138000"""\nE+1,丙,,\n'
    said = run(file, "import", "customers", "-", "--skip", status=3, stdin=text.encode())
    check(told(said) == [3, 2, 0, 0, 1], f"shortened: {said}")
    check("shortened" in said[1] and "1.23457E+17" in said[1], f"the code that was shortened: {said[1]}")
    found = queried(file, "SELECT c.code, t.phone FROM customer c LEFT JOIN contact t ON t.customer_id = c.customer_id ORDER BY c.code")
    check(found == [{"code": "00017", "phone": "013800138000"}, {"code": "E+1", "phone": None}], found)
    said = run(file, "import", "customers", "-", status=1, stdin="code,name,contact,phone\nE-1,x,Anna,1.38E+10\n".encode())
    check("1.38E+10" in said[1], f"a telephone number that was shortened: {said[1]}")


def entries():
    """Currency, rate and original date of entries are read, quantity times price is exact, rows are chosen."""
    file = made("entries.crm")
    run(file, "import", "customers", "-", stdin="code,name\nC1,甲\nC2,乙\n".encode())
    text = ("客户编号,日期,发票号,金额,币种,汇率,kind,original_date,stage\n"
            "C1,2026/3/5,I1,20.00,USD,7.1,revenue,,Won\n"
            "C1,2026-03-06,I2,$20.00,USD,7.1,收入,,Won\n"
            "C1,2026-05-06,R1,5.00,CNY,1,退货,2026/3/6,won\n"
            "C2,2026-05-06,I3,\"1,000.00\",,,revenue,,Lost\n")
    Path("won.json").write_text('{"only": {"stage": ["Won"]}}', encoding="utf-8")
    said = run(file, "import", "entries", "-", "--source", "crm", "--map", "won.json", stdin=text.encode())
    check(told(said) == [3, 3, 0, 0, 0], f"entries: {said}")
    found = queried(file, "SELECT document, date, amount, foreign_currency, foreign_amount, rate, original_date "
                          "FROM ledger_entry ORDER BY entry_id")
    check([(one["amount"], one["foreign_currency"]) for one in found] == [(14200, "USD"), (14200, "USD"), (500, None)], found)
    check(found[2]["original_date"] == "2026-03-06", f"a return hits its month: {found}")
    text = "customer,date,document,quantity,price\nC1,2026-03-05,P1,1.5,0.125\nC1,2026-03-05,P2,-2,3.50\nC1,2026-03-05,P3,3,x\n"
    said = run(file, "import", "entries", "-", "--source", "pos", "--negative-is-reversal", "--skip", status=3,
               stdin=text.encode())
    found = queried(file, "SELECT kind, amount FROM ledger_entry WHERE source = 'pos' ORDER BY entry_id")
    check(found == [{"kind": "revenue", "amount": 19}, {"kind": "reversal", "amount": 700}], f"products: {found}")
    for row, words in (("C1,2026-03-05,X,20.00,USD,,", ["rate", "USD"]), ("C1,2026-03-05,X,$20.00,,,", ["$20.00", "CNY"]),
                       ("C1,2026-03-05,X,20.00,XYZ,1,", ["XYZ"]), ("C1,2026-03-05,X,20.005,USD,7,", ["2 places"]),
                       ("C9,05.03.2026,X,1.00,,,", ["C9", "05.03.2026"]), ("C1,2026-03-05,X,1.00,,,2026-03-01", ["reversal"])):
        said = run(file, "import", "entries", "-", "--source", "bad", status=1,
                   stdin=("customer,date,document,amount,currency,rate,original_date\n" + row + "\n").encode())
        check(all(word in said[1] for word in words), f"{row} is refused with {said}")


ATTRIBUTES = (("credit", "信用", "integer"), ("rating", "评分", "decimal"), ("listed", "上市", "boolean"),
              ("signed", "签约日", "date"), ("note", "说明", "text"))


def filled():
    """An archive with everything that is exported, and with texts that a spreadsheet would calculate."""
    file = made("filled.crm", *ATTRIBUTES)
    customers = [
        {"code": "00017", "name": "=1+1", "short_name": "'=x", "since": "2020-02-29", "classes": {"region": "33"},
         "attributes": {"total_assets": {"value": 123456789, "observed": "2021-01-01"}, "rating": -4500000, "credit": -5,
                        "listed": True, "signed": "1999-12-31", "note": "@a;b,\"c\"\nd"},
         "contacts": [{"name": "王芳", "phone": "+86 755 1", "level": "executive", "do_not_contact": True},
                      {"name": "李雷", "email": "l@example.com", "channel": "visit"}]},
        {"code": "123456789012345678", "name": "王小明𠮷", "kind": "person"},
    ]
    run(file, "--today", "2026-11-20", "call", "archive.put", json.dumps({"customers": customers}))
    entries = [{"customer": "00017", "date": "2026-03-05", "amount": 2000, "currency": "USD", "rate": "7.123", "document": "=I1"},
               {"customer": "00017", "date": "2026-03-06", "amount": 700, "currency": "JPY", "rate": "0.05", "document": "I2"},
               {"customer": "123456789012345678", "date": "2026-03-07", "amount": -5, "kind": "cost", "document": "I3", "line": 7},
               {"customer": "00017", "date": "2026-04-07", "amount": 12, "kind": "reversal", "document": "R", "original_date": "2026-03-05"}]
    run(file, "call", "ledger.post", json.dumps({"source": "billing", "entries": entries}))
    put_managers(file)
    return file


def put_managers(file):
    run(file, "call", "assignment.put_units",
        '{"units": [{"code": "key", "name": "大客户处", "parent": "sales"}, {"code": "sales", "name": "部", "is_confidential": true}]}')
    run(file, "call", "assignment.put_managers", json.dumps({"managers": [
        {"code": "M1", "name": "沈静怡", "level": "senior", "level_since": "2022-01-01", "unit": "key", "employment": "agent",
         "phone": "+86 21", "span": 45, "segments": [{"axis": "region", "node": "north"}, {"axis": "region", "node": "33"}],
         "skills": [{"specialty": "credit", "proficiency": 90}],
         "certificates": [{"certificate": "cfa", "expires": "2030-01-01"}, {"certificate": "x"}]},
        {"code": "M2", "name": "高远"}]}))
    run(file, "call", "assignment.put_relationships",
        '{"relationships": [{"customer": "00017", "manager": "M1", "kind": "family", "strength": 56}]}')


TABLES = ("customers", "contacts", "entries", "units", "managers", "relationships")


def round_trip():
    """What is exported reads back to the same archive, in every dress."""
    file = filled()
    dresses = [((), ()), (("--encoding", "utf-8-bom", "--headings", "zh"), ()), (("--encoding", "gb18030"), ("--encoding", "gb18030")),
               (("--separator", "\\t", "--lossless"), ("--separator", "\\t", "--lossless")), (("--separator", ";"), ("--separator", ";"))]
    for number, (out, back) in enumerate(dresses):
        copy = made(f"copy{number}.crm", *ATTRIBUTES)
        for table in TABLES:
            Path("table.csv").write_bytes(exported(file, table, *out))
            source = ("--source", "billing") if table == "entries" else ()
            said = run(copy, "--today", "2026-11-21", "import", table, "table.csv", *source, *back)
            check(told(said)[4] == 0 and told(said)[0] > 0, f"{table} {out}: {said}")
        for table in TABLES:
            check(exported(copy, table) == exported(file, table), f"{table} came back as {exported(copy, table).decode()}")
        sql = "SELECT * FROM ledger_entry ORDER BY entry_id"
        check(queried(copy, sql) == queried(file, sql), f"entries came back as {queried(copy, sql)}")
        said = run(copy, "import", "customers", "-", stdin=exported(file, "customers"))
        check(told(said) == [2, 0, 0, 2, 0], f"the same again is unchanged: {said}")
    check(queried(copy, "SELECT phone FROM contact WHERE contact_no = 1") == [{"phone": "+86 755 1"}], "the quote sign stayed")


def forms():
    """What an export looks like."""
    file = filled()
    lines = exported(file, "entries").decode().split("\r\n")
    check(lines[:3] == ["customer,date,document,line,kind,amount,currency,rate,original_date,source",
                        "00017,2026-03-05,'=I1,1,revenue,20.00,USD,7.123,,billing",
                        "00017,2026-03-06,I2,1,revenue,700,JPY,0.05,,billing"], lines)
    check(lines[3].split(",")[5] == "-0.05", f"a number needs no quote sign: {lines[3]}")
    found = [json.loads(line) for line in exported(file, "customers", "--format", "json_lines").decode().splitlines()]
    check(found[0]["total_assets"] == "1234567.89" and found[0]["listed"] is True and found[0]["credit"] == -5, found)
    check(found[0]["name"] == "=1+1" and found[1]["region"] is None, found)
    check(exported(file, "contacts", "--encoding", "utf-8-bom").startswith(b"\xef\xbb\xbfcustomer,"), "no mark")
    check("客户编号,联系人序号,联系人级别,联系人" in exported(file, "contacts", "--headings", "zh", "--encoding", "gb18030").decode("gb18030"),
          "Chinese headings")
    run(file, "call", "assignment.assign", '{"customer": "00017", "manager": "M1", "from": "2026-01-01"}')
    check(b"00017,M1,primary,2026-01-01,,manual,,0" in exported(file, "assignment"), exported(file, "assignment"))
    check(exported(file, "grades") == b"customer,scheme,grade,computed_grade,since\r\n", exported(file, "grades"))
    gateway = json.loads(run(file, "call", "database.export", '{"table": "units"}')[0])
    check(gateway == {"rows": 2, "text": exported(file, "units").decode()}, gateway)
    run(file, "export", "nothing", status=2)
    run(file, "export", "units", "--out", "no/such/folder.csv", status=1)


def lists():
    """Units, managers and relationships: all that is wrong is told by its line."""
    file = made("lists.crm")
    run(file, "import", "customers", "-", stdin="code,name\nC1,甲\n".encode())
    text = "部门编号,部门名称,上级部门,备注\nkey,大客户处,sales,x\nsales,部,,x\nbad,坏,nowhere,x\nkey,又,,x\n"
    said = run(file, "import", "units", "-", "--skip", status=3, stdin=text.encode())
    check(told(said) == [4, 2, 0, 0, 2] and "nowhere" in said[1] and "line 2 names" in said[1] and "备注" in said[1], f"units: {said}")
    text = ("工号,姓名,部门,用工方式,管理幅度,服务范围,专长,证书\n"
            "M1,沈静怡,key,代理商,\"1,045\",region:北京；region:浙江,credit:90,cfa:2030-01-01\n"
            "M2,高远,nowhere,专职,x,region:Atlantis,credit:900,cfa:soon\n")
    said = run(file, "import", "managers", "-", "--skip", status=3, stdin=text.encode())
    check(told(said) == [2, 1, 0, 0, 1], f"managers: {said}")
    check(all(word in said[1] for word in ("管理幅度", "专长", "证书")), f"all faults of a row: {said[1]}")
    found = queried(file, "SELECT employment, span, unit FROM manager_current")
    check(found == [{"employment": "agent", "span": 1045, "unit": "key"}], found)
    text = "客户编号,客户经理,关系,强度\nC1,M1,亲属,56\nC1,M9,朋友,5\nC9,M1,朋友,5\nC1,M1,亲属,57\n"
    said = run(file, "import", "relationships", "-", "--skip", status=3, stdin=text.encode())
    check(told(said) == [4, 0, 1, 0, 3] and "C9" in said[1] and "M9" in said[1], f"relationships: {said}")
    said = run(file, "import", "contacts", "-", "--skip", status=3,
               stdin="客户编号,联系人序号,姓名,联系人级别\nC1,1,王芳,管理层\nC1,1,又,\nC9,,x,\nC1,,李,nobody\n".encode())
    check(told(said) == [4, 0, 1, 0, 3] and "line 2 names" in said[1], f"contacts: {said}")
    check(queried(file, "SELECT name, level FROM contact") == [{"name": "王芳", "level": "executive"}], "contacts")


def workbook(name, rows, styles="", shared=()):
    """Writes a workbook as a spreadsheet would: `rows` are the cells' XML by row number."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheet = "".join(f'<row r="{number}">{cells}</row>' for number, cells in rows)
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{relations}"><sheets><sheet name="表" r:id="rId7"/></sheets></workbook>')
        file.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}"><Relationship Id="rId7" Target="worksheets/s.xml"/></Relationships>')
        file.writestr("xl/styles.xml", f"<styleSheet {main}>{styles}</styleSheet>")
        file.writestr("xl/sharedStrings.xml", f"<sst {main}>" + "".join(f"<si>{text}</si>" for text in shared) + "</sst>")
        file.writestr("xl/worksheets/s.xml", f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>")


STYLES = ('<numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
          '<numFmt numFmtId="166" formatCode="&quot;day&quot; #,##0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
          '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>')


def inline(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbooks():
    """Workbooks go in and come out; leading zeros and codes of 18 digits stay what they are."""
    file = filled()
    done = subprocess.run([program, file, "export", "units", "--out", "units.xlsx"], capture_output=True)
    if b"UNSUPPORTED" in done.stderr:
        return
    copy = made("from_workbooks.crm", *ATTRIBUTES)
    for table in TABLES:
        run(file, "export", table, "--out", f"{table}.xlsx", "--headings", "zh")
        first = Path(f"{table}.xlsx").read_bytes()
        run(file, "export", table, "--out", f"{table}.xlsx", "--headings", "zh")
        check(Path(f"{table}.xlsx").read_bytes() == first, f"the same archive gives another {table}.xlsx")
        said = run(copy, "--today", "2026-11-21", "import", table, f"{table}.xlsx", *(("--source", "billing") if table == "entries" else ()))
        check(told(said)[4] == 0 and told(said)[0] > 0, f"{table}: {said}")
    for table in TABLES:
        check(exported(copy, table) == exported(file, table), f"{table} came back as {exported(copy, table).decode()}")
    headings = "".join(inline(place, text) for place, text in (("A1", "客户编号"), ("B1", "客户名称"), ("C1", "建档日期"), ("D1", "总资产")))
    rows = [(1, headings),
            (2, '<c r="A2" s="2"><v>17</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" s="1"><v>46331</v></c><c r="D2" s="4"><v>1234.5600000000001</v></c>'),
            (4, inline("A4", "123456789012345678") + inline("B4", "&lt;乙&gt;,\"x\"") + '<c r="C4" s="3"><v>43890.5</v></c>'),
            (5, '<c r="A5"><v>20001</v></c>' + inline("B5", "丙") + '<c r="D5"><v>1.5E3</v></c>')]
    workbook("office.xlsx", rows, STYLES, ["<r><t>甲</t></r><r><t>公司</t></r><rPh><t>jia</t></rPh>"])
    file = made("office.crm")
    said = run(file, "import", "customers", "office.xlsx")
    check(told(said) == [3, 3, 0, 0, 0], f"a workbook of a spreadsheet: {said}")
    found = queried(file, "SELECT c.code, c.name, c.since, a.number FROM customer c LEFT JOIN customer_attribute a "
                          "ON a.customer_id = c.customer_id ORDER BY c.customer_id")
    check([list(one.values()) for one in found][:2] == [["00017", "甲公司", "2026-11-05", 123456],
                                                        ["123456789012345678", '<乙>,"x"', "2020-02-29", None]], found)
    check(found[2]["code"] == "20001" and found[2]["number"] == 150000, found)
    workbook("long.xlsx", [(1, headings), (3, '<c r="A3"><v>123456789012345678</v></c>' + inline("B3", "x"))])
    said = run(file, "import", "customers", "long.xlsx", status=1)
    check("A3" in said[1] and "15 digits" in said[1], f"a code that lost its digits: {said}")
    workbook("bad.xlsx", [(1, headings), (3, inline("A3", "K") + inline("B3", "x") + inline("C3", "gestern"))])
    said = run(file, "import", "customers", "bad.xlsx", status=1)
    check("/lines/3" in said[1] and "gestern" in said[1], f"the row of a fault: {said}")
    workbook("mixed.xlsx", [(1, headings), (2, '<c r="A2"><v>123456789012345678</v></c>' + inline("B2", "x")),
                            (3, inline("A3", "OK1") + inline("B3", "好")), (4, inline("A4", "OK2") + '<c r="B4" t="e"><v>#N/A</v></c>')])
    said = run(file, "import", "customers", "mixed.xlsx", "--skip", status=3)
    check(told(said) == [3, 1, 0, 0, 2] and "A2" in said[1] and "#N/A" in said[1], f"bad cells fail their rows: {said}")
    run(file, "sql", "SELECT code, name FROM customer ORDER BY code", "--out", "query.xlsx")
    said = run(made("from_query.crm"), "import", "customers", "query.xlsx")
    check(told(said)[4] == 0 and told(said)[1] > 0, f"a query in a workbook: {said}")
    run(file, "sql", "SELECT 1", "--csv", "--out", "query.xlsx", status=1)
    for name, text in (("none.xlsx", b"code,name"), ("empty.xlsx", b"")):
        Path(name).write_bytes(text)
        check("no workbook" in run(file, "import", "customers", name, status=1)[1], name)
    cut = Path("office.xlsx").read_bytes()
    for size in range(0, len(cut), 97):
        Path("cut.xlsx").write_bytes(cut[:size])
        run(file, "import", "customers", "cut.xlsx", status=1)


shutil.rmtree("exchange", ignore_errors=True)
os.mkdir("exchange")
os.chdir("exchange")
for part in (ready_headings, misdeclared, mapping, failures, shortened, entries, round_trip, forms, lists, workbooks):
    part()
