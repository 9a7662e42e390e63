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
    ("engine_rooms", "src/engine/a.cpp", "", 1),
    ("engine_rooms", "src/engine/core/a.cpp", '#include "engine/core/a.hpp"\n#include "engine/archive/customers.hpp"\n', 2),
    ("engine_rooms", "src/engine/ledger/a.hpp", '#pragma once\n#include "engine/grading/schemes.hpp"\n', 2),
    ("engine_rooms", "src/engine/grading/review/a.hpp", '#pragma once\n#include "engine/database/gateway.hpp"\n', 2),
    ("names_its_content", "src/engine/assignment/assignment_run.cpp", "", 1),
    ("names_its_content", "src/engine/ledger/ledger.hpp", "#pragma once\n", 1),
    ("names_its_content", "src/grading/metrics/metrics_cost.cpp", "", 1),
    ("own_header", "src/base/a.cpp", '#include "base/b.hpp"\n', 1),
    ("own_header", "src/engine/ledger/a.cpp", "#include <map>\n", 1),
    ("fmt_in_one_place", "src/base/a.cpp", '#include "base/a.hpp"\n\n#include <fmt/format.h>\n', 3),
    ("file_length", "src/base/a.cpp", "int x;\n" * 501, 500),
    ("file_length", "tests/base/a.cpp", "int x;\n" * 401, 400),
    ("function_length", "src/base/a.cpp", BODY, 1),
    ("function_length", "src/base/a.cpp", "namespace a {\nclass B {\n public:\n" + BODY + "};\n}\n", 4),
    ("function_length", "src/base/a.cpp", '#include "base/a.hpp"\n\n#include <vector>\n\nnamespace a {\n' + BODY + "}\n", 6),
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


def own(name):
    return f'#include "{name}.hpp"\n'


GOOD = [
    ("src/grading/a.hpp", '#pragma once\n#include "base/json.hpp"\n#include "crmcore/date.hpp"\n#include "grading/cut.hpp"\n'),
    ("src/engine/core/a.hpp", '#pragma once\n#include "grading/cut.hpp"\n#include "storage/archive_store.hpp"\n'),
    ("src/engine/grading/a.hpp", '#pragma once\n#include "engine/ledger/months.hpp"\n#include "engine/core/file.hpp"\n'),
    ("src/engine/database/a.hpp", '#pragma once\n#include "engine/grading/schemes.hpp"\n'),
    ("src/engine/ledger/ledger.cpp", '#include "crmcore/ledger.hpp"\n'),
    ("src/engine/ledger/methods.cpp", '#include "engine/core/room.hpp"\nRoom ledger_room() noexcept {\n  return {};\n}\n'),
    ("src/grading/metrics/cost.cpp", '#include "grading/metric.hpp"\n'),
    ("src/grading/a.hpp", '// #include "storage/a.hpp"\n#pragma once\n#include <map>\n'),
    ("bindings/c/a.cpp", '#include "crmcore.h"\n#include "crmcore/archive.hpp"\n#include "guard.hpp"\n'),
    ("examples/cli/a.cpp", "#include <crmcore.h>\n#include <crmcore/archive.hpp>\n#include <CLI/CLI.hpp>\n"),
    ("src/base/a.cpp", own("base/a") + "int x;\n" * 499),
    ("src/base/a.cpp", own("base/a") + SHORT * 7),
    ("src/base/a.cpp", own("base/a") + "namespace a {\n" + "int f() { return 1; }\n" * 90 + "}\n"),
    ("src/base/a.cpp", own("base/a") + "constexpr Row kRows[] = {\n" + "  {1, make(2)},\n" * 90 + "};\n"),
    ("src/base/a.cpp", own("base/a") + 'const char* kText = R"x(\n' + "f() {\n" * 90 + ')x";\nint g() { return 1\'000; }\n'),
    ("src/base/a.cpp", own("base/a") + "// A helper of the common kind: we call sqlite3_open now() with std::rand and try.\n"),
    ("src/base/a.cpp", own("base/a") + 'const char* kMessage = "sqlite3_open, std::rand, time(NULL)";\n'),
    ("src/storage/sqlite/a.cpp", own("storage/sqlite/a") + "#include <sqlite3.h>\nint a = sqlite3_open(0, 0);\n"),
    ("bindings/c/attach.cpp", "struct sqlite3;\nint crmcore_attach_sqlite(sqlite3* db);\n"),
    ("bindings/c/guard.hpp", "#pragma once\nvoid f() {\n  try {\n  } catch (...) {\n  }\n}\n"),
    ("src/base/clock.cpp", own("base/clock") + "auto t = std::chrono::system_clock::now();\n"),
    ("src/engine/core/a.cpp", own("engine/core/a") + "auto t = clock_.now();\nvoid set_now(int);\nauto u = end_time(0);\n"),
    ("src/base/a.cpp", own("base/a") + "int operand(int);\nint x = operand(1);\nint y = a.rand();\n"),
    ("bindings/c/a.h", "/* C */\n#ifndef A_H\n#define A_H\n#endif\n"),
    ("src/base/commonly.cpp", own("base/commonly") + "struct Commonality {};\n"),
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
        hit = rules_hit("src/grading/a.hpp", '#pragma once\n#include "storage/a.hpp"\nint x = std::rand();\n')
        self.assertEqual([("layering", 2), ("no_chance", 3)], hit)


class TreeRules(unittest.TestCase):
    def hit(self, files, there=()):
        return [line.split(": ")[0] + " " + line.split(": ")[1] for line in rules.tree_violations(files, set(there).__contains__)]

    def test_a_name_is_hidden_in_one_file_of_the_library_only(self):
        hidden = "namespace crmcore {\nnamespace {\n\n%s\n\n}  // namespace\n}  // namespace crmcore\n"
        for declaration in ("constexpr int kMax = 1;", "int f(int x) {\n  return x;\n}", "struct Row {\n  int x;\n};",
                            "using Row = int;", "template <class T>\nT f(T x) {\n  return x;\n}",
                            "constexpr Row kRow{1, 2};", "enum class Row { a };"):
            with self.subTest(declaration=declaration):
                text = hidden % declaration
                self.assertEqual(["bindings/c/b.cpp:4 one_library_file"],
                                 self.hit([("src/base/a.cpp", text), ("bindings/c/b.cpp", text)]))
                self.assertEqual([], self.hit([("src/base/a.cpp", text), ("tests/b.cpp", text)]))
                other = text.replace("crmcore", "crmcore::grading")
                self.assertEqual([], self.hit([("src/base/a.cpp", text), ("src/grading/b.cpp", other)]))

    def test_what_is_not_hidden_may_be_declared_twice(self):
        text = "namespace crmcore {\nint f();\nclass A;\n}\n"
        self.assertEqual([], self.hit([("src/base/a.cpp", text), ("src/base/b.cpp", text)]))

    def test_a_comment_names_what_is_there(self):
        text = "// Proved by tests/base/a_test.cpp.\nint x;\n"
        self.assertEqual(["src/base/a.hpp:1 named_paths_exist"], self.hit([("src/base/a.hpp", text)]))
        self.assertEqual([], self.hit([("src/base/a.hpp", text)], ["tests/base/a_test.cpp"]))


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
