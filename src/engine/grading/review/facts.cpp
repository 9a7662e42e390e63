// One pass over the customers in blocks of 1,024, as the totals are packed: a block's facts are gathered into
// arrays by place in the block, each subject is measured from them, and only the values are kept. Where few
// of a block are wanted, the archive is asked for these alone. Invariant: a subject's values do not depend on
// who else is wanted, because a review that carries on measures only some (population.cpp). Cost: the packed
// totals of the windows once, and memory for one block. tests/engine/review_population_test.cpp proves it.
#include "engine/grading/review/facts.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/format.hpp"
#include "base/text.hpp"
#include "engine/grading/scheme_names.hpp"
#include "engine/ledger/day_sums.hpp"
#include "storage/order_day_store.hpp"
#include "storage/override_store.hpp"
#include "storage/subject_store.hpp"
#include "storage/totals_scan.hpp"

namespace crmcore::engine {
namespace {

constexpr auto kBlock = static_cast<std::size_t>(storage::kBlockCustomers);
constexpr std::size_t kFewPart = 20;  // under this part of a block subjects are looked up one by one

// The place of a subject; nothing when it is not in the population.
std::optional<std::size_t> find(const ReviewFacts& facts, SubjectId subject) {
  const auto at = std::lower_bound(facts.subjects.begin(), facts.subjects.end(), subject);
  if (at == facts.subjects.end() || *at != subject) return std::nullopt;
  return static_cast<std::size_t>(at - facts.subjects.begin());
}

}  // namespace

void throw_beyond(CustomerId customer) {
  throw Error(Code::range, fmt::format("a sum of customer {} is beyond 2^53 - 1", customer.value), "/as_of");
}

class FactsReader::Impl {
 public:
  Impl(sqlite::Connection& db, const Catalog& catalog, const grading::Model& model)
      : db_(db),
        model_(model),
        needs_(model.needs()),
        last_(subject_of(storage::CustomerStore(db).last_id())),
        scan_(db, scan_from(), model.as_of()) {
    for (const std::string& name : needs_.attributes) attributes_.push_back(attribute_need(catalog, name));
    for (const auto& need : needs_.classes) {
      classes_.push_back(axis_table(catalog, need.axis, need.codes, "/factors"));
    }
    for (const auto& filter : model.scheme().population.classes) {
      filters_.push_back(axis_table(catalog, filter.axis, filter.nodes, "/population/classes"));
    }
    for (const auto status : model.scheme().population.statuses) {
      (status == CustomerStatus::prospect ? takes_prospects_ : takes_existing_) = true;
    }
    values_.resize(model.factor_count());
    category_.resize(needs_.classes.size());
  }

  SubjectId last_subject() const noexcept { return last_; }

  void read(std::int64_t block, std::span<const SubjectId> wanted, ReviewFacts& out) {
    if (wanted.empty()) return;
    base_ = block * storage::kBlockCustomers;
    assert(std::is_sorted(wanted.begin(), wanted.end()) && wanted.front().value >= base_ &&
           wanted.back().value < base_ + storage::kBlockCustomers);
    block_.status.fill(CustomerStatus::prospect);
    block_.first_entry.fill(std::nullopt);
    if (!classes_.empty() || !filters_.empty()) block_.classes.assign(kBlock, {});
    if (!attributes_.empty()) block_.attributes.assign(kBlock * attributes_.size(), std::nullopt);
    if (wanted.size() * kFewPart < kBlock) {
      for (const SubjectId id : wanted) gather(customer_of(id), customer_of(id));
    } else {
      gather(customer_of(wanted.front()), customer_of(wanted.back()));
    }
    if (!needs_.windows.empty() || needs_.purchases) gather_totals(block, wanted);
    for (const SubjectId id : wanted) {
      const std::size_t place = place_of(customer_of(id));
      if (is_member(place)) add_subject(id, place, out);
    }
  }

 private:
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

  // A block's facts by place in the block.
  struct BlockFacts {
    std::array<CustomerStatus, kBlock> status{};
    std::array<std::optional<Date>, kBlock> first_entry{};
    std::vector<storage::ClassRow> classes;
    std::vector<std::optional<grading::AttributeFact>> attributes;  // place x need
    std::vector<grading::LedgerTotals> totals;                      // place x window
    std::vector<grading::PurchaseHistory> purchases;
  };

  Date scan_from() const {
    if (model_.needs().purchases) return kDateMin;
    Date from = model_.as_of();
    for (const DateRange& window : model_.needs().windows) from = std::min(from, window.from);
    return from;
  }

