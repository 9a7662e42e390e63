// Codes of GB/T 2260 carry their own hierarchy: province (2 digits), city (4), county (6). What makes the
// lists hard is that some codes are headings of the statistics, not divisions: their counties stand
// directly under the province. tests/classification/divisions_test.cpp proves it on two real lists.
#include "classification/divisions.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "classification/division_names.hpp"

namespace crmcore::classification {
namespace {

using Reason = DivisionLeftover::Reason;

constexpr std::string_view kCountry = "CN";
constexpr std::array<std::string_view, 4> kMunicipalities = {"11", "12", "31", "50"};

// True for the four-digit headings under which GB/T 2260 lists what belongs to the province itself.
bool is_grouping(std::string_view city) {
  const std::string_view province = city.substr(0, 2);
  const std::string_view number = city.substr(2, 2);
  const bool is_municipality =
      std::find(kMunicipalities.begin(), kMunicipalities.end(), province) != kMunicipalities.end();
  return number == "90" || number == "00" || (is_municipality && (number == "01" || number == "02"));
}

std::string parent_code(std::string_view code) {
  if (code.size() == 6 && !is_grouping(code.substr(0, 4))) return std::string(code.substr(0, 4));
  return std::string(code.substr(0, 2));
}

const LargeRegion* region_of(std::string_view province) {
  for (const LargeRegion& region : large_regions()) {
    if (region.provinces.find(province) != std::string_view::npos) return &region;
  }
  return nullptr;
}

NodeRow node_of(std::string_view code, std::string_view name, std::string_view parent, std::int32_t rank) {
  NodeRow node;
  node.code = code;
  node.name = name;
  node.parent = parent;
  node.rank = rank;
  return node;
}

class Builder {
 public:
  explicit Builder(std::span<const DivisionRow> rows) : rows_(rows) {}

  void gather() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto code = division_code(rows_[i].code);
      if (!code) {
        leave(i, Reason::malformed_code);
      } else if (text::is_blank(rows_[i].name)) {
        leave(i, Reason::blank_name);
      } else if (code->size() == 4 && is_grouping(*code)) {
        leave(i, Reason::grouping);
      } else if (!by_code_.try_emplace(*code, i).second) {
        leave(i, Reason::repeated);
      }
    }
  }

  // Codes are sorted, so that a parent is settled before its children.
  void place() {
    std::set<std::string_view> regions;
    for (const auto& [code, row] : by_code_) {
      const LargeRegion* region = region_of(std::string_view(code).substr(0, 2));
      if (region == nullptr) {
        leave(row, Reason::unknown_province);
      } else if (code.size() == 2) {
        regions.insert(region->code);
        put(node_of(code, rows_[row].name, region->code, 0));
      } else if (const std::string parent = parent_code(code); index_.contains(parent)) {
        put(node_of(code, rows_[row].name, parent, 0));
      } else {
        leave(row, Reason::missing_parent);
      }
    }
    if (regions.empty()) return;
    put(node_of(kCountry, "中国", "", 0));
    std::int32_t rank = 0;
    for (const LargeRegion& region : large_regions()) {
      if (regions.contains(region.code)) put(node_of(region.code, region.name, kCountry, rank));
      ++rank;
    }
  }

  void name(std::span<const DivisionAlias> aliases) {
    for (std::size_t i = 0; i < aliases.size(); ++i) {
      const auto code = division_code(aliases[i].code);
      const auto entry = code ? index_.find(*code) : index_.end();
      if (entry == index_.end()) {
        result_.leftovers.push_back(
            {i, Reason::unused_alias, std::string(aliases[i].code), std::string(aliases[i].alias)});
      } else {
        result_.nodes[entry->second].aliases.emplace_back(aliases[i].alias);
      }
    }
  }

  Divisions finish() {
    std::stable_sort(result_.leftovers.begin(), result_.leftovers.end(), [](const auto& a, const auto& b) {
      const auto list = [](const DivisionLeftover& left) { return left.reason == Reason::unused_alias; };
      return std::pair(list(a), a.row) < std::pair(list(b), b.row);
    });
    return std::move(result_);
  }

