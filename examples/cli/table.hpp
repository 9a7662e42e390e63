// Tables for a terminal, aligned by the columns that characters take: a Chinese one takes two.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace terminal {

// Columns that the text takes: East Asian wide characters 2, combining marks 0, all else 1.
std::size_t display_width(std::string_view utf8);

// The text with line breaks, escape sequences and other controls made visible, so that data cannot draw.
std::string harmless(std::string_view utf8);

// The text cut to `width` columns, with … where something is missing.
std::string shorten(std::string_view utf8, std::size_t width);

enum class Align { left, right };

// The text filled up with blanks to `width` columns; longer texts stay as they are.
std::string pad(std::string_view utf8, std::size_t width, Align align = Align::left);

// `part` of `whole` as a bar of at most `width` columns, in eighths of a column; empty for nothing.
std::string bar(double part, double whole, std::size_t width);

// Columns of the terminal behind a file descriptor; 0 when it is none.
std::size_t columns_of(int descriptor);

struct Column {
  std::string title;
  Align align = Align::left;
  bool is_whole = false;  // never shortened; numbers never are
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // One cell a column; missing ones are empty.
  void add(std::vector<std::string> cells);
  // A line between groups of rows.
  void add_rule();
  std::size_t row_count() const { return rows_.size(); }

  // Prints heading and rows, each line after `indent` blanks. Where the table is wider than `width_max` (0:
  // any width will do) the widest columns of text are shortened.
  void print(std::ostream& out, std::size_t width_max = 0, std::size_t indent = 0);

  // For a table of unknown length: prints what was added in the widths found first, and forgets it.
  void print_more(std::ostream& out, std::size_t indent = 0);

 private:
  void measure(std::size_t width_max);
  void print_line(std::ostream& out, const std::vector<std::string>& cells, std::size_t indent) const;
  void print_rule(std::ostream& out, std::size_t indent) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty one is a rule
  std::vector<std::size_t> widths_;
};

}  // namespace terminal
