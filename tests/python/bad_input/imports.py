"""CSV and GB18030: lines and columns instead of paths."""

from .rows import Accepted, Refused, csv

HEAD = b"code,name\n"
ENTRIES = b"customer,date,document,amount\n"
NUMBERS = [("NaN", "NaN"), ("infinity", "inf"), ("1e3", "1e3"), ("0x10", "0x10"), ("leading blank", " 12"),
           ("leading blank", "12 "), ("full-width digits", "１２"), ("excess decimals", "12.345"), ("wrong type", "+12"),
           ("wrong type", ".5"), ("wrong type", "5."), ("wrong type", "--1"), ("wrong type", "¥5"), ("wrong type", '"1,000"')]
DATES = [("2024-02-30", "2024-02-30"), ("2023-02-29", "2023-02-29"), ("0000-00-00", "0000-00-00"),
         ("year 10000", "10000-01-01"), ("offset +25:00", "2024-01-01+25:00"),
         ("offset +25:00", "2024-01-01T00:00:00+25:00"), ("offset +25:00", "2024-01-01T00:00:00-14:01"), ("wrong type", "2024/01/01"), ("missing field", "")]


def customers(item, text, code, path="/lines/2", says="", **options):
    return csv(item, "customers", text, code, path, says, **options)


def entries(item, text, code, path="/lines/2", says="", **options):
    return csv(item, "entries", text, code, path, says, **{"source": "csv", **options})


def limit(number):
    return f"code,name,credit_limit\nV1,x,{number}\n".encode()


def bought(amount="1", date="2024-03-01"):
    return ENTRIES + f"C1,{date},V,{amount}\n".encode()


def read_back(text, columns, expected, **options):
    """What an import gives back of the customer named first."""
    def read(world):
        code = expected[0]
        row = list(world.conn.query("SELECT c.code, c.name, a.text FROM customer c LEFT JOIN customer_attribute a ON "
                                    "a.customer_id = c.customer_id AND a.attribute = 'a_text' WHERE c.code = ?1", [code]))
        return tuple(row[0][column] for column in columns)
    return lambda world: world.import_csv("customers", text, **options), read, expected


def in_quantity(quantity, price):
    return b"customer,date,document,n,price\nC1,2024-03-01,V,%s,%s\n" % (quantity, price)