 private:
  void leave(std::size_t row, Reason reason) {
    result_.leftovers.push_back({row, reason, std::string(rows_[row].code), std::string(rows_[row].name)});
  }

  void put(NodeRow node) {
    index_.emplace(node.code, result_.nodes.size());
    result_.nodes.push_back(std::move(node));
  }

  std::span<const DivisionRow> rows_;
  std::map<std::string, std::size_t> by_code_;  // significant code → row
  std::map<std::string, std::size_t> index_;    // code → node
  Divisions result_;
};

std::string_view province_part(std::string_view code) {
  return code.substr(0, 2);
}

}  // namespace

std::optional<std::string> division_code(std::string_view code) {
  const bool has_length = code.size() == 2 || code.size() == 4 || code.size() == 6;
  const bool is_digits = std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!has_length || !is_digits || code.substr(0, 2) == "00") return std::nullopt;
  std::string digits(code);
  if (digits.size() == 6 && digits.ends_with("00")) digits.resize(4);
  if (digits.size() == 4 && digits.ends_with("00")) digits.resize(2);
  return digits;
}

std::vector<DivisionRow> missing_provinces(std::span<const DivisionRow> rows) {
  std::set<std::string> spoken_of;
  std::set<std::string> named;
  for (const DivisionRow& row : rows) {
    const auto code = division_code(row.code);
    if (!code) continue;
    spoken_of.emplace(province_part(*code));
    if (code->size() == 2) named.insert(*code);
  }
  std::vector<DivisionRow> missing;
  for (const DivisionRow& province : provinces()) {
    const std::string code(province.code);
    if ((rows.empty() || spoken_of.contains(code)) && !named.contains(code)) missing.push_back(province);
  }
  return missing;
}

void declare_short_names(
    std::vector<NodeRow>& nodes,
    const std::function<bool(const std::string& fold, const std::string& code)>& is_taken) {
  std::map<std::string, std::vector<std::size_t>> bearers;  // folded short name → nodes
  std::set<std::string> names;                              // what is somebody's already
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    names.insert(text::fold(nodes[i].name));
    for (const std::string& alias : nodes[i].aliases) names.insert(text::fold(alias));
    const auto code = division_code(nodes[i].code);
    const std::string_view name = short_division_name(nodes[i].name);
    if (code && code->size() > 2 && !name.empty()) bearers[text::fold(name)].push_back(i);
  }
  for (const auto& [name, all] : bearers) {
    const auto first = *std::min_element(all.begin(), all.end(), [&](std::size_t a, std::size_t b) {
      return nodes[a].code.size() < nodes[b].code.size();
    });
    NodeRow& bearer = nodes[first];
    const bool holds_all = std::all_of(all.begin(), all.end(), [&](std::size_t other) {
      return nodes[other].code.starts_with(bearer.code);
    });
    if (holds_all && !names.contains(name) && !is_taken(name, bearer.code)) {
      bearer.aliases.emplace_back(short_division_name(bearer.name));
    }
  }
}

std::vector<std::string> missing_divisions(std::span<const NodeRow> known, std::span<const DivisionRow> rows,
                                           Date date) {
  using Part = std::pair<std::string, std::size_t>;  // province and level
  std::set<std::string> listed;
  std::set<Part> parts;
  for (const DivisionRow& row : rows) {
    const auto code = division_code(row.code);
    if (!code) continue;
    listed.insert(*code);
    parts.emplace(province_part(*code), code->size());
  }
  std::vector<std::string> missing;
  for (const NodeRow& node : known) {
    if (division_code(node.code) != node.code || listed.contains(node.code)) continue;
    const Part part(province_part(node.code), node.code.size());
    if (node.is_valid_at(date) && parts.contains(part)) missing.push_back(node.code);
  }
  std::sort(missing.begin(), missing.end());
  return missing;
}

Divisions division_tree(std::span<const DivisionRow> rows, std::span<const DivisionAlias> aliases) {
  Builder builder(rows);
  builder.gather();
  builder.place();
  builder.name(aliases);
  return builder.finish();
}

}  // namespace crmcore::classification