  static AxisTable axis_table(const Catalog& catalog, const std::string& axis_code,
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
        throw Error(
            Code::invalid,
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

  static AttributeNeed attribute_need(const Catalog& catalog, const std::string& name) {
    const auto* row = catalog.attribute(std::string_view(name));
    if (row == nullptr) {
      throw Error(Code::invalid,
                  fmt::format("no attribute {} is defined; there are: {}", text::quoted(name),
                              catalog.attribute_codes()),
                  "/factors");
    }
    if (row->type == AttributeType::text) {
      throw Error(Code::invalid, fmt::format("the attribute {} is a text, not a number", text::quoted(name)),
                  "/factors");
    }
    return {row->id, row->type == AttributeType::decimal ? double{kDecimalParts} : 1};
  }

  void gather(CustomerId first, CustomerId last) {
    storage::SubjectStore store(db_);
    store.standings(first, last, [&](const storage::SubjectStandingRow& row) {
      block_.status[place_of(row.customer)] = row.status;
      // A later first entry is not known yet on this date.
      if (row.first_entry && *row.first_entry < model_.as_of())
        block_.first_entry[place_of(row.customer)] = row.first_entry;
    });
    if (!classes_.empty() || !filters_.empty()) {
      store.classes(first, last, [&](CustomerId id, const storage::ClassRow& nodes) {
        block_.classes[place_of(id)] = nodes;
      });
    }
    if (!attributes_.empty()) {
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

  void gather_totals(std::int64_t block, std::span<const SubjectId> wanted) {
    const std::size_t windows = needs_.windows.size();
    block_.totals.resize(kBlock * windows);
    storage::BlockPlaces places;
    for (const SubjectId id : wanted) {
      const std::size_t place = place_of(customer_of(id));
      places.set(place);
      for (std::size_t w = 0; w < windows; ++w) block_.totals[place * windows + w] = {};
    }
    records_.clear();
    scan_.read(block, places, records_);
    for (const storage::DayTotals& day : records_) {
      for (std::size_t w = 0; w < windows; ++w) {
        if (needs_.windows[w].contains(day.day))
          add(block_.totals[place_of(day.customer) * windows + w], day);
      }
    }
    add_later_orders(block, places);
    if (!needs_.purchases) return;
    block_.purchases.resize(kBlock);
    for (const SubjectId id : wanted) block_.purchases[place_of(customer_of(id))] = {};
    storage::combine(records_);
    for (const storage::DayTotals& day : records_) add(block_.purchases[place_of(day.customer)], day);
  }

  // A document that began before a window counts in it by a later day; what begins within is in the totals.
  void add_later_orders(std::int64_t block, const storage::BlockPlaces& places) {
    const std::size_t windows = needs_.windows.size();
    storage::OrderDayRow first;  // of the document
    std::vector<bool> is_counted;
    storage::OrderDayStore(db_).each({block, block}, [&](const storage::OrderDayRow& row) {
      const std::size_t place = place_of(row.customer);
      if (!places.test(place)) return;
      if (std::tie(row.customer, row.source, row.document) !=
          std::tie(first.customer, first.source, first.document)) {
        first = row;
        is_counted.assign(windows, false);
      }
      for (std::size_t w = 0; w < windows; ++w) {
        const DateRange& window = needs_.windows[w];
        if (is_counted[w] || first.day >= window.from || !window.contains(row.day)) continue;
        ++block_.totals[place * windows + w].orders;
        is_counted[w] = true;
      }
    });
  }

  std::size_t place_of(CustomerId id) const { return static_cast<std::size_t>(id.value - base_); }

  bool is_member(std::size_t place) const {
    if (block_.status[place] == CustomerStatus::lost) return false;
    if (!(block_.first_entry[place] ? takes_existing_ : takes_prospects_)) return false;
    return std::all_of(filters_.begin(), filters_.end(), [&](const AxisTable& filter) {
      return filter.of(block_.classes[place][filter.slot]) >= 0;
    });
  }

  void add_subject(SubjectId id, std::size_t place, ReviewFacts& out) {
    grading::SubjectFacts subject;
    subject.first_entry = block_.first_entry[place];
    subject.windows = part(block_.totals, place, needs_.windows.size());
    if (needs_.purchases) subject.purchases = &block_.purchases[place];
    subject.attributes = part(block_.attributes, place, attributes_.size());
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      category_[c] = classes_[c].of(block_.classes[place][classes_[c].slot]);
    }
    subject.classes = category_;
    model_.measure(subject, values_);
    for (std::size_t f = 0; f < values_.size(); ++f) out.columns[f].push_back(values_[f]);
    out.subjects.push_back(id);
    const std::int32_t grace = model_.scheme().movement.grace_months;
    const bool is_new =
        grace > 0 && subject.first_entry && model_.as_of() < add_months(*subject.first_entry, grace);
    out.circumstances.push_back(is_new ? kIsInGrace : std::uint8_t{0});
  }

  template <class T>
  static std::span<const T> part(const std::vector<T>& all, std::size_t place, std::size_t count) {
    return all.empty() ? std::span<const T>() : std::span(all).subspan(place * count, count);
  }

  sqlite::Connection& db_;
  const grading::Model& model_;
  const grading::FactNeeds& needs_;
  SubjectId last_;
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
};

FactsReader::FactsReader(sqlite::Connection& db, const Catalog& catalog, const grading::Model& model) {
  if (model.scheme().subject != "customer") {
    throw Error(Code::unsupported,
                fmt::format("scheme {} grades {}, whose facts the archive does not hold", model.scheme().code,
                            model.scheme().subject),
                "/scheme");
  }
  impl_ = std::make_unique<Impl>(db, catalog, model);
}

FactsReader::~FactsReader() = default;

SubjectId FactsReader::last_subject() const noexcept {
  return impl_->last_subject();
}

void FactsReader::read(std::int64_t block, std::span<const SubjectId> wanted, ReviewFacts& out) {
  impl_->read(block, wanted, out);
}

const SubjectOverride* ReviewFacts::override_of(std::size_t subject) const noexcept {
  const auto at = std::lower_bound(overrides.begin(), overrides.end(), subject,
                                   [](const auto& one, std::size_t place) { return one.first < place; });
  return at == overrides.end() || at->first != subject ? nullptr : &at->second;
}

std::vector<std::size_t> ReviewFacts::absent() const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < circumstances.size(); ++i) {
    if ((circumstances[i] & (kIsBlacklisted | kHasLeft)) != 0) places.push_back(i);
  }
  return places;
}

void ReviewFacts::append(const ReviewFacts& other, std::size_t subject) {
  if ((other.circumstances[subject] & kIsOverridden) != 0) {
    if (const SubjectOverride* override = other.override_of(subject)) {
      overrides.emplace_back(size(), *override);
    }
  }
  subjects.push_back(other.subjects[subject]);
  circumstances.push_back(other.circumstances[subject]);
  for (std::size_t f = 0; f < columns.size(); ++f) columns[f].push_back(other.columns[f][subject]);
}

void ReviewFacts::append_left(SubjectId subject) {
  subjects.push_back(subject);
  circumstances.push_back(kHasLeft);
  for (auto& column : columns) column.push_back(std::numeric_limits<double>::quiet_NaN());
}

void ReviewFacts::reserve(std::size_t factors, std::size_t count) {
  columns.resize(factors);
  for (auto& column : columns) column.reserve(count);
  subjects.reserve(count);
  circumstances.reserve(count);
}

void ReviewFacts::clear() {
  subjects.clear();
  circumstances.clear();
  overrides.clear();
  for (auto& column : columns) column.clear();
}

ReviewFacts load_facts(Session& session, sqlite::Connection& db, const grading::Model& model, SchemeId scheme,
                       Date made) {
  FactsReader reader(db, session.catalog(), model);
  const std::int64_t last = reader.last_subject().value;
  ReviewFacts facts;
  facts.reserve(model.factor_count(), static_cast<std::size_t>(last));
  std::vector<SubjectId> wanted;
  const std::int64_t blocks = last / storage::kBlockCustomers + 1;
  for (std::int64_t block = 0; block < blocks; ++block) {
    wanted.clear();
    const std::int64_t first = block * storage::kBlockCustomers;
    for (std::int64_t id = std::max<std::int64_t>(first, 1);
         id <= std::min(first + storage::kBlockCustomers - 1, last); ++id) {
      wanted.push_back(SubjectId{id});
    }
    reader.read(block, wanted, facts);
    if (block % 64 == 63) session.tick(block + 1, blocks);
  }
  mark_overrides(db, model, scheme, made, facts);
  return facts;
}

void mark_overrides(sqlite::Connection& db, const grading::Model& model, SchemeId scheme, Date made,
                    ReviewFacts& facts) {
  storage::OverrideStore store(db);
  for (const CustomerId id : store.blacklisted(std::max(model.as_of(), made))) {
    const auto at = find(facts, subject_of(id));
    if (!at) continue;
    facts.circumstances[*at] |= kIsBlacklisted;
    for (auto& column : facts.columns) column[*at] = std::numeric_limits<double>::quiet_NaN();
  }
  for (const auto& row : store.open_triggers(scheme, model.as_of())) {
    if (const auto at = find(facts, row.subject)) facts.circumstances[*at] |= kIsUrgent;
  }
  for (const auto& row : store.in_force(scheme, model.as_of(), made)) {
    const auto at = find(facts, row.subject);
    if (!at) continue;
    if (facts.overrides.empty() || facts.overrides.back().first != *at) facts.overrides.push_back({*at, {}});
    grade_by(facts.overrides.back().second, row.kind) = static_cast<grading::Grade>(row.grade);
    facts.circumstances[*at] |= kIsOverridden;
  }
}

}  // namespace crmcore::engine
