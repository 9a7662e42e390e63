// Both go vector by vector and some blocks of customers at a time, so that memory does not grow with the
// archive. A block without anybody has no row, or one without numbers.
#include "storage/packed_vector_rows.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "crmcore/error.hpp"

#include "storage/catalog_store.hpp"
#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/node_numbers.hpp"
#include "storage/packed_vector.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::storage {
namespace {

constexpr sqlite::Sql kVectorRows{"SELECT count(*) FROM packed_vector"};

// Numbers as the rows have them, in the order of customers.
using VisitNumber = std::function<void(CustomerId, std::uint32_t)>;

// Calls `visit(key, numbers)` for each vector; `numbers(visit_number)` reads its rows.
void visit_vectors(
    sqlite::Connection& db,
    const std::function<void(const VectorKey&, const std::function<void(const VisitNumber&)>&)>& visit) {
  CatalogStore catalog(db);
  for (const AxisRow& axis : catalog.axes()) {
    std::vector<NodeId> nodes;
    for (const NodeRow& node : catalog.nodes(axis.id)) nodes.push_back(node.id);
    const NodeNumbers numbers(std::move(nodes));
    visit(vector_of(axis.id), [&](const VisitNumber& each) {
      scan_classes(db, std::span(&axis.slot, 1), [&](CustomerId customer, std::span<const NodeId> classes) {
        if (classes[0]) each(customer, numbers.number(classes[0]));
      });
    });
  }
  for (const SchemeRow& scheme : SchemeStore(db).all()) {
    visit(vector_of(scheme.id), [&](const VisitNumber& each) {
      ReviewStore(db).grades(scheme.id, [&](SubjectId subject, std::int32_t grade) {
        each(CustomerId{subject.value}, number_of_grade(grade));
      });
    });
  }
}

// Compares the blocks of one vector, in their order, with numbers that come in the order of customers.
class VectorCompare {
 public:
  VectorCompare(sqlite::Connection& db, const VectorKey& key, CustomerId last)
      : scan_(db, key), last_block_(last.value / kVectorCustomers) {
    expected_.resize(static_cast<std::size_t>(kVectorCustomers));
    stored_.resize(expected_.size());
  }

  void add(CustomerId customer, std::uint32_t number) {
    const std::int64_t block = customer.value / kVectorCustomers;
    is_same_ = is_same_ && block <= last_block_;
    if (!is_same_) return;
    while (block_ < block) finish_block();
    expected_[static_cast<std::size_t>(customer.value % kVectorCustomers)] = number;
  }
  // How many blocks there are; nothing when they differ.
  std::optional<std::int64_t> finish() {
    is_same_ = is_same_ && scan_.last_block() <= last_block_;
    while (is_same_ && block_ <= last_block_) finish_block();
    return is_same_ ? std::optional(blocks_) : std::nullopt;
  }

 private:
  void finish_block() {
    const VectorBlock stored = scan_.block(block_++);
    if (stored.data() != nullptr) ++blocks_;
    stored.copy_to(stored_);
    is_same_ = is_same_ && stored_ == expected_;
    std::fill(expected_.begin(), expected_.end(), 0U);
  }

  VectorScan scan_;
  std::int64_t last_block_;  // of customers
  std::int64_t block_ = 0;
  std::int64_t blocks_ = 0;
  std::vector<std::uint32_t> expected_;
  std::vector<std::uint32_t> stored_;
  bool is_same_ = true;
};

}  // namespace

void make_vectors(sqlite::Connection& writer) {
  drop_vectors(writer);
  VectorWriter out(writer);
  visit_vectors(writer, [&](const VectorKey& key, const auto& numbers) {
    numbers([&](CustomerId customer, std::uint32_t number) { out.set(key, customer, number); });
    out.flush();
  });
}

bool are_vectors_of_rows(sqlite::Connection& db, const std::function<void()>& tick) {
  bool is_same = true;
  std::int64_t blocks = 0;
  const CustomerId last = CustomerStore(db).last_id();
  try {
    visit_vectors(db, [&](const VectorKey& key, const auto& numbers) {
      if (!is_same) return;
      tick();
      VectorCompare compare(db, key, last);
      numbers([&](CustomerId customer, std::uint32_t number) { compare.add(customer, number); });
      const auto found = compare.finish();
      is_same = found.has_value();
      blocks += found.value_or(0);
    });
  } catch (const Error& error) {
    if (error.code() != Code::corrupt) throw;
    return false;
  }
  auto rows = db.use(kVectorRows);
  rows.step();
  return is_same && rows.integer(0) == blocks;
}

}  // namespace crmcore::storage
