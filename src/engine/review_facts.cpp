// One pass over the customers in blocks of 1,024, as the totals are packed: a block's facts are gathered into
// arrays by place in the block, each subject is measured from them, and only the values are kept.
#include "engine/review_facts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "base/text.hpp"
#include "storage/ledger_store.hpp"
#include "storage/override_store.hpp"
#include "storage/subject_store.hpp"

namespace crmcore::engine {
namespace {

constexpr auto kBlock = static_cast<std::size_t>(storage::kBlockCustomers);
constexpr double kMillionths = 1e6;
constexpr std::int32_t kDecimalType = 2;
constexpr std::int32_t kTextType = 5;
constexpr std::int32_t kLost = 2;

struct AttributeNeed {
  AttributeId id;
  double divisor = 1;
};

// For each node of an axis, by id, its category in a need or whether it passes a filter.
struct AxisTable {
  std::size_t slot = 0;
  std::vector<grading::Category> by_node;

  grading::Category of(NodeId node) const {
    const auto at = static_cast<std::size_t>(node.value);
    return at == 0 || at >= by_node.size() ? grading::kUnclassified : by_node[at];
  }
};

AxisTable axis_table(const Catalog& catalog, const std::string& axis_code,
                     const std::vector<std::string>& codes, std::string_view path) {
  const CatalogAxis* axis = catalog.axis(axis_code);
  if (axis == nullptr) {
    throw Error(
        Code::invalid,
        fmt::format("no axis {} is defined; there are: {}", text::quoted(axis_code), catalog.axis_codes()),
        std::string(path));
  }
  const auto& tree = axis->axis.tree;
  std::vector<grading::Category> by_position(tree.size(), grading::kUnlisted);
  for (std::size_t c = 0; c < codes.size(); ++c) {
    const Position position = tree.find(std::string_view(codes[c]));
    if (position == kNowhere) {
      throw Error(Code::invalid,
                  fmt::format("the axis {} has no node with the code {}", axis_code, text::quoted(codes[c])),
                  std::string(path));
    }
    by_position[static_cast<std::size_t>(position)] = static_cast<grading::Category>(c);
  }
  AxisTable table{axis->slot(), {}};
  for (std::size_t p = 0; p < tree.size(); ++p) {
    const Position parent = tree.parent(static_cast<Position>(p));  // stands before its children
    if (by_position[p] == grading::kUnlisted && parent != kNowhere) {
      by_position[p] = by_position[static_cast<std::size_t>(parent)];
    }
    const auto id = static_cast<std::size_t>(tree.node(static_cast<Position>(p)).id.value);
    if (id >= table.by_node.size()) table.by_node.resize(id + 1, grading::kUnclassified);
    table.by_node[id] = by_position[p];
  }
  return table;
}

// A block's facts by place in the block.
struct BlockFacts {
  std::array<std::int32_t, kBlock> status{};
  std::array<std::optional<Date>, kBlock> first_entry{};
  std::vector<storage::ClassRow> classes;
  std::vector<std::optional<grading::AttributeFact>> attributes;  // place x need
  std::vector<grading::LedgerTotals> totals;                      // place x window
};

void add(std::int64_t& sum, std::int64_t amount, CustomerId customer) {
  if (__builtin_add_overflow(sum, amount, &sum) || sum > kIntegerMax || sum < -kIntegerMax) {
    throw Error(Code::range, fmt::format("a sum of customer {} is beyond 2^53 - 1", customer.value),
                "/as_of");
  }
}

void add(grading::LedgerTotals& sum, const storage::DayTotals& day) {
  add(sum.revenue, day.revenue, day.customer);
  add(sum.cost, day.cost, day.customer);
  add(sum.reversal_own, day.reversal_own, day.customer);
  add(sum.reversal_original, day.reversal_original, day.customer);
  add(sum.activity_cost, day.activity_cost, day.customer);
  sum.orders += static_cast<std::int32_t>(day.orders);
  if (day.entries > 0) {
    sum.first_day = sum.entries == 0 ? day.day : std::min(sum.first_day, day.day);
    sum.last_day = sum.entries == 0 ? day.day : std::max(sum.last_day, day.day);
    sum.entries += static_cast<std::int32_t>(day.entries);
  }
}

class FactsLoader {
 public:
  FactsLoader(Session& session, sqlite::Connection& db, const grading::Model& model)
      : session_(session),
        db_(db),
        model_(model),
        needs_(model.needs()),
        last_(storage::CustomerStore(db).last_id().value),
        scan_(db, scan_from(), model.as_of()) {
    const Catalog& catalog = session.catalog();
    for (const std::string& name : needs_.attributes) attributes_.push_back(attribute_need(catalog, name));
    for (const auto& need : needs_.classes) {
      classes_.push_back(axis_table(catalog, need.axis, need.codes, "/factors"));
    }
    for (const auto& filter : model.scheme().population.classes) {
      filters_.push_back(axis_table(catalog, filter.axis, filter.nodes, "/population/classes"));
    }
    for (const auto status : model.scheme().population.statuses) {
      (status == grading::CustomerStatus::prospect ? takes_prospects_ : takes_existing_) = true;
    }
    facts_.columns.resize(model.factor_count());
    values_.resize(model.factor_count());
    category_.resize(needs_.classes.size());
  }

