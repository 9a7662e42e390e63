// Axes that come with the library, as data: ownership, asset bands, large regions of China.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "classification/tree.hpp"

namespace crmcore::classification {

// Ownership (所有制): state_owned, collective, private, joint_stock, joint_venture, foreign, with the words
// that forms use for them: 民营, 国有企业, 外资, 合资企业 …
std::vector<NodeRow> ownership_nodes();

// Definition of the asset band axis (资产规模) over `attribute` in fen: super above 100 M yuan, large
// above 10 M, medium from 5 M, small below. Exactly 100 M is large, exactly 10 M is medium.
Json asset_band_definition(std::string_view attribute = "total_assets");

// One of the seven large regions of the mainland, or Hong Kong, Macao and Taiwan together.
struct LargeRegion {
  std::string_view code;
  std::string_view name;
  std::string_view provinces;  // two-digit codes of GB/T 2260, separated by blanks
};
std::span<const LargeRegion> large_regions() noexcept;

// A line of a division list. Codes have 2, 4 or 6 digits; 6 digits ending in 0000 or 00 are provinces
// and cities.
struct DivisionRow {
  std::string_view code;
  std::string_view name;
};
// The 34 provinces.
std::span<const DivisionRow> provinces() noexcept;

// A short name by which a division is commonly called.
struct DivisionAlias {
  std::string_view code;  // two, four or six digits
  std::string_view alias;
};
// Short names of the 34 provinces: 广东, 内蒙古 and 内蒙, 香港 …
std::span<const DivisionAlias> province_aliases() noexcept;

}  // namespace crmcore::classification