ROWS = [
    customers("byte FF", HEAD + b"A,\xff\n", "UTF8", says="field 2"),
    customers("overlong C0AF", HEAD + b"A,\xc0\xaf\n", "UTF8"),
    customers("surrogate EDA080", HEAD + b"A,\xed\xa0\x80\n", "UTF8"),
    customers("beyond U+10FFFF", HEAD + b"A,\xf4\x90\x80\x80\n", "UTF8"),
    customers("cut sequence", HEAD + b"A,\xe4\xba\n", "UTF8"),
    customers("cut sequence", HEAD + b"\xe4,\xba\xac\n", "UTF8", says="field 1"),
    customers("undeclared GBK", HEAD + b"A,x\nB," + "中国".encode("gbk") + b"\n", "UTF8", "/lines/3", "gb18030"),
    customers("embedded NUL", HEAD + b"A,a\0b\n", "INVALID", says="NUL"),
    customers("bidi override in codes", HEAD + "a\u202e,x\n".encode(), "INVALID", says="'code'"),
    customers("blank name", HEAD + b"A, \n", "INVALID", says="'name'"),
    customers("blank name", HEAD + b" ,x\n", "INVALID", says="'code'"),
    customers("blank name", b"code,,name\nA,b,c\n", "INVALID", "/lines/1", "column 2"),
    customers("unclosed quote", HEAD + b'A,"x\nB,y\n', "INVALID", says="never closes"),
    customers("stray quote", HEAD + b'A,x"y\n', "INVALID"),
    customers("stray quote", HEAD + b'A,"x"y\n', "INVALID"),
    customers("ragged row", HEAD + b"A\n", "INVALID", says="1 fields"),
    customers("ragged row", HEAD + b"A,b\nC,d,e\n", "INVALID", "/lines/3", "3 fields"),
    customers("duplicate header", b"code,name,code\nA,b,c\n", "INVALID", "/lines/1", "'code' twice"),
    customers("undeclared UTF-16", "code,name\nA,b\n".encode("utf-16"), "INVALID", "/lines/1", "UTF-16"),
    customers("undeclared UTF-16", "code,name\nA,b\n".encode("utf-16-le"), "INVALID", "/lines/1", "UTF-16"),
    customers("a million columns", b"," * 1_000_000 + b"\n", "LIMIT", "/lines/1", "1024"),
    customers("10 MB name", HEAD + b'A,"' + b"x" * 10_000_000 + b'"\n', "LIMIT", says="1048576"),
    customers("missing field", b"", "INVALID", "/lines/1"),
    customers("missing field", b"name\nA\n", "INVALID", "/lines/1", "'code'"),
    customers("unknown field", b"code,colour\nA,b\n", "INVALID", "/lines/1", "'colour'"),
    customers("unknown field", b"code,name,region\nA,b,Atlantis\n", "NOT_FOUND", says="'region'"),
    customers("unknown field", HEAD, "INVALID", "/colour", colour=1),
    customers("unknown field", HEAD, "INVALID", "/encoding", "gb18030", encoding="latin1"),
    customers("ragged row", HEAD + b"A,x\rB,y\n", "INVALID", says="carriage return"),
    customers("declared GB18030", HEAD + b"A,x\nB,\xff\xff\n", "UTF8", "/lines/3", "line 3", encoding="gb18030"),
    customers("declared GB18030", HEAD + b"A,\x81", "UTF8", "/lines/2", encoding="gb18030"),
    customers("negative credit limit", limit("-0.01"), "RANGE", says="'credit_limit'"),
    *(customers(item, limit(number), "INVALID", says="'credit_limit'") for item, number in NUMBERS),
    customers("beyond 2^53 - 1", limit("90071992547409.92"), "RANGE", says="'credit_limit'"),
    customers("rounded JSON integer", limit("9" * 40), "RANGE", says="'credit_limit'"),
    customers("negated minimum", limit("-92233720368547758.08"), "RANGE", says="'credit_limit'"),
    customers("2024-02-30", b"code,name,a_date\nA,b,2024-02-30\n", "INVALID", says="'a_date'"),
    *(entries(item, bought(amount=number), "INVALID", says="'amount'") for item, number in NUMBERS),
    *(entries(item, bought(date=day), "INVALID", says="'date'") for item, day in DATES),
    entries("beyond 2^53 - 1", bought("90071992547409.92"), "RANGE", says="'amount'"),
    entries("overflow of a sum", bought("45035996273705.00") + b"C1,2024-03-01,W,45035996273705.00\n", "RANGE", "/lines/3",
            "'amount'"),
    *(entries(item, in_quantity(quantity, price), "RANGE", says="'price'", quantity_column="n", price_column="price")
      for item, quantity, price in [("overflow of a sum", b"9007199254740991", b"90071992547409.91"),
                                    ("negated minimum", b"2048", b"-45035996273704.96")]),
    entries("wrong type", bought("-1"), "INVALID", says="less than"),
    entries("missing field", b"customer,date,amount\nC1,2024-03-01,1\n", "INVALID", "/lines/1", "'document'"),
    entries("unknown field", ENTRIES + b"nobody,2024-03-01,D,1\n", "NOT_FOUND", says="'customer'"),
    entries("wrong type", ENTRIES, "INVALID", "/separator", separator=";;"),
    Refused("missing field", lambda world: world.import_csv("entries", ENTRIES), "INVALID", "/source"),
    Accepted("BOM stripped", *read_back(b"\xef\xbb\xbf" + b"code,name\r\nBOM,x\r\n", ("code", "name"), ("BOM", "x"))),
    Accepted("CRLF inside quotes", *read_back(b'code,name,a_text\nQ,x,"a\r\nb""c"\n', ("code", "text"), ("Q", 'a\r\nb"c'))),
    Accepted("00123 as text", *read_back(b"code,name\n00123,00456\n", ("code", "name"), ("00123", "00456"))),
    Accepted("SQL in a name", *read_back(b"code,name\nS,'; DROP TABLE customer\n", ("code", "name"), ("S", "'; DROP TABLE customer"))),
    # The second byte of the last two characters is a quote's and a comma's neighbour in other encodings.
    Accepted("declared GB18030", *read_back('code,name\nGB,"中国""𠮷,丂丅"\n'.encode("gb18030"), ("code", "name"),
                                            ("GB", '中国"𠮷,丂丅'), encoding="gb18030")),
    Accepted("𠮷 and emoji", *read_back("code,name\nE,𠮷🏭\n".encode(), ("code", "name"), ("E", "𠮷🏭"))),
    Accepted("-0 is 0", lambda world: world.import_csv("customers", limit("-0")),
             lambda world: world.conn.call("archive.get", customer="V1")["attributes"]["credit_limit"]["value"], 0),
]
