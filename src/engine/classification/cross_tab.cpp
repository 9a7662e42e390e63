// A cross-tabulation is one pass over the classes of all customers: every customer gets the number of its
// cell, dimension by dimension (cell += group × stride), and cells are then counted and summed. The plain
// definition, a map from labels to counts, is its oracle in tests/engine/cross_tab_test.cpp.
#include "engine/classification/cross_tab.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "crmcore/archive.hpp"

#include "base/format.hpp"
#include "base/text.hpp"
#include "storage/assignment_store.hpp"
#include "storage/class_scan.hpp"
#include "storage/ledger_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kDenseCellsMax = 1 << 20;
constexpr std::int64_t kCellsMax = std::int64_t{1} << 50;
constexpr std::int64_t kOutside = -1;  // the customer is in no cell

using Labels = std::vector<std::string>;  // by group; the last one is for those without

// The groups of one axis by node id: the shown ancestor of each node, or kOutside.
struct AxisGroups {
  Labels labels;
  std::vector<std::int64_t> by_node;
};

AxisGroups groups_of(const CatalogAxis& axis, const Dimension& dimension, const std::string& path) {
  const auto& tree = axis.axis.tree;
  Position root = kNowhere;
  if (!dimension.under.empty()) {
    const auto resolution = tree.resolve(dimension.under);
    if (resolution.kind != classification::Resolution::Kind::found) {
      throw Error(Code::not_found, resolution.reason, path + "/under");
    }
    root = resolution.position;
  }
  const bool has_root = root != kNowhere;
  const int level = dimension.level.value_or(has_root ? tree.level(root) + 1 : classification::kDepthMax);
  AxisGroups groups;
  std::vector<std::int64_t> shown(tree.size(), kOutside);
  for (Position at = 0; at < static_cast<Position>(tree.size()); ++at) {
    const auto id = static_cast<std::size_t>(tree.node(at).id.value);
    if (id >= groups.by_node.size()) groups.by_node.resize(id + 1, kOutside);
    if (has_root && !tree.subtree(root).contains(at)) continue;
    auto& group = shown[static_cast<std::size_t>(at)];
    if (tree.level(at) <= level) {
      group = static_cast<std::int64_t>(groups.labels.size());
      groups.labels.push_back(tree.node(at).code);
    } else {
      group = shown[static_cast<std::size_t>(tree.parent(at))];
    }
    groups.by_node[id] = group;
  }
  groups.labels.emplace_back();
  if (groups.by_node.empty()) groups.by_node.resize(1);
  groups.by_node[0] = has_root ? kOutside : static_cast<std::int64_t>(groups.labels.size()) - 1;
  return groups;
}

void add_to_cell(std::int64_t& sum, std::int64_t amount) {
  if (__builtin_add_overflow(sum, amount, &sum) || sum > kIntegerMax || sum < -kIntegerMax) {
    throw Error(Code::range, "the sum of a cell exceeds 2^53 - 1", "/sum");
  }
}

class CrossTabber {
 public:
  CrossTabber(Session& session, const CrossTabRequest& request)
      : session_(session), db_(session.db()), request_(request) {}

