#!/usr/bin/env python3
"""Shows that every rule fails on what it forbids and keeps quiet on what it allows."""

import unittest

import rules
from cpp_text import code_of, functions

BODY = "int f(int x) {\n" + "  x += 1;\n" * 69 + "  return x;\n}\n"  # 72 lines from brace to brace
SHORT = "int f(int x) {\n" + "  x += 1;\n" * 67 + "  return x;\n}\n"

# rule, path, text, line where it must fail
BAD = [
    ("layering", "src/grading/a.cpp", '#include "archive/facts.hpp"\n', 1),
    ("layering", "src/grading/a.cpp", '\n# include "storage/grade_store.hpp"\n', 2),
    ("layering", "src/assignment/rules/a.cpp", '#include "engine/core/session.hpp"\n', 1),
    ("layering", "src/storage/a.cpp", '#include "engine/core/session.hpp"\n', 1),
    ("layering", "src/storage/a.cpp", '#include "grading/scheme.hpp"\n', 1),
    ("layering", "src/base/a.cpp", '#include "storage/migrations.hpp"\n', 1),
    ("layering", "src/base/a.cpp", '#include "crmcore/archive.hpp"\n', 1),
    ("layering", "src/base/a.cpp", '#include "../engine/core/session.hpp"\n', 1),
    ("layering", "include/crmcore/a.hpp", '#pragma once\n#include "base/json.hpp"\n', 2),
    ("layering", "bindings/c/a.cpp", '#include "engine/core/session.hpp"\n', 1),
    ("layering", "examples/cli/a.cpp", '#include <base/text.hpp>\n', 1),
    ("file_length", "src/base/a.cpp", "int x;\n" * 501, 500),
    ("file_length", "tests/base/a.cpp", "int x;\n" * 401, 400),
    ("function_length", "src/base/a.cpp", BODY, 1),
    ("function_length", "src/base/a.cpp", "namespace a {\nclass B {\n public:\n" + BODY + "};\n}\n", 4),
    ("function_length", "tests/base/a.cpp", BODY.replace("int f(int x)", 'TEST_CASE("a { b")'), 1),
    ("function_length", "src/base/a.cpp", BODY.replace("int f(int x)", "B::B(int x)\n    : a_{x}, b_(x)"), 2),
    ("function_length", "src/base/a.cpp", BODY.replace("int f(int x)", "auto f(int x) -> std::vector<int>"), 1),
    ("function_length", "bench/a.py", "def f(x):\n" + "    x += 1\n" * 70, 1),
    ("banned_names", "src/base/text_util.cpp", "", 1),
    ("banned_names", "src/base/helpers.hpp", "#pragma once\n", 1),
    ("banned_names", "src/common/a.cpp", "", 1),
    ("banned_names", "src/base/a.cpp", "\nstruct DateHelper {};\n", 2),
    ("banned_names", "src/base/a.cpp", "namespace misc {}\n", 1),
    ("sqlite_at_home", "src/storage/a.cpp", "int a = sqlite3_open(0, 0);\n", 1),
    ("sqlite_at_home", "src/engine/a.hpp", "#pragma once\n#include <sqlite3.h>\n", 2),
    ("sqlite_at_home", "bindings/c/a.cpp", '#include "sqlite3.h"\n', 1),
    ("one_guard", "bindings/c/customer.cpp", "void f() {\n  try {\n  } catch (...) {\n  }\n}\n", 2),
    ("injected_clock", "src/engine/a.cpp", "auto t = std::chrono::system_clock::now();\n", 1),
    ("injected_clock", "src/engine/a.cpp", "auto t = Timer::now();\n", 1),
    ("injected_clock", "src/base/text.cpp", "auto t = time(NULL);\n", 1),
    ("injected_clock", "bindings/c/a.cpp", "auto t = std::time(nullptr);\n", 1),
    ("no_chance", "src/base/a.cpp", "int x = std::rand();\n", 1),
    ("no_chance", "tests/base/a.cpp", "std::mt19937 g{std::random_device{}()};\n", 1),
    ("no_chance", "bench/a.cpp", "void f() { srand(1); }\n", 1),
    ("included_once", "src/base/a.hpp", "// #pragma once\nint x;\n", 1),
    ("included_once", "bindings/c/a.h", "int x;\n", 1),
    ("finished", "src/base/a.cpp", "// TO" "DO: later\n", 1),
    ("finished", "scripts/demo", "\necho 'not imple" "mented'\n", 2),
    ("finished", "tests/base/a.cpp", 'TEST_CASE("a" * doctest::sk' 'ip()) {}\n', 1),
]

