// A language of the page: its words, and how it writes numbers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "report/facts.hpp"

namespace report {

// Every text of the page; words.cpp has them in each language.
enum class Word {
#define REPORT_WORD(name, english, chinese) name,
#include "report/words.inc"
#undef REPORT_WORD
};

class Language {
 public:
  // `code` is "en" or "zh"; amounts have that many decimals.
  Language(std::string_view code, std::string currency, int digits);

  std::string_view code() const { return is_chinese_ ? "zh-CN" : "en"; }
  std::string_view operator[](Word word) const;
  // The text with {0}, {1} … replaced by the arguments.
  std::string say(Word word, std::initializer_list<std::string_view> arguments) const;

  const std::string& currency() const { return currency_; }
  std::string count(std::int64_t number) const;    // 4,338
  std::string money(Amount minor) const;           // 14,330,869.12
  std::string short_money(Amount minor) const;     // 14.3 M, 1433 万
  std::string share(double part) const;            // 81.9 %
  std::string per_cent(std::int64_t whole) const;  // 80 %
  std::string decimal(double number, int digits) const;

 private:
  bool is_chinese_;
  std::string currency_;
  int digits_;
};

// The word for a factor's metric, a rule that decided a move, a manager's level; `otherwise` where there is
// none.
std::string_view metric_word(const Language& language, std::string_view metric);
std::string reason_of(const Language& language, std::string_view rule, std::string_view from,
                      std::string_view to);

}  // namespace report
