#include "table.hpp"

#include <algorithm>
#include <sys/ioctl.h>
#include <unistd.h>

namespace terminal {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kShortest = 8;  // a column of text is not cut below this

std::string repeat(std::string_view text, std::size_t count) {
  std::string line;
  for (std::size_t i = 0; i < count; ++i) line += text;
  return line;
}

}  // namespace

std::string bar(double part, double whole, std::size_t width) {
  constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!(part > 0) || !(whole > 0)) return {};
  const double length = std::min(part / whole, 1.0) * static_cast<double>(width) * 8;
  const auto eighths = std::max(static_cast<std::size_t>(length + 0.5), std::size_t{1});
  return repeat("█", eighths / 8) + std::string(kEighths[eighths % 8]);
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  if (isatty(descriptor) == 0 || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (Column& column : columns_) column.title = harmless(column.title);
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = harmless(cell);
  rows_.push_back(std::move(cells));
}

void Table::add_rule() {
  rows_.emplace_back();
}

void Table::measure(std::size_t width_max) {
  widths_.clear();
  std::size_t total = (columns_.size() - 1) * kGap.size();
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = display_width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, row.empty() ? 0 : display_width(row[c]));
    widths_.push_back(width);
    total += width;
  }
  while (width_max != 0 && total > width_max) {
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const bool is_whole = columns_[c].is_whole || columns_[c].align == Align::right;
      if (is_whole || widths_[c] <= kShortest) continue;
      if (widest == columns_.size() || widths_[c] > widths_[widest]) widest = c;
    }
    if (widest == columns_.size()) return;
    --widths_[widest];
    --total;
  }
}

void Table::print_line(std::ostream& out, const std::vector<std::string>& cells, std::size_t indent) const {
  std::string line(indent, ' ');
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (c > 0) line += kGap;
    const bool is_text = columns_[c].align == Align::left;
    line += pad(is_text ? shorten(cells[c], widths_[c]) : cells[c], widths_[c], columns_[c].align);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void Table::print_rule(std::ostream& out, std::size_t indent) const {
  out << std::string(indent, ' ');
  for (std::size_t c = 0; c < columns_.size(); ++c) out << (c > 0 ? kGap : "") << repeat("─", widths_[c]);
  out << '\n';
}

void Table::print(std::ostream& out, std::size_t width_max, std::size_t indent) {
  measure(width_max > indent ? width_max - indent : width_max);
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  print_line(out, titles, indent);
  print_rule(out, indent);
  print_more(out, indent);
}

void Table::print_more(std::ostream& out, std::size_t indent) {
  for (const auto& row : rows_) {
    if (row.empty()) {
      print_rule(out, indent);
    } else {
      print_line(out, row, indent);
    }
  }
  rows_.clear();
}

}  // namespace terminal
