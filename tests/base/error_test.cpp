#include "crmcore/error.hpp"

#include <doctest/doctest.h>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace crmcore {

TEST_CASE("the codes and their names are those of the C ABI") {
  struct Row {
    int value;
    Code code;
    std::string_view name;
  };
  constexpr Row kRows[] = {
      {0, Code::ok, "OK"},
      {1, Code::invalid, "INVALID"},
      {2, Code::utf8, "UTF8"},
      {3, Code::range, "RANGE"},
      {4, Code::limit, "LIMIT"},
      {5, Code::not_found, "NOT_FOUND"},
      {6, Code::conflict, "CONFLICT"},
      {7, Code::cycle, "CYCLE"},
      {8, Code::misuse, "MISUSE"},
      {9, Code::busy, "BUSY"},
      {10, Code::cancelled, "CANCELLED"},
      {11, Code::moved, "MOVED"},
      {12, Code::denied, "DENIED"},
      {13, Code::unsupported, "UNSUPPORTED"},
      {14, Code::io, "IO"},
      {15, Code::full, "FULL"},
      {16, Code::unknown, "UNKNOWN"},
      {17, Code::no_memory, "NO_MEMORY"},
      {18, Code::corrupt, "CORRUPT"},
      {19, Code::not_a_database, "NOT_A_DATABASE"},
      {20, Code::newer, "NEWER"},
      {21, Code::locked, "LOCKED"},
      {22, Code::forked, "FORKED"},
      {23, Code::internal, "INTERNAL"},
  };
  std::set<std::string_view> names;
  for (const Row& row : kRows) {
    CHECK(static_cast<int>(row.code) == row.value);
    CHECK(code_name(row.code) == row.name);
    names.insert(code_name(row.code));
  }
  CHECK(names.size() == std::size(kRows));
  // The compiler refuses a code without a name (-Wswitch); a code that is in no row above would show here.
  CHECK(code_name(static_cast<Code>(std::size(kRows))) == "INTERNAL");
}

TEST_CASE("the first diagnostic is the error's own") {
  const Error one(Code::range, "too large", "/limit");
  CHECK(one.code() == Code::range);
  CHECK(one.path() == "/limit");
  CHECK(one.what() == std::string("too large"));
  CHECK(one.diagnostics().size() == 1);

  const Error two({{Code::invalid, "/a", "first"}, {Code::utf8, "/b", "second"}});
  CHECK(two.code() == Code::invalid);
  CHECK(two.path() == "/a");
  CHECK(two.message() == "first");
  CHECK(two.diagnostics().size() == 2);

  CHECK(Error(std::vector<Diagnostic>{}).code() == Code::internal);
}

TEST_CASE("messages and paths are one short line of UTF-8, whatever they are made of") {
  const Error error(Code::invalid, "line\nline\r\t\x7F\xC2\x85\xE2\x80\xA8 \xFF\xED\xA0\x80 ä 客户",
                    "/a\nb\xFE");
  CHECK(error.message() ==
        "line\\x0Aline\\x0D\\x09\\x7F\\xC2\\x85\\xE2\\x80\\xA8 \\xFF\\xED\\xA0\\x80 ä 客户");
  CHECK(error.path() == "/a\\x0Ab\\xFE");

  const std::string full(kMessageBytesMax, 'x');
  CHECK(Error(Code::invalid, full).message() == full);
  CHECK(Error(Code::invalid, full + "y").message() == full.substr(3) + "…");
  // Cut between characters, of input as of escapes.
  for (const std::string_view one : {"户", "ä", "\n", "\xFF"}) {
    for (std::size_t before = 0; before < 4; ++before) {
      std::string many(before, 'x');
      while (many.size() < 5000) many += one;
      const Error cut(Code::invalid, many, many);
      CHECK(cut.message().size() <= kMessageBytesMax);
      CHECK(cut.message().size() > kMessageBytesMax - 8);
      CHECK(cut.message().ends_with("…"));
      CHECK(cut.path() == cut.message());
      CHECK(!text::find_invalid_utf8(cut.message()));
    }
  }
}

TEST_CASE("an error tells the first hundred violations") {
  std::vector<Diagnostic> many;
  for (int i = 0; i < 1000; ++i) many.push_back({Code::invalid, "/" + std::to_string(i), "odd"});
  const Error error(many);
  REQUIRE(error.diagnostics().size() == kViolationsMax);
  CHECK(error.diagnostics().back().path == "/99");
}

TEST_CASE("throw_if_any throws all of them, or nothing") {
  CHECK_NOTHROW(throw_if_any({}));
  try {
    throw_if_any({{Code::limit, "/x", "long"}, {Code::invalid, "/y", "odd"}});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.diagnostics().size() == 2);
    CHECK(error.code() == Code::limit);
  }
}

}  // namespace crmcore