  ReviewFacts load(SchemeId scheme) {
    const std::int64_t blocks = last_ / storage::kBlockCustomers + 1;
    for (auto& column : facts_.columns) column.reserve(static_cast<std::size_t>(last_));
    facts_.subjects.reserve(static_cast<std::size_t>(last_));
    facts_.circumstances.reserve(static_cast<std::size_t>(last_));
    for (std::int64_t block = 0; block < blocks; ++block) {
      load_block(block);
      if (block % 64 == 63) session_.tick(block + 1, blocks);
    }
    mark_overrides(scheme);
    return std::move(facts_);
  }

 private:
  Date scan_from() const {
    Date from = model_.as_of();
    for (const DateRange& window : model_.needs().windows) from = std::min(from, window.from);
    return from;
  }

  static AttributeNeed attribute_need(const Catalog& catalog, const std::string& name) {
    const auto* row = catalog.attribute(std::string_view(name));
    if (row == nullptr) {
      throw Error(Code::invalid,
                  fmt::format("no attribute {} is defined; there are: {}", text::quoted(name),
                              catalog.attribute_codes()),
                  "/factors");
    }
    if (row->type == kTextType) {
      throw Error(Code::invalid, fmt::format("the attribute {} is a text, not a number", text::quoted(name)),
                  "/factors");
    }
    return {row->id, row->type == kDecimalType ? kMillionths : 1};
  }

  void load_block(std::int64_t block) {
    const std::int64_t first = std::max<std::int64_t>(block * storage::kBlockCustomers, 1);
    const std::int64_t last = std::min((block + 1) * storage::kBlockCustomers - 1, last_);
    if (first > last) return;
    base_ = block * storage::kBlockCustomers;
    gather(CustomerId{first}, CustomerId{last});
    if (!needs_.windows.empty()) gather_totals(block);
    for (std::int64_t id = first; id <= last; ++id) {
      const auto place = static_cast<std::size_t>(id - base_);
      if (is_member(place)) add_subject(CustomerId{id}, place);
    }
  }

  void gather(CustomerId first, CustomerId last) {
    storage::SubjectStore store(db_);
    block_.status.fill(0);
    block_.first_entry.fill(std::nullopt);
    store.standings(first, last, [&](const storage::SubjectStandingRow& row) {
      block_.status[place_of(row.customer)] = row.status;
      // A later first entry is not known yet on this date.
      if (row.first_entry && *row.first_entry < model_.as_of())
        block_.first_entry[place_of(row.customer)] = row.first_entry;
    });
    if (!classes_.empty() || !filters_.empty()) {
      block_.classes.assign(kBlock, {});
      store.classes(first, last, [&](CustomerId id, const storage::ClassRow& nodes) {
        block_.classes[place_of(id)] = nodes;
      });
    }
    if (!attributes_.empty()) {
      block_.attributes.assign(kBlock * attributes_.size(), std::nullopt);
      store.attributes(first, last, [&](const storage::SubjectAttributeRow& row) { add_attribute(row); });
    }
  }

  void add_attribute(const storage::SubjectAttributeRow& row) {
    for (std::size_t a = 0; a < attributes_.size(); ++a) {
      if (attributes_[a].id != row.attribute) continue;
      block_.attributes[place_of(row.customer) * attributes_.size() + a] = {
          static_cast<double>(row.number) / attributes_[a].divisor, row.observed};
    }
  }

  void gather_totals(std::int64_t block) {
    const std::size_t windows = needs_.windows.size();
    block_.totals.assign(kBlock * windows, {});
    records_.clear();
    scan_.read(block, records_);
    for (const storage::DayTotals& day : records_) {
      for (std::size_t w = 0; w < windows; ++w) {
        if (needs_.windows[w].contains(day.day))
          add(block_.totals[place_of(day.customer) * windows + w], day);
      }
    }
  }

  std::size_t place_of(CustomerId id) const { return static_cast<std::size_t>(id.value - base_); }

  bool is_member(std::size_t place) const {
    if (block_.status[place] == kLost) return false;
    if (!(block_.first_entry[place] ? takes_existing_ : takes_prospects_)) return false;
    return std::all_of(filters_.begin(), filters_.end(), [&](const AxisTable& filter) {
      return filter.of(block_.classes[place][filter.slot]) >= 0;
    });
  }

