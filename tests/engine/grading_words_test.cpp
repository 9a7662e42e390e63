// The words that the views of grading write for numbers are those of the enums.
#include <array>
#include <cctype>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <utility>

#include "crmcore/grading.hpp"

#include "grading/movement.hpp"
#include "storage/migrations.hpp"

namespace crmcore::testing {
namespace {

// The text of a view as its migration has it, each run of white space as one blank.
std::string view_text(const std::string& name) {
  for (const storage::Migration& migration : storage::migrations()) {
    const std::string_view script = migration.script;
    const auto begin = script.find("CREATE VIEW " + name + " AS");
    if (begin == std::string_view::npos) continue;
    std::string text;
    for (const char c : script.substr(begin, script.find(';', begin) - begin)) {
      const bool is_blank = std::isspace(static_cast<unsigned char>(c)) != 0;
      if (!is_blank || text.back() != ' ') text += is_blank ? ' ' : c;
    }
    return text;
  }
  return {};
}

// The CASE expression of a view that reads this column.
std::string case_of(const std::string& view, const std::string& column) {
  const std::string text = view_text(view);
  const auto begin = text.find("CASE " + column + " ");
  return begin == std::string::npos ? "" : text.substr(begin, text.find(" END", begin) - begin);
}

// The last number may be what is left.
template <std::size_t n>
void expect_words(const std::string& said, const std::array<std::string_view, n>& words, std::size_t first,
                  std::size_t last) {
  for (std::size_t i = first; i <= last; ++i) {
    const std::string word = "'" + std::string(words[i]) + "'";
    CAPTURE(word);
    const std::string when = "WHEN " + std::to_string(i) + " THEN " + word;
    const bool is_last = i == last && said.find("ELSE " + word) != std::string::npos;
    CHECK((is_last || said.find(when) != std::string::npos));
  }
}

TEST_CASE("views of grading say the words of the enums") {
  expect_words(case_of("review_run", "r.kind"), words_of(ReviewKind{}), 0, 2);
  expect_words(case_of("override_current", "o.kind"), words_of(OverrideKind{}), 0, 2);
  // Declined ones are not in the view.
  expect_words(case_of("override_current", "o.status"), words_of(OverrideStatus{}), 0, 1);
  expect_words(case_of("grade_history", "e.rule"), words_of(grading::Rule{}), 1, 16);
  const std::string current = view_text("grade_current");
  for (const auto& [condition, side] :
       {std::pair("WHEN g.streak > 0 THEN ", grading::Side::up),
        std::pair("WHEN g.streak < 0 THEN ", grading::Side::down), std::pair("ELSE ", grading::Side::none)}) {
    const std::string said = std::string(condition) + "'" + std::string(word_of(side)) + "'";
    CAPTURE(said);
    CHECK(current.find(said) != std::string::npos);
  }
}

}  // namespace
}  // namespace crmcore::testing
