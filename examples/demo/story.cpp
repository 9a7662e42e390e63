#include "story.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace demo {
namespace {

std::ifstream open_data(std::string_view name) {
  const std::string path = std::string(CRMCORE_DEMO_DATA) + "/" + std::string(name);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return file;
}

std::string decimal(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

std::string data_file(std::string_view name) {
  std::ifstream file = open_data(name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

crmcore::ByteSource data_source(std::string_view name) {
  return [file = std::make_shared<std::ifstream>(open_data(name))](char* buffer, std::size_t size) {
    file->read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file->gcount());
  };
}

Json ask(crmcore::Connection& connection, std::string_view method, const Json& request) {
  return Json::parse(connection.call(method, request.dump()));
}

std::vector<std::vector<std::string>> rows_of(crmcore::Connection& connection, std::string_view sql) {
  std::vector<std::vector<std::string>> found;
  crmcore::Rows rows = connection.query(sql);
  while (rows.next()) {
    std::vector<std::string>& row = found.emplace_back();
    for (int column = 0; column < rows.column_count(); ++column) {
      row.emplace_back(rows.is_null(column) ? std::string_view() : rows.text(column));
    }
  }
  return found;
}

void set_today(crmcore::Connection& connection, std::string_view iso_date) {
  connection.set_today(crmcore::parse_date(iso_date).value());
}

void heading(std::string_view title) {
  static int number = 0;
  std::string line;
  for (std::size_t i = 0; i < kColumns; ++i) line += "━";
  std::cout << '\n' << ++number << "  " << title << '\n' << line << '\n';
}

void say(std::string_view text) {
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t width = terminal::display_width(word);
    if (column > 0 && column + 1 + width > kColumns) {
      std::cout << '\n';
      column = 0;
    }
    std::cout << (column > 0 ? " " : "") << word;
    column += width + (column > 0 ? 1 : 0);
  }
  std::cout << '\n';
}

void print(terminal::Table& table) {
  table.print(std::cout, kColumns, 1);
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return (number < 0 ? "-" : "") + digits;
}

std::string yuan(std::int64_t fen) {
  const std::int64_t cents = (fen < 0 ? -fen : fen) % 100;
  return (fen < 0 && fen > -100 ? "-" : "") + grouped(fen / 100) + (cents < 10 ? ".0" : ".") +
         std::to_string(cents);
}

std::string whole_yuan(std::int64_t fen) {
  return grouped((fen + (fen < 0 ? -50 : 50)) / 100);
}

std::string per_cent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "–";
  return decimal("%.0f %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string per_cent(double value) {
  return decimal("%.1f %%", value);
}

}  // namespace demo