  void add_subject(CustomerId id, std::size_t place) {
    grading::SubjectFacts subject;
    subject.first_entry = block_.first_entry[place];
    subject.windows = part(block_.totals, place, needs_.windows.size());
    subject.attributes = part(block_.attributes, place, attributes_.size());
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      category_[c] = classes_[c].of(block_.classes[place][classes_[c].slot]);
    }
    subject.classes = category_;
    model_.measure(subject, values_);
    for (std::size_t f = 0; f < values_.size(); ++f) facts_.columns[f].push_back(values_[f]);
    facts_.subjects.push_back(id.value);
    const std::int32_t grace = model_.scheme().movement.grace_months;
    const bool is_new =
        grace > 0 && subject.first_entry && model_.as_of() < add_months(*subject.first_entry, grace);
    facts_.circumstances.push_back(is_new ? kInGrace : std::uint8_t{0});
  }

  template <class T>
  static std::span<const T> part(const std::vector<T>& all, std::size_t place, std::size_t count) {
    return all.empty() ? std::span<const T>() : std::span(all).subspan(place * count, count);
  }

  // The place of a subject; nothing when it is not in the population.
  std::optional<std::size_t> find(std::int64_t subject) const {
    const auto at = std::lower_bound(facts_.subjects.begin(), facts_.subjects.end(), subject);
    if (at == facts_.subjects.end() || *at != subject) return std::nullopt;
    return static_cast<std::size_t>(at - facts_.subjects.begin());
  }

  void mark_overrides(SchemeId scheme) {
    storage::OverrideStore store(db_);
    for (const std::int64_t id : store.blacklisted(model_.as_of())) {
      const auto at = find(id);
      if (!at) continue;
      facts_.circumstances[*at] |= kBlacklisted;
      for (auto& column : facts_.columns) column[*at] = std::numeric_limits<double>::quiet_NaN();
    }
    for (const auto& row : store.open_triggers(scheme, model_.as_of())) {
      if (const auto at = find(row.subject)) facts_.circumstances[*at] |= kUrgent;
    }
    for (const auto& row : store.in_force(scheme, model_.as_of())) {
      const auto at = find(row.subject);
      if (!at) continue;
      if (facts_.overrides.empty() || facts_.overrides.back().first != *at)
        facts_.overrides.push_back({*at, {}});
      SubjectOverride& override = facts_.overrides.back().second;
      auto& kind = row.kind == 0 ? override.pin : row.kind == 1 ? override.floor : override.ceiling;
      kind = static_cast<grading::Grade>(row.grade);
      facts_.circumstances[*at] |= kOverridden;
    }
  }

  Session& session_;
  sqlite::Connection& db_;
  const grading::Model& model_;
  const grading::FactNeeds& needs_;
  std::int64_t last_;
  storage::TotalsScan scan_;
  std::vector<AttributeNeed> attributes_;
  std::vector<AxisTable> classes_;
  std::vector<AxisTable> filters_;
  bool takes_prospects_ = false;
  bool takes_existing_ = false;
  std::int64_t base_ = 0;
  BlockFacts block_;
  std::vector<storage::DayTotals> records_;
  std::vector<double> values_;
  std::vector<grading::Category> category_;
  ReviewFacts facts_;
};

}  // namespace

void ReviewFacts::add_left(const std::vector<std::int64_t>& left) {
  ReviewFacts merged;
  merged.columns.resize(columns.size());
  std::size_t next_override = 0;
  for (std::size_t i = 0, l = 0; i < size() || l < left.size();) {
    const bool is_left = l < left.size() && (i == size() || left[l] < subjects[i]);
    if (!is_left && next_override < overrides.size() && overrides[next_override].first == i) {
      merged.overrides.emplace_back(merged.size(), overrides[next_override++].second);
    }
    merged.subjects.push_back(is_left ? left[l] : subjects[i]);
    merged.circumstances.push_back(is_left ? kLeft : circumstances[i]);
    for (std::size_t f = 0; f < columns.size(); ++f) {
      merged.columns[f].push_back(is_left ? std::numeric_limits<double>::quiet_NaN() : columns[f][i]);
    }
    ++(is_left ? l : i);
  }
  *this = std::move(merged);
}

const SubjectOverride* ReviewFacts::override_of(std::size_t subject) const noexcept {
  const auto at = std::lower_bound(overrides.begin(), overrides.end(), subject,
                                   [](const auto& one, std::size_t place) { return one.first < place; });
  return at == overrides.end() || at->first != subject ? nullptr : &at->second;
}

ReviewFacts load_facts(Session& session, sqlite::Connection& db, const grading::Model& model,
                       SchemeId scheme) {
  if (model.scheme().subject != "customer") {
    throw Error(Code::unsupported,
                fmt::format("scheme {} grades {}, whose facts the archive does not hold", model.scheme().code,
                            model.scheme().subject),
                "/scheme");
  }
  return FactsLoader(session, db, model).load(scheme);
}

}  // namespace crmcore::engine
