#include "report/language.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace report {
namespace {

struct WordRow {
  std::string_view english;
  std::string_view chinese;
};

constexpr WordRow kWords[] = {
#define REPORT_WORD(name, english, chinese) {english, chinese},
#include "report/words.inc"
#undef REPORT_WORD
};

constexpr std::string_view kMinus = "−";

// Digits with a comma between thousands.
std::string grouped(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

// Precondition: `number` is 0 or more.
std::string unsigned_text(Amount number, std::size_t width = 1) {
  std::string digits;
  for (; number > 0; number /= 10) digits.insert(digits.begin(), static_cast<char>('0' + number % 10));
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

Amount magnitude(Amount number) {
  return number < 0 ? -number : number;
}

std::int64_t power_of_ten(int digits) {
  std::int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  return power;
}

}  // namespace

Language::Language(std::string_view code, std::string currency, int digits)
    : is_chinese_(code == "zh"), currency_(std::move(currency)), digits_(digits) {}

std::string_view Language::operator[](Word word) const {
  const WordRow& row = kWords[static_cast<std::size_t>(word)];
  return is_chinese_ ? row.chinese : row.english;
}

std::string Language::say(Word word, std::initializer_list<std::string_view> arguments) const {
  const std::string_view pattern = (*this)[word];
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}') {
      text += arguments.begin()[pattern[i + 1] - '0'];
      i += 2;
    } else {
      text += pattern[i];
    }
  }
  return text;
}

std::string Language::count(std::int64_t number) const {
  return std::string(number < 0 ? kMinus : "") + grouped(unsigned_text(magnitude(number)));
}

std::string Language::money(Amount minor) const {
  const std::int64_t unit = power_of_ten(digits_);
  std::string text(minor < 0 ? kMinus : "");
  text += grouped(unsigned_text(magnitude(minor) / unit));
  if (digits_ > 0) text += "." + unsigned_text(magnitude(minor) % unit, static_cast<std::size_t>(digits_));
  return text;
}

std::string Language::short_money(Amount minor) const {
  struct Unit {
    double size;
    std::string_view name;
  };
  static constexpr std::array<Unit, 3> kEnglish{{{1e9, "\u202fbn"}, {1e6, "\u202fM"}, {1e3, "\u202fk"}}};
  static constexpr std::array<Unit, 2> kChinese{{{1e8, "亿"}, {1e4, "万"}}};
  const double amount = static_cast<double>(minor) / static_cast<double>(power_of_ten(digits_));
  const auto written = [&](const Unit& unit) {
    const double scaled = std::abs(amount) / unit.size;
    const int digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
    return std::string(minor < 0 ? kMinus : "") + decimal(scaled, digits) + std::string(unit.name);
  };
  if (is_chinese_) {
    for (const Unit& unit : kChinese) {
      if (std::abs(amount) >= unit.size) return written(unit);
    }
  } else {
    for (const Unit& unit : kEnglish) {
      if (std::abs(amount) >= unit.size) return written(unit);
    }
  }
  return decimal(amount, std::abs(amount) < 100 ? digits_ : 0);
}

std::string Language::share(double part) const {
  return decimal(100 * part, 1) + (is_chinese_ ? "%" : "\u202f%");
}

std::string Language::per_cent(std::int64_t whole) const {
  return count(whole) + (is_chinese_ ? "%" : "\u202f%");
}

std::string Language::decimal(double number, int digits) const {
  std::array<char, 64> buffer{};
  const double shown = std::abs(number) < 1e15 ? std::abs(number) : 1e15;
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), shown, std::chars_format::fixed, digits);
  std::string text(buffer.data(), end);
  const std::size_t point = text.find('.');
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  const std::string whole = grouped(text.substr(0, point));
  const std::string fraction = point == std::string::npos ? "" : text.substr(point);
  return std::string(number < 0 && !is_zero ? kMinus : "") + whole + fraction;
}

std::string_view metric_word(const Language& language, std::string_view metric) {
  static constexpr std::pair<std::string_view, Word> kMetrics[] = {
      {"revenue", Word::revenue}, {"cost", Word::cost}, {"margin", Word::margin}, {"profit", Word::profit}};
  for (const auto& [name, word] : kMetrics) {
    if (name == metric) return language[word];
  }
  return language[Word::value];
}

std::string reason_of(const Language& language, std::string_view rule, std::string_view from,
                      std::string_view to) {
  static constexpr std::pair<std::string_view, Word> kReasons[] = {{"promotion", Word::reason_promotion},
                                                                   {"demotion", Word::reason_demotion},
                                                                   {"steps", Word::reason_steps},
                                                                   {"urgent", Word::reason_urgent},
                                                                   {"floor", Word::reason_floor},
                                                                   {"ceiling", Word::reason_ceiling},
                                                                   {"pin", Word::reason_pin},
                                                                   {"release", Word::reason_release},
                                                                   {"streak", Word::reason_streak},
                                                                   {"dwell", Word::reason_dwell},
                                                                   {"blacklist", Word::reason_blacklist}};
  for (const auto& [name, word] : kReasons) {
    if (name == rule) return language.say(word, {from, to});
  }
  return std::string(rule);
}

}  // namespace report