  CrossTab run() {
    require_request();
    for (std::size_t i = 0; i < request_.dimensions.size(); ++i) prepare(i);
    // The last dimension varies fastest.
    std::int64_t stride = 1;
    strides_.resize(labels_.size());
    for (std::size_t i = labels_.size(); i-- > 0;) {
      strides_[i] = stride;
      stride *= static_cast<std::int64_t>(std::max<std::size_t>(1, labels_[i].size()));
      if (stride > kCellsMax) throw Error(Code::limit, "more than 2^50 cells", "/dimensions");
    }
    cells_ = stride;
    place_by_classes();
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      if (request_.dimensions[i].kind == Dimension::Kind::grade) place_by_grade(i);
      if (request_.dimensions[i].kind == Dimension::Kind::manager) place_by_manager(i);
    }
    return count();
  }

 private:
  struct Sum {
    std::int64_t count = 0;
    std::int64_t sum = 0;
  };

  void require_request() const {
    if (request_.dimensions.empty() || request_.dimensions.size() > kDimensionsMax) {
      throw Error(
          Code::limit,
          fmt::format("{} dimensions; 1 to {} are allowed", request_.dimensions.size(), kDimensionsMax),
          "/dimensions");
    }
    if (request_.is_revenue && !(request_.from < request_.to)) {
      throw Error(
          Code::invalid,
          fmt::format("/to {} is not after /from {}", format_date(request_.to), format_date(request_.from)),
          "/to");
    }
  }

  void prepare(std::size_t index) {
    const Dimension& dimension = request_.dimensions[index];
    const std::string path = fmt::format("/dimensions/{}", index);
    switch (dimension.kind) {
      case Dimension::Kind::axis: {
        const CatalogAxis& axis = require_axis(session_.catalog(), dimension.code, path + "/axis");
        slots_.push_back(axis.row.slot);
        slot_dimensions_.push_back(index);
        AxisGroups groups = groups_of(axis, dimension, path);
        labels_.push_back(std::move(groups.labels));
        nodes_.push_back(std::move(groups.by_node));
        return;
      }
      case Dimension::Kind::grade:
        labels_.push_back(grade_labels(dimension.code, path));
        return;
      case Dimension::Kind::manager: {
        Labels labels;
        for (const auto& row : storage::ManagerStore(db_).managers()) {
          managers_.emplace(row.id, static_cast<std::int64_t>(labels.size()));
          labels.push_back(row.code);
        }
        labels.emplace_back();
        labels_.push_back(std::move(labels));
        return;
      }
    }
    throw Error(Code::invalid, "unknown kind of dimension", path);
  }

  // Best first, then the blocked grade.
  Labels grade_labels(const std::string& code, const std::string& path) {
    storage::SchemeStore store(db_);
    const bool is_text = !text::find_invalid_utf8(code);
    const auto scheme = is_text ? store.find(text::key_form(code)) : std::nullopt;
    if (!scheme)
      throw Error(Code::not_found, fmt::format("no scheme {}", text::quoted(code)), path + "/grade");
    schemes_[labels_.size()] = scheme->id;
    Labels labels;
    std::string blocked;
    for (const auto& row : store.grades(scheme->id)) {
      if (row.grade >= 0)
        labels.push_back(row.name);
      else
        blocked = row.name;
    }
    labels.push_back(blocked);
    labels.emplace_back();
    return labels;
  }

  void place_by_classes() {
    std::int64_t without = 0;  // where those stand whom no row of grade or manager moves
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      if (request_.dimensions[i].kind == Dimension::Kind::axis) continue;
      without += strides_[i] * (static_cast<std::int64_t>(labels_[i].size()) - 1);
    }
    storage::scan_classes(db_, slots_, [&](CustomerId id, std::span<const NodeId> classes) {
      std::int64_t cell = without;
      for (std::size_t k = 0; k < classes.size(); ++k) {
        const auto node = static_cast<std::size_t>(classes[k].value);
        const std::int64_t group = node < nodes_[k].size() ? nodes_[k][node] : kOutside;
        if (group == kOutside) {
          cell = kOutside;
          break;
        }
        cell += group * strides_[slot_dimensions_[k]];
      }
      place_.resize(static_cast<std::size_t>(id.value) + 1, kOutside);
      place_.back() = cell;
    });
  }

  // Moves a customer from "without" to its group.
  void move(CustomerId id, std::size_t dimension, std::int64_t group) {
    const auto at = static_cast<std::size_t>(id.value);
    if (at >= place_.size() || place_[at] == kOutside) return;
    place_[at] += (group - (static_cast<std::int64_t>(labels_[dimension].size()) - 1)) * strides_[dimension];
  }

  void place_by_grade(std::size_t dimension) {
    const auto blocked = static_cast<std::int64_t>(labels_[dimension].size()) - 2;
    storage::AssignmentStore(db_).grades(schemes_[dimension], [&](CustomerId id, std::int32_t grade, Date) {
      if (grade != -1) move(id, dimension, grade < 0 ? blocked : grade);
    });
  }

  void place_by_manager(std::size_t dimension) {
    storage::AssignmentStore(db_).primaries([&](const storage::PrimaryRow& row) {
      if (row.manager) move(row.customer, dimension, managers_.at(row.manager));
    });
  }

  // Calls `each(customer, amount)` for what is to be summed.
  template <class Each>
  void amounts(Each each) {
    if (!request_.attribute.empty()) {
      const auto* attribute = session_.catalog().attribute(std::string_view(request_.attribute));
      if (attribute == nullptr) {
        throw Error(Code::not_found,
                    fmt::format("no attribute {}; defined are: {}", text::quoted(request_.attribute),
                                session_.catalog().attribute_codes()),
                    "/attribute");
      }
      if (attribute->type == AttributeType::text) {
        throw Error(Code::invalid, fmt::format("attribute '{}' is a text and has no sum", attribute->code),
                    "/attribute");
      }
      storage::scan_attribute(db_, attribute->id, each);
    }
    if (!request_.is_revenue) return;
    storage::TotalsScan scan(db_, request_.from, request_.to);
    std::vector<storage::DayTotals> records;
    const auto last = static_cast<std::int64_t>(place_.size()) / storage::kBlockCustomers;
    for (std::int64_t block = 0; block <= last; ++block) {
      records.clear();
      scan.read(block, records);
      for (const auto& day : records) each(day.customer, day.revenue - day.reversal_own);
    }
  }

  template <class Cells>
  void fill(Cells& cells) {
    for (const std::int64_t cell : place_) {
      if (cell != kOutside) ++cells[static_cast<std::size_t>(cell)].count;
    }
    amounts([&](CustomerId id, std::int64_t amount) {
      const auto at = static_cast<std::size_t>(id.value);
      if (at < place_.size() && place_[at] != kOutside)
        add_to_cell(cells[static_cast<std::size_t>(place_[at])].sum, amount);
    });
  }

  CrossTab count() {
    CrossTab table;
    const auto tell = [&](std::int64_t cell, const Sum& sum) {
      CrossTabCell& told = table.cells.emplace_back();
      for (std::size_t i = 0; i < labels_.size(); ++i) {
        const auto group = cell / strides_[i] % static_cast<std::int64_t>(labels_[i].size());
        told.keys.push_back(labels_[i][static_cast<std::size_t>(group)]);
      }
      told.count = sum.count;
      told.sum = sum.sum;
      table.customers += sum.count;
      add_to_cell(table.sum, sum.sum);
    };
    if (cells_ <= kDenseCellsMax) {
      std::vector<Sum> cells(static_cast<std::size_t>(cells_));
      fill(cells);
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        if (cells[cell].count > 0) tell(static_cast<std::int64_t>(cell), cells[cell]);
      }
    } else {
      std::unordered_map<std::size_t, Sum> cells;
      fill(cells);
      std::vector<std::pair<std::size_t, Sum>> sorted(cells.begin(), cells.end());
      std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (const auto& [cell, sum] : sorted) tell(static_cast<std::int64_t>(cell), sum);
    }
    return table;
  }

  Session& session_;
  sqlite::Connection& db_;
  const CrossTabRequest& request_;
  std::vector<Labels> labels_;                    // by dimension
  std::vector<std::int64_t> strides_;             // by dimension
  std::vector<std::int32_t> slots_;               // of the dimensions that are axes
  std::vector<std::size_t> slot_dimensions_;      // which dimensions those are
  std::vector<std::vector<std::int64_t>> nodes_;  // their groups by node id
  std::array<SchemeId, kDimensionsMax> schemes_;  // of the dimensions that are grades
  std::unordered_map<ManagerId, std::int64_t> managers_;
  std::int64_t cells_ = 1;
  std::vector<std::int64_t> place_;  // cell by customer id
};

}  // namespace

CrossTab cross_tab(Session& session, const CrossTabRequest& request) {
  sqlite::ReadTransaction snapshot(session.db());
  return CrossTabber(session, request).run();
}

}  // namespace crmcore::engine
