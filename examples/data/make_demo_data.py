#!/usr/bin/env python3
"""Makes the data of the demo: invented customers, regions, managers and 18 months of what billing delivered.

    python3 make_demo_data.py [FOLDER]

writes customers.csv, regions.json, units.json, managers.json, relationships.json and entries/YYYY-MM.csv to FOLDER
(this one by default). The same script always writes the same bytes: the seed is fixed, and all arithmetic is on
integers. Every name is made up from syllables; only the provinces and cities are real.
"""

import csv
import json
import random
import sys
from datetime import date, timedelta
from pathlib import Path

SEED = 20230101
MONTHS = [(2023 + m // 12, m % 12 + 1) for m in range(18)]

# code, name, parent, short names
REGIONS = [
    ("CN", "中国", "", []),
    ("north", "华北", "CN", []), ("east", "华东", "CN", []), ("south", "华南", "CN", []),
    ("central", "华中", "CN", []), ("southwest", "西南", "CN", []), ("northwest", "西北", "CN", []),
    ("northeast", "东北", "CN", []),
    ("11", "北京市", "north", ["北京"]), ("12", "天津市", "north", ["天津"]), ("13", "河北省", "north", ["河北"]),
    ("31", "上海市", "east", ["上海"]), ("32", "江苏省", "east", ["江苏"]), ("33", "浙江省", "east", ["浙江"]),
    ("37", "山东省", "east", ["山东"]),
    ("44", "广东省", "south", ["广东"]), ("4403", "深圳市", "south", ["深圳"]), ("46", "海南省", "south", ["海南"]),
    ("41", "河南省", "central", ["河南"]), ("42", "湖北省", "central", ["湖北"]),
    ("50", "重庆市", "southwest", ["重庆"]), ("51", "四川省", "southwest", ["四川"]),
    ("61", "陕西省", "northwest", ["陕西"]), ("21", "辽宁省", "northeast", ["辽宁"]),
]
# Where customers are, by short name; the weights make the coast busier.
PLACES = [("北京", 22), ("上海", 26), ("深圳", 22), ("江苏", 16), ("浙江", 16), ("广东", 14), ("山东", 9), ("天津", 7),
          ("四川", 9), ("湖北", 8), ("河南", 7), ("重庆", 6), ("陕西", 6), ("河北", 5), ("辽宁", 6), ("海南", 3)]
OWNERSHIPS = [("private", 44), ("joint_stock", 18), ("foreign", 12), ("joint_venture", 10), ("state_owned", 10),
              ("collective", 6)]
FIRST, SECOND = "澜柏禾珞岚砚霁沐溪棠屿榆朔霖璟槿", "舟川岳石原桥帆谷汀峤野序砺墨澄垣"
TRADES = ["精密机械", "生物科技", "纺织", "食品", "建材", "物流", "电子", "软件", "园艺", "医疗器械", "农业", "印务", "陶瓷",
          "家具", "玩具", "仪器", "新能源", "包装"]
LATIN = ["Velmorra", "Tarkenby", "Ostrinne", "Quillane", "Braskeld", "Norvask", "Ellmarch", "Pinquay", "Sundrelle",
         "Kestmarn", "Aldwyck", "Farrowlin", "Lumbrenne", "Hexlade", "Orvanne", "Tidewynne", "Wrenfold", "Calderune"]
LATIN_TRADES = ["Instruments", "Textiles", "Foods", "Freight", "Ceramics", "Optics", "Toys", "Timber", "Paper"]
CITIES = {"上海": "Shanghai", "深圳": "Shenzhen", "北京": "Beijing", "江苏": "Jiangsu", "浙江": "Zhejiang"}
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁", ["书瑶", "建安", "子墨", "雨桐", "文博", "思齐", "若溪", "明哲", "安琪",
                                                   "立诚", "静宜", "浩然", "佳宁", "远航", "晓岚"]
LATIN_PEOPLE = ["Elena Fischer", "Tomás Rivera", "Aoife Brennan", "Jonas Lindqvist", "Mei-Ling Park", "Amara Okafor"]

# Percent of an ordinary month, January to December.
FLAT = [100] * 12
SEASONS = {"flat": FLAT, "year_end": [80, 55, 85, 90, 95, 100, 95, 95, 105, 115, 140, 160],
           "building": [35, 25, 80, 125, 140, 140, 130, 125, 130, 125, 90, 55],
           "harvest": [60, 60, 70, 80, 80, 90, 100, 130, 190, 180, 100, 60]}

# Life of a customer: how many, and the band of size ranks that they are drawn from.
LIVES = [("steady", 62), ("seasonal", 34), ("riser", 16), ("faller", 16), ("newcomer", 16), ("stopper", 10),
         ("occasional", 14), ("prospect", 12)]

# Exactly at, and one fen beside, the limits of the asset bands (yuan).
BOUNDARIES = ["4999999.99", "5000000.00", "10000000.00", "10000000.01", "100000000.00", "100000000.01"]


class Dice:
    """Integers from the one generator method whose sequence Python guarantees for ever."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, n):
        return int(self.random() * n)

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        at = self.below(sum(weight for _, weight in pairs))
        for item, weight in pairs:
            at -= weight
            if at < 0:
                return item

    def shuffled(self, items):
        rest, mixed = list(items), []
        while rest:
            mixed.append(rest.pop(self.below(len(rest))))
        return mixed


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


class Names:
    """Invented names, none of them twice."""

    def __init__(self, dice):
        self.dice, self.used = dice, set()

    def once(self, make):
        while True:
            name = make()
            if name[0] not in self.used:
                self.used.add(name[0])
                return name

    def company(self, place, latin):
        return self.once(lambda: self.latin_company(place) if latin else self.chinese_company(place))

    def chinese_company(self, place):
        brand = self.dice.pick(FIRST) + self.dice.pick(SECOND)
        form = self.dice.weighted([("有限公司", 7), ("股份有限公司", 2), ("集团有限公司", 1)])
        return f"{place}{brand}{self.dice.pick(TRADES)}{form}", brand

    def latin_company(self, place):
        brand = self.dice.pick(LATIN)
        return f"{brand} {self.dice.pick(LATIN_TRADES)} ({CITIES.get(place, 'China')}) Ltd.", brand

    def person(self):
        return self.once(lambda: (self.dice.pick(FAMILY) + self.dice.pick(GIVEN), ""))

    def household(self):
        return self.once(lambda: (self.dice.pick(FAMILY) + self.dice.pick(GIVEN) + "家庭", ""))


def total_assets(dice, size):
    """Yuan as text; large customers tend to have large assets."""
    low, high = [(120_000_00, 900_000_00), (5_000_00, 60_000_00), (800_00, 12_000_00), (50_00, 5_500_00)][size]
    return yuan(dice.between(low, high) * 1000 + dice.below(100000))


def make_customer(dice, names, code, life, rank):
    size = 0 if rank < 14 else 1 if rank < 50 else 2 if rank < 110 else 3
    kind = "company" if rank < 60 else dice.weighted([("company", 66), ("person", 20), ("household", 14)])
    place = dice.weighted(PLACES)
    latin = kind == "company" and dice.chance(15)
    if kind == "company":
        name, short = names.company(place, latin)
    else:
        name, short = names.person() if kind == "person" else names.household()
    start = dice.between(3, 15) if life == "newcomer" else 0
    since = date(*MONTHS[start], dice.between(1, 5)) if start else date(2015 + dice.below(8), dice.between(1, 12),
                                                                         dice.between(1, 28))
    ownership = ""
    if kind == "company" and not dice.chance(5):
        ownership = "foreign" if latin and dice.chance(70) else dice.weighted(OWNERSHIPS)
    return {
        "code": code, "name": name, "short_name": short, "kind": kind, "since": since.isoformat(),
        "region": "" if dice.chance(4) else place, "ownership": ownership,
        "total_assets": "" if kind != "company" and dice.chance(60) or dice.chance(4) else total_assets(dice, size),
        "credit_score": "" if dice.chance(8) else str(dice.between(520, 880)),
        "life": life, "rank": rank, "start": start, "stop": dice.between(8, 13) if life == "stopper" else 18,
        "season": dice.pick(["year_end", "building", "harvest"]) if life == "seasonal" else "flat",
        "cost_percent": dice.between(55, 90),
    }


def make_customers(dice):
    names = Names(dice)
    lives = dice.shuffled([life for life, count in LIVES for _ in range(count)])
    customers = [make_customer(dice, names, f"K{1001 + rank}", life, rank) for rank, life in enumerate(lives)]
    companies = [c for c in customers if c["kind"] == "company"]
    for customer, assets in zip(companies[20:], BOUNDARIES):
        customer["total_assets"] = assets
    people = [c for c in customers if c["kind"] == "person"]
    for customer, name in zip(people[::4], LATIN_PEOPLE):
        customer["name"] = name
    return customers


def month_percent(dice, customer, month):
    """Size of a month against the customer's ordinary one; 0 for none."""
    life, (_, calendar_month) = customer["life"], MONTHS[month]
    if life == "prospect" or not customer["start"] <= month < customer["stop"]:
        return 0
    percent = SEASONS[customer["season"]][calendar_month - 1] * dice.between(85, 115) // 100
    if calendar_month in (1, 2):
        percent = percent * 80 // 100  # Spring Festival
    if life == "riser":
        percent = percent * (25 + 22 * max(0, month - 2)) // 100
    elif life == "faller":
        percent = percent * max(12, 190 - 14 * month) // 100
    elif life == "newcomer":
        percent = percent * min(150, 50 + 30 * (month - customer["start"])) // 100
    elif life == "occasional" and not dice.chance(35):
        percent = 0
    return percent


class Billing:
    """The lines that the billing system delivers for one month."""

    def __init__(self, dice, month):
        self.dice, self.lines, self.numbers = dice, [], {}
        self.year, self.month = MONTHS[month]
        self.days = (date(self.year + self.month // 12, self.month % 12 + 1, 1) - date(self.year, self.month, 1)).days

    def day(self, first=1):
        return date(self.year, self.month, self.dice.between(first, self.days))

    def add(self, series, customer, day, *parts):
        self.lines.append((day, series, customer["code"], parts))

    def invoice(self, customer, fen):
        day = self.day()
        cost = fen * (customer["cost_percent"] + self.dice.between(-4, 4)) // 100
        self.add("INV", customer, day, ("revenue", fen), ("cost", cost))
        if self.dice.chance(4):
            back = min(day + timedelta(self.dice.between(2, 12)), date(self.year, self.month, self.days))
            self.add("RET", customer, back, ("reversal", fen * self.dice.between(10, 60) // 100))

    def write(self, folder):
        rows = []
        for day, series, code, parts in sorted(self.lines, key=lambda line: line[0]):
            self.numbers[series] = self.numbers.get(series, 0) + 1
            document = f"{series}-{self.year}{self.month:02d}-{self.numbers[series]:04d}"
            rows += [[code, day.isoformat(), document, line, kind, yuan(fen)]
                     for line, (kind, fen) in enumerate(parts, 1)]
        write_csv(folder / f"{self.year}-{self.month:02d}.csv",
                  ["customer", "date", "document", "line", "kind", "amount"], rows)


def make_month(dice, customers, month):
    billing = Billing(dice, month)
    for customer in customers:
        percent = month_percent(dice, customer, month)
        if percent == 0:
            continue
        rank = customer["rank"]
        ordinary = 52_000_000_00 // ((rank + 8) * (rank + 24)) + 900_00
        count = dice.between(2, 3) if rank < 50 else dice.between(1, 2) if rank < 110 else 1
        for _ in range(count):
            billing.invoice(customer, ordinary * percent * dice.between(70, 130) // (count * 10000))
        if rank < 60 and dice.chance(30):
            billing.add("VIS", customer, billing.day(), ("activity_cost", dice.between(300, 2800) * 100))
    return billing


def manager(code, name, level, unit, span, phone, regions, skills=(), employment="dedicated", certificates=()):
    person = {"code": code, "name": name, "level": level, "level_since": "2022-01-01", "unit": unit,
              "employment": employment, "phone": phone, "span": span,
              "segments": [{"axis": "region", "node": region} for region in regions],
              "skills": [{"specialty": specialty, "proficiency": proficiency} for specialty, proficiency in skills]}
    if certificates:
        person["certificates"] = [{"certificate": c, "expires": expires} for c, expires in certificates]
    return person


UNITS = [("sales", "客户经理部", ""), ("key", "大客户处", "sales"), ("coast", "沿海业务处", "sales"),
         ("inland", "内陆业务处", "sales"), ("channel", "代理渠道", "sales")]

# code, name, level, unit, span, served regions, specialties
MANAGERS = [
    ("M01", "沈静怡", "senior", "key", 45, ["north", "northeast"], [("credit", 90)]),
    ("M02", "高远", "senior", "key", 45, ["east"], [("trade", 85), ("credit", 70)]),
    ("M03", "Iris Wexford", "senior", "key", 45, ["east", "south"], [("trade", 95)]),
    ("M04", "许文涛", "senior", "key", 45, ["south", "central"], [("new_business", 80)]),
    ("M05", "邓晓彤", "senior", "key", 40, ["central", "southwest", "northwest", "north"], [("credit", 60)]),
    ("M06", "韩立", "advanced", "coast", 26, ["北京"], [("credit", 80)]),
    ("M07", "曹雪宁", "advanced", "inland", 24, ["天津", "河北", "northeast"], [("new_business", 60)]),
    ("M08", "彭家豪", "advanced", "coast", 26, ["上海"], [("trade", 75)]),
    ("M09", "吕思远", "advanced", "coast", 26, ["江苏", "山东"], [("credit", 65)]),
    ("M10", "Marek Dolan", "advanced", "coast", 24, ["浙江", "上海"], [("trade", 80)]),
    ("M11", "谢婉清", "advanced", "coast", 26, ["south"], [("new_business", 85)]),
    ("M12", "唐一鸣", "advanced", "inland", 24, ["central", "southwest", "northwest"], [("credit", 55)]),
    ("M13", "冯雨薇", "ordinary", "coast", 18, ["north"], []),
    ("M14", "蒋子轩", "ordinary", "coast", 18, ["上海", "浙江"], []),
    ("M15", "魏欣然", "ordinary", "coast", 18, ["江苏", "山东"], [("credit", 30)]),
    ("M16", "程浩宇", "ordinary", "coast", 18, ["深圳", "广东"], []),
    ("M17", "薛可心", "ordinary", "inland", 16, ["central", "海南"], []),
    ("M18", "Nadia Corlett", "ordinary", "inland", 16, ["southwest", "northwest", "northeast"], []),
    ("M19", "远帆代理", "ordinary", "channel", 40, ["CN"], []),
    ("M20", "Brindlewick Agency", "ordinary", "channel", 40, ["CN"], []),
]


def make_managers():
    people = []
    for number, (code, name, level, unit, span, regions, skills) in enumerate(MANAGERS, 1):
        agent = unit == "channel"
        people.append(manager(code, name, level, unit, span, f"+86 21 5550 {1000 + number * 37}", regions, skills,
                              "agent" if agent else "dedicated"))
    return people


def make_relationships(dice, customers):
    """Who brought whom: some customers were won by a manager, who shall go on serving them."""
    relations = []
    for customer in customers:
        if customer["rank"] < 120 and dice.chance(8):
            relations.append({"customer": customer["code"], "manager": dice.pick(MANAGERS[:18])[0],
                              "kind": "developed", "strength": dice.between(50, 100)})
    return relations


def write_csv(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write_json(path, document):
    """Writes one object of one list, an element a line."""
    (name, elements), *fixed = reversed(document.items())
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)}," for key, value in fixed)
    lines = ",\n".join("  " + json.dumps(element, ensure_ascii=False) for element in elements)
    path.write_text(f"{{{head[1:] + ' ' if head else ''}\"{name}\": [\n{lines}\n]}}\n", encoding="utf-8")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    dice = Dice(SEED)
    customers = make_customers(dice)
    columns = ["code", "name", "short_name", "kind", "since", "region", "ownership", "total_assets", "credit_score"]
    write_csv(folder / "customers.csv", columns, [[c[column] for column in columns] for c in customers])
    for month in range(len(MONTHS)):
        make_month(dice, customers, month).write(folder / "entries")
    nodes = [{"code": code, "name": name, "parent": parent, "aliases": aliases}
             for code, name, parent, aliases in REGIONS]
    write_json(folder / "regions.json", {"axis": "region", "nodes": nodes})
    write_json(folder / "units.json", {"units": [{"code": c, "name": n, "parent": p} for c, n, p in UNITS]})
    write_json(folder / "managers.json", {"managers": make_managers()})
    write_json(folder / "relationships.json", {"relationships": make_relationships(dice, customers)})


if __name__ == "__main__":
    main()
