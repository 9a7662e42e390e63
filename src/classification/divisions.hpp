// The region tree of China from lists of administrative divisions (GB/T 2260).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/words.hpp"

#include "classification/ready_made.hpp"
#include "classification/tree.hpp"

namespace crmcore::classification {

// A line of a division list. Codes have 2, 4 or 6 digits; 6 digits ending in 0000 or 00 are provinces
// and cities.
struct DivisionRow {
  std::string_view code;
  std::string_view name;
};

// A row that is not a node of its own, and why.
struct DivisionLeftover {
  enum class Reason : std::int32_t {
    malformed_code,  // not 2, 4 or 6 digits
    blank_name,
    grouping,  // 市辖区, 县, 省直辖县级行政区划: a heading, its counties stand under the province
    repeated,          // the code stands in an earlier row; the earlier name is kept
    unknown_province,  // in none of the large regions
    missing_parent,    // the city or province above it is in no row
    unused_alias,      // the alias names a code that is no node
  };

  std::size_t row = 0;  // index into rows, or into aliases for unused_alias
  Reason reason = Reason::malformed_code;
  std::string code;
  std::string name;
};

constexpr std::array<std::string_view, 7> words_of(DivisionLeftover::Reason) noexcept {
  return {"malformed_code",   "blank_name",     "grouping",    "repeated",
          "unknown_province", "missing_parent", "unused_alias"};
}

struct Divisions {
  std::vector<NodeRow> nodes;  // CN → large region → province → city → county, codes of 2, 4, 6 digits
  std::vector<DivisionLeftover> leftovers;
};

// Builds the nodes country → large region → province → city → county from rows of one or several lists,
// in any order. Counties under a heading that GB/T 2260 defines as such (01 and 02 of the four
// municipalities, 90 of a province, 00 of a special region) stand under the province. Nothing is
// guessed: what does not fit is left over with its reason.
Divisions division_tree(std::span<const DivisionRow> rows, std::span<const DivisionAlias> aliases);

}  // namespace crmcore::classification
