// A name is taken apart into words, at blanks and signs, and what stands in brackets is told from the rest;
// forms are taken from the end for as long as there is one, then divisions from the beginning.
// tests/archive/core_name_test.cpp.
#include "archive/core_name.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace crmcore::archive {
namespace {

constexpr std::size_t kCharactersMin = 2;  // that stay

// The longer before what it ends with. A branch (分公司) is none: it is another customer.
constexpr std::string_view kChineseForms[] = {
    "股份有限责任公司", "有限责任公司", "股份有限公司", "责任有限公司", "集团有限公司", "个人独资企业",
    "特殊普通合伙",     "股份公司",     "集团公司",     "有限公司",     "有限合伙",     "普通合伙",
    "合伙企业",         "总公司",       "公司",         "集团",         "股份",
};
constexpr std::string_view kBranch = "分公司";
constexpr std::string_view kLatinForms[] = {
    "ab",  "ag",           "as",  "bv",  "co",  "coltd", "company", "corp", "corporation", "gmbh",
    "inc", "incorporated", "kg",  "kk",  "llc", "llp",   "limited", "lp",   "ltd",         "nv",
    "oy",  "plc",          "pte", "pty", "sa",  "sarl",  "sas",     "spa",  "srl",
};

bool is_letter_or_digit(char32_t point) noexcept {
  if (point < 0x80) return (point >= U'a' && point <= U'z') || (point >= U'0' && point <= U'9');
  return point != 0xB7 && !(point >= 0x2000 && point <= 0x206F) && !(point >= 0x3000 && point <= 0x303F);
}

bool is_opening(char32_t point) noexcept {
  return point == U'(' || point == U'[' || point == U'\u3014' || point == U'\u3010';
}

bool is_closing(char32_t point) noexcept {
  return point == U')' || point == U']' || point == U'\u3015' || point == U'\u3011';
}

std::size_t character_count(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return c != ' ' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool ends_with_form(std::string_view words, std::size_t& size) noexcept {
  if (words.ends_with(kBranch)) return false;
  for (const std::string_view form : kChineseForms) {
    if (words.ends_with(form)) return size = form.size(), true;
  }
  const std::size_t blank = words.rfind(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view last = words.substr(blank + 1);
  size = last.size() + 1;
  return std::find(std::begin(kLatinForms), std::end(kLatinForms), last) != std::end(kLatinForms);
}

// Words of letters and digits, a blank between them; brackets apart.
struct Parts {
  std::string words;
  std::vector<std::string> brackets;
};

Parts parts_of(std::string_view form) {
  Parts parts;
  std::string* to = &parts.words;
  for (std::size_t at = 0; at < form.size();) {
    const std::size_t begin = at;
    const char32_t point = text::next_point(form, at);
    if (is_opening(point)) {
      to = &parts.brackets.emplace_back();
    } else if (is_closing(point)) {
      to = &parts.words;
    } else if (is_letter_or_digit(point)) {
      to->append(form, begin, at - begin);
    } else if (point != U'.' && point != U'\'' && !to->empty() && to->back() != ' ') {
      to->push_back(' ');  // s.a. is one word
    }
  }
  while (parts.words.ends_with(' ')) parts.words.pop_back();
  return parts;
}

// What stands in brackets is where the company is, or its form, or a part of the name.
std::uint32_t take_brackets(Parts& parts, const RegionWords& regions) {
  std::uint32_t division = 0;
  for (const std::string& bracket : parts.brackets) {
    const RegionWords::Found found = regions.at_start(bracket);
    std::size_t size = 0;
    if (found.size == bracket.size()) {
      division = found.division;
    } else if (bracket != "中国" && bracket != "china" &&
               !(ends_with_form(bracket, size) && size == bracket.size())) {
      // Before a form that ends the name, so that this still ends it.
      std::size_t end = parts.words.size();
      while (ends_with_form(std::string_view(parts.words).substr(0, end), size)) end -= size;
      parts.words.insert(end, bracket);
    }
  }
  return division;
}

}  // namespace

void RegionWords::add(std::string_view name_form, std::uint32_t division) {
  if (character_count(name_form) >= kCharactersMin) words_.emplace_back(name_form, division);
}

void RegionWords::finish() {
  std::sort(words_.begin(), words_.end());
  const auto is_same = [](const auto& a, const auto& b) { return a.first == b.first; };
  words_.erase(std::unique(words_.begin(), words_.end(), is_same), words_.end());
}

RegionWords::Found RegionWords::at_start(std::string_view text) const {
  // Those that begin with the same character stand together; the longest is the last of them that fits.
  Found found;
  if (text.empty()) return found;
  std::size_t first = 0;
  text::next_point(text, first);
  const std::string_view begin = text.substr(0, first);
  auto word = std::lower_bound(words_.begin(), words_.end(), begin,
                               [](const auto& one, std::string_view sought) { return one.first < sought; });
  for (; word != words_.end() && word->first.starts_with(begin); ++word) {
    if (text.starts_with(word->first)) found = {word->first.size(), word->second};
  }
  return found;
}

bool is_within(std::uint32_t division, std::uint32_t other) noexcept {
  constexpr std::uint32_t kCity = 100;
  constexpr std::uint32_t kProvince = 10'000;
  return division == other || division / kCity * kCity == other || division / kProvince * kProvince == other;
}

CoreName core_name(std::string_view name_form, bool is_person, const RegionWords& regions) {
  CoreName core;
  Parts parts = parts_of(name_form);
  if (!is_person) {
    core.division = take_brackets(parts, regions);
    std::size_t size = 0;
    while (ends_with_form(parts.words, size) &&
           character_count(std::string_view(parts.words).substr(0, parts.words.size() - size)) >=
               kCharactersMin)
      parts.words.resize(parts.words.size() - size);
  } else {
    for (const std::string& bracket : parts.brackets) parts.words += bracket;
  }
  std::erase(parts.words, ' ');
  std::string_view rest = parts.words;
  std::uint32_t before = 0;
  while (!is_person) {
    const RegionWords::Found found = regions.at_start(rest);
    if (found.size == 0 || character_count(rest.substr(found.size)) < kCharactersMin) break;
    before = found.division;
    rest.remove_prefix(found.size);
  }
  if (before != 0 && !is_within(core.division, before)) core.division = before;
  core.text = rest;
  return core;
}

}  // namespace crmcore::archive
