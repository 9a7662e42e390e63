#!/usr/bin/env python3
"""Makes the table of pinyin readings and of simplified forms (src/archive/pinyin_table.hpp) from the Unihan database.
Readings are those of kMandarin and of kTGHZ2013, without tones; a character without kTGHZ2013 has those of its simplified
form too. docs/decisions/0035-finding-by-name.md says why these two and what is added by hand. pinyin_table.py --help"""

import argparse
import bz2
import pathlib
import sys
import unicodedata
import zipfile

FIRST, LAST = 0x4E00, 0x9FA5  # of the characters that are packed without their code points
ADDED = {"六": "lu", "晟": "sheng", "乐": "lao", "於": "wu"}
DROPPED = {"石": "dan"}


def lines_of(folder, name):
    """The lines of a file of the database, however the system keeps it."""
    for path, read in ((folder / name, lambda p: p.read_text(encoding="utf-8")),
                       (folder / (name + ".bz2"), lambda p: bz2.open(p, "rt", encoding="utf-8").read()),
                       (folder / "Unihan.zip", lambda p: zipfile.ZipFile(p).read(name).decode())):
        if path.exists():
            return read(path).splitlines()
    sys.exit(f"neither {name} nor {name}.bz2 nor Unihan.zip is in {folder}")


def fields(folder, name, wanted):
    """code point -> field -> value"""
    found = {}
    for line in lines_of(folder, name):
        if not line.startswith("U+"):
            continue
        point, field, value = line.split("\t")
        if field in wanted:
            found.setdefault(int(point[2:], 16), {})[field] = value
    return found


def toneless(reading):
    """lǜ -> lv"""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", reading).replace("ê", "e"))
    plain = plain.replace("u\u0308", "v")
    return "".join(c for c in plain if "a" <= c <= "z")


def readings_of(point, readings, variants):
    """Syllables, the usual one first."""
    def own(at):
        of = readings.get(at, {})
        found = [toneless(one) for one in of.get("kMandarin", "").split()]
        for group in of.get("kTGHZ2013", "").split():
            found += [toneless(one) for one in group.split(":")[1].split(",")]
        return found

    found = own(point)
    if "kTGHZ2013" not in readings.get(point, {}):
        for variant in variants.get(point, {}).get("kSimplifiedVariant", "").split():
            found += own(int(variant[2:], 16))
    character = chr(point)
    if character in ADDED:
        found.append(ADDED[character])
    found = [one for one in found if one and one != DROPPED.get(character)]
    return list(dict.fromkeys(found))


def simplified_forms(variants):
    """Pairs of a character and the one that stands for it; none where it goes on being used itself."""
    for point, of in sorted(variants.items()):
        forms = [int(one[2:], 16) for one in of.get("kSimplifiedVariant", "").split()]
        forms = [one for one in forms if FIRST <= one <= LAST]
        if FIRST <= point <= LAST and forms and point not in forms:
            yield point, forms[0]


def array(kind, name, numbers):
    rows = [", ".join(map(str, numbers[at:at + 24])) for at in range(0, len(numbers), 24)]
    return f"const {kind} {name}[] = {{\n" + ",\n".join(rows) + "};\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unihan", type=pathlib.Path, required=True, help="the folder of the Unihan database")
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()

    readings = fields(arguments.unihan, "Unihan_Readings.txt", ("kMandarin", "kTGHZ2013"))
    variants = fields(arguments.unihan, "Unihan_Variants.txt", ("kSimplifiedVariant",))
    # Beyond the packed ones, those that a Chinese name may have: the characters of the national standard.
    points = [p for p in sorted(readings) if FIRST <= p <= LAST or "kTGHZ2013" in readings[p]]
    of = {point: readings_of(point, readings, variants) for point in points}
    syllables = sorted({one for found in of.values() for one in found})
    number = {syllable: at for at, syllable in enumerate(syllables, 1)}  # 0: none
    if len(syllables) >= 1 << 9:
        sys.exit(f"{len(syllables)} syllables do not fit into 9 bits")

    bits = 0
    for at, point in enumerate(range(FIRST, LAST + 1)):
        found = of.get(point)
        bits |= (number[found[0]] if found else 0) << (9 * at)
    packed = bits.to_bytes((9 * (LAST + 1 - FIRST) + 7) // 8 + 1, "little")
    more = [(point, number[one]) for point in points
            for one in (of[point][1:] if FIRST <= point <= LAST else of[point])]
    forms = list(simplified_forms(variants))
    starts = [0]
    for syllable in syllables:
        starts.append(starts[-1] + len(syllable))

    text = ('#include "archive/pinyin_table.hpp"\n\nnamespace crmcore::archive::pinyin_table {\n\n'
            f'const char kSyllables[] = "{"".join(syllables)}";\n'
            + array("std::uint16_t", "kSyllableStarts", starts)
            + f"const std::size_t kSyllableCount = {len(syllables)};\n"
            + array("std::uint8_t", "kPacked", list(packed))
            + array("std::uint32_t", "kMore", [point << 9 | one for point, one in more])
            + f"const std::size_t kMoreCount = {len(more)};\n"
            + array("std::uint32_t", "kForms", [point << 16 | form for point, form in forms])
            + f"const std::size_t kFormCount = {len(forms)};\n"
            + "\n}  // namespace crmcore::archive::pinyin_table\n")
    arguments.output.write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