GOOD = [
    ("src/grading/a.cpp", '#include "base/json.hpp"\n#include "crmcore/date.hpp"\n#include "grading/cut.hpp"\n'),
    ("src/engine/a.cpp", '#include "grading/cut.hpp"\n#include "storage/archive_store.hpp"\n'),
    ("src/grading/a.cpp", '// #include "storage/a.hpp"\n#include <map>\n'),
    ("bindings/c/a.cpp", '#include "crmcore.h"\n#include "crmcore/archive.hpp"\n#include "guard.hpp"\n'),
    ("examples/cli/a.cpp", "#include <crmcore.h>\n#include <crmcore/archive.hpp>\n#include <CLI/CLI.hpp>\n"),
    ("src/base/a.cpp", "int x;\n" * 500),
    ("src/base/a.cpp", SHORT * 7),
    ("src/base/a.cpp", "namespace a {\n" + "int f() { return 1; }\n" * 90 + "}\n"),
    ("src/base/a.cpp", "constexpr Row kRows[] = {\n" + "  {1, make(2)},\n" * 90 + "};\n"),
    ("src/base/a.cpp", 'const char* kText = R"x(\n' + "f() {\n" * 90 + ')x";\nint g() { return 1\'000; }\n'),
    ("src/base/a.cpp", "// A helper of the common kind: we call sqlite3_open now() with std::rand and try.\n"),
    ("src/base/a.cpp", 'const char* kMessage = "sqlite3_open, std::rand, time(NULL)";\n'),
    ("src/storage/sqlite/a.cpp", "#include <sqlite3.h>\nint a = sqlite3_open(0, 0);\n"),
    ("bindings/c/attach.cpp", "struct sqlite3;\nint crmcore_attach_sqlite(sqlite3* db);\n"),
    ("bindings/c/guard.hpp", "#pragma once\nvoid f() {\n  try {\n  } catch (...) {\n  }\n}\n"),
    ("src/base/clock.cpp", "auto t = std::chrono::system_clock::now();\n"),
    ("src/engine/a.cpp", "auto t = clock_.now();\nvoid set_now(int);\nauto u = end_time(0);\n"),
    ("src/base/a.cpp", "int operand(int);\nint x = operand(1);\nint y = a.rand();\n"),
    ("bindings/c/a.h", "/* C */\n#ifndef A_H\n#define A_H\n#endif\n"),
    ("src/base/commonly.cpp", "struct Commonality {};\n"),
]


def rules_hit(path, text):
    return [(line.split(": ")[1], int(line.split(":")[1])) for line in rules.violations(path, text)]


class Rules(unittest.TestCase):
    def test_each_bad_file_breaks_its_rule_at_its_line(self):
        for rule, path, text, line in BAD:
            with self.subTest(rule=rule, path=path, text=text[:60]):
                self.assertIn((rule, line), rules_hit(path, text))

    def test_good_files_break_none(self):
        for path, text in GOOD:
            with self.subTest(path=path, text=text[:60]):
                self.assertEqual([], rules_hit(path, text))

    def test_every_rule_has_a_bad_file(self):
        self.assertEqual({rule.__name__ for rule in rules.RULES}, {rule for rule, *_ in BAD})

    def test_violations_of_several_rules_are_all_listed(self):
        hit = rules_hit("src/grading/a.cpp", '#include "storage/a.hpp"\nint x = std::rand();\n')
        self.assertEqual([("layering", 1), ("no_chance", 2)], hit)


class CppText(unittest.TestCase):
    def test_code_keeps_length_and_lines(self):
        for text in ('a("x//y"); // z\nb', "/* a\n b */ c", 'R"q(\n")q" + 1', "'\\'' x", '"unclosed\nnext', "1'000 'c'"):
            with self.subTest(text=text):
                self.assertEqual(len(text), len(code_of(text)))
                self.assertEqual(text.count("\n"), code_of(text).count("\n"))

    def test_functions_are_found_where_they_are(self):
        text = "enum class A { b, c };\nstruct D {\n  int e() const { return 1; }\n  F g = {1, 2};\n};\n" \
               "template <class T>\nstruct H {\n  void i() {\n    if (j) {\n    }\n  }\n};\n"
        self.assertEqual([(3, 1), (8, 4)], list(functions(code_of(text))))


if __name__ == "__main__":
    unittest.main()
