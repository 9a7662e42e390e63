// Parts of the page: sections with pictures beside their numbers.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "report/facts.hpp"
#include "report/language.hpp"
#include "report/svg.hpp"

namespace report {

// The widths that every picture is drawn for; the style sheet shows the one that fits.
inline constexpr double kWide = 620;
inline constexpr double kNarrow = 340;

struct Drawn {
  std::string id;
  std::string title;
  std::string about;
  std::function<Picture(double width)> draw;
};

// A picture in both widths, with its caption.
std::string figure(const Drawn& drawn, std::string_view caption);

struct Column {
  enum class Kind { text, number, grades, strip };
  std::string title;
  Kind kind = Kind::text;
};
Column number_column(std::string_view title);

class Table {
 public:
  Table(std::string id, std::vector<Column> columns) : id_(std::move(id)), columns_(std::move(columns)) {}

  // Cells are HTML.
  void add(const std::vector<std::string>& cells, std::string_view row_class = {});
  // `label` names the table for who cannot see it.
  std::string html(std::string_view label, std::string_view remarks = {}) const;
  // As wide as the page; on a narrow one each row becomes a card.
  std::string list(std::string_view remarks = {}) const;

 private:
  std::string element(std::string_view classes) const;

  std::string id_;
  std::vector<Column> columns_;
  std::string rows_;
};

// A picture and its numbers beside it; below it where the page is narrow.
std::string pair(const std::string& picture, const std::string& numbers);
std::string heading(std::string_view text);  // within a section
std::string remark(std::string_view text);
std::string note(std::string_view text);  // under a table; nothing for an empty text
std::string section(std::string_view id, std::string_view title, std::string_view lead,
                    const std::string& body);

// "20 of 4,338 shown." where not all are; else nothing.
std::string shown_of(const Language& language, std::size_t shown, std::int64_t all);

// How a state or grade is coloured and called.
std::string state_class(const std::vector<State>& states, std::string_view name);
std::string state_name(const Language& language, const State& state);
std::string grade_name(const Language& language, const std::vector<State>& states, std::string_view name);
std::string badge(const Language& language, const std::vector<State>& states, std::string_view name);
// The name over the code.
std::string customer_cell(std::string_view code, std::string_view name, std::string_view more = {});
// CSS with the colours of so many grades.
std::string grade_colours(std::size_t grades);

// One section each.
std::string pyramid_section(const Facts& facts, const Language& language);
std::string flow_section(const Facts& facts, const Language& language);
std::string concentration_section(const Facts& facts, const Language& language);
std::string movers_section(const Facts& facts, const Language& language);
std::string falling_section(const Facts& facts, const Language& language);
std::string tab_section(const Facts& facts, const Language& language);
std::string load_section(const Facts& facts, const Language& language);

// The whole page.
std::string page(const Facts& facts, const Language& language);

}  // namespace report
