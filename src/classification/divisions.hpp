// The region tree of China from lists of administrative divisions (GB/T 2260).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/words.hpp"

#include "classification/ready_made.hpp"
#include "classification/tree.hpp"

namespace crmcore::classification {

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

// The code without the zeros that pad it to six digits; nothing when it is none.
std::optional<std::string> division_code(std::string_view code);

// Builds the nodes country → large region → province → city → county from rows of one or several lists,
// in any order. Counties under a heading that GB/T 2260 defines as such (01 and 02 of the four
// municipalities, 90 of a province, 00 of a special region) stand under the province. Nothing is
// guessed: what does not fit is left over with its reason.
Divisions division_tree(std::span<const DivisionRow> rows, std::span<const DivisionAlias> aliases);

// The provinces of the library in which rows lie and which no row names, so that a list of cities alone finds
// them; without any rows all 34.
std::vector<DivisionRow> missing_provinces(std::span<const DivisionRow> rows);

// Declares the short names of cities and counties (杭州, 义乌): each that names one division of the list
// alone, or one in which all others lie that are called so (长沙 is the city, 长沙县 lies in it; 朝阳 is
// nobody's). `is_taken` tells what other nodes of the axis than the one of this code are called.
void declare_short_names(
    std::vector<NodeRow>& nodes,
    const std::function<bool(const std::string& fold, const std::string& code)>& is_taken);

// Codes of nodes that a newer list no longer has, among `known`: those valid at `date` of the provinces and
// levels that the list speaks of.
std::vector<std::string> missing_divisions(std::span<const NodeRow> known, std::span<const DivisionRow> rows,
                                           Date date);

}  // namespace crmcore::classification
