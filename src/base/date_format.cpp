#include "base/date_format.hpp"

#include <algorithm>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore {

DateFormat::DateFormat(std::string_view form) : form_(form) {
  bool has_year = false;
  bool has_month = false;
  bool has_day = false;
  const auto refuse = [&] {
    throw Error(
        Code::invalid,
        fmt::format("{} is no form of a date; year, month and day stand in it once each, as in YYYY/M/D, "
                    "MM/DD/YYYY or YYYYMMDD",
                    text::quoted(form)));
  };
  const auto take = [&](char letter) {
    const std::size_t count = std::min(form.find_first_not_of(letter), form.size());
    form.remove_prefix(count);
    return count;
  };
  while (!form.empty()) {
    const char letter = form.front();
    if (letter == 'Y') {
      if (take('Y') != 4 || std::exchange(has_year, true)) refuse();
      parts_.push_back({Kind::year, {}, 4, 4});
    } else if (letter == 'M' || letter == 'D') {
      bool& has_part = letter == 'M' ? has_month : has_day;
      if (take(letter) > 2 || std::exchange(has_part, true)) refuse();
      parts_.push_back({letter == 'M' ? Kind::month : Kind::day, {}});
    } else {
      if (parts_.empty() || parts_.back().kind != Kind::literal) parts_.push_back({Kind::literal, {}});
      parts_.back().literal += letter;
      form.remove_prefix(1);
    }
  }
  if (!has_year || !has_month || !has_day) refuse();
  // Numbers that touch each other have a width.
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const bool is_before = i + 1 < parts_.size() && parts_[i + 1].kind != Kind::literal;
    const bool is_after = i > 0 && parts_[i - 1].kind != Kind::literal;
    if (parts_[i].kind != Kind::year && (is_before || is_after)) parts_[i].digits_min = 2;
  }
}

std::optional<DateFormat::Found> DateFormat::find(std::string_view text) const {
  CivilDate civil{0, 0, 0};
  std::size_t at = 0;
  for (const Part& part : parts_) {
    if (part.kind == Kind::literal) {
      if (text.substr(at, part.literal.size()) != part.literal) return std::nullopt;
      at += part.literal.size();
      continue;
    }
    std::int32_t number = 0;
    std::size_t digits = 0;
    for (; digits < part.digits_max && at < text.size() && text[at] >= '0' && text[at] <= '9'; ++digits) {
      number = number * 10 + (text[at++] - '0');
    }
    if (digits < part.digits_min) return std::nullopt;
    (part.kind == Kind::year ? civil.year : part.kind == Kind::month ? civil.month : civil.day) = number;
  }
  const auto date = from_civil(civil);
  if (!date) return std::nullopt;
  return Found{*date, at};
}

std::vector<DateFormat> plain_date_formats() {
  std::vector<DateFormat> formats;
  for (const char* form : {"YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日"}) formats.emplace_back(form);
  return formats;
}

std::optional<DateFormat::Found> find_date(std::string_view text, const std::vector<DateFormat>& formats) {
  for (const DateFormat& format : formats) {
    const auto found = format.find(text);
    if (!found) continue;
    if (found->size == text.size()) return found;
    const char next = text[found->size];
    const bool is_time = (next == ' ' || next == 'T' || next == 't') && found->size + 1 < text.size() &&
                         text[found->size + 1] >= '0' && text[found->size + 1] <= '9';
    if (is_time) return found;
  }
  return std::nullopt;
}

}  // namespace crmcore
