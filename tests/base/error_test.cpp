#include "crmcore/error.hpp"

#include <doctest/doctest.h>
#include <iterator>
#include <set>
#include <string>

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

TEST_CASE("messages and paths are one line of UTF-8, of a bounded length and number") {
  struct Row {
    std::string given;
    std::string told;
  };
  const Row rows[] = {
      {"plain 文字", "plain 文字"},
      {"two\nlines\ttab", "two\\x0Alines\\x09tab"},
      {std::string("a\0b\x7f", 4), "a\\x00b\\x7F"},
      {"bad \xff\xc0\xaf", "bad \\xFF\\xC0\\xAF"},
      {"line\xe2\x80\xa8separator", "line\\xE2\\x80\\xA8separator"},
      {std::string(kMessageBytesMax, 'x'), std::string(kMessageBytesMax, 'x')},
      {std::string(kMessageBytesMax + 1, 'x'), std::string(kMessageBytesMax - 3, 'x') + "…"},
      {std::string(kMessageBytesMax - 1, 'x') + "字", std::string(kMessageBytesMax - 3, 'x') + "…"},
      {std::string(5000, '\n'), ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.given);
    for (const Error& error :
         {Error(Code::invalid, row.given, row.given), Error({{Code::invalid, row.given, row.given}})}) {
      CHECK(error.message() == error.path());
      CHECK(error.message().size() <= kMessageBytesMax);
      if (!row.told.empty()) CHECK(error.message() == row.told);
    }
  }
  CHECK(Error(std::vector<Diagnostic>(5000, {Code::range, "/a", "b"})).diagnostics().size() ==
        kViolationsMax);
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
