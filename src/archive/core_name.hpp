// The core of a company's name: without what says its legal form and where it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmcore::archive {

// Administrative divisions by what they are called. A division is its code of GB/T 2260 as a number of six
// digits: 330000 is a province, 330100 a city in it; 0 is none.
class RegionWords {
 public:
  // Takes the name in its search form. One that is called like another is not told apart from it: the smaller
  // code stands for both.
  void add(std::string_view name_form, std::uint32_t division);
  // After the last one that is added, before the first that is looked for.
  void finish();

  struct Found {
    std::size_t size = 0;  // in bytes; 0: none
    std::uint32_t division = 0;
  };
  // The longest with which the text begins.
  Found at_start(std::string_view text) const;

 private:
  std::vector<std::pair<std::string, std::uint32_t>> words_;
};

// Whether one is the other, or lies in it.
bool is_within(std::uint32_t division, std::uint32_t other) noexcept;

struct CoreName {
  std::string text;            // letters, digits and characters alone
  std::uint32_t division = 0;  // that the name says
};

// Of a name in its search form. Legal forms go at the end alone, divisions at the beginning and in brackets,
// and each only where two characters stay; from a person's name nothing goes.
CoreName core_name(std::string_view name_form, bool is_person, const RegionWords& regions);

}  // namespace crmcore::archive
