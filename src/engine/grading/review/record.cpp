// A difference is taken against what the base lets expect on this date, by the same let_pass() when it is
// written and when it is read, so that reading gives back what was seen, byte for byte. A subject is left out
// when its values, circumstances, override and state are as expected and it was not moved; who is gone is
// listed, since the base would bring him back. Both lists ascend, so that writing and reading merge in one
// pass. A base is always whole: chains would make a read cost as many reviews as there were. When differences
// grow beyond a quarter of the population the next review is whole again.
// tests/engine/review_population_test.cpp replays every review of its lives,
// tests/engine/review_snapshot_test.cpp packs and unpacks.
#include "engine/grading/review/record.hpp"

#include <algorithm>
#include <cmath>

#include "base/format.hpp"
#include "grading/metric.hpp"
#include "storage/customer_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// A difference of more than this part of the population is no longer worth reading twice: the next review is
// whole.
constexpr std::int64_t kDifferencePart = 4;

bool is_same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

std::optional<storage::ReviewRow> base_for(sqlite::Connection& db, SchemeId scheme,
                                           const grading::Model& model, ReviewKind kind) {
  storage::ReviewStore store(db);
  if (kind == ReviewKind::correction) return std::nullopt;
  auto last = store.last(scheme);
  if (!last || last->version != model.scheme().version || model.as_of() < last->as_of) return std::nullopt;
  if (!last->base) return last;
  if (last->own_rows * kDifferencePart > last->subjects) return std::nullopt;
  return store.find(last->base);
}

void let_pass(ReviewRows& rows, const grading::Scheme& scheme, std::int32_t days) {
  const auto& bits = rows.facts.circumstances;
  if (std::any_of(bits.begin(), bits.end(), [](std::uint8_t one) { return (one & kHasLeft) != 0; })) {
    ReviewRows stayed(rows.facts.columns.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if ((bits[i] & kHasLeft) == 0) stayed.append(rows, i);
    }
    rows = std::move(stayed);
  }
  rows.before = rows.after;
  for (std::size_t f = 0; f < rows.facts.columns.size(); ++f) {
    if (scheme.factors[f].metric->kind().aging != grading::Aging::daily) continue;
    for (double& value : rows.facts.columns[f]) value += days;  // NaN stays NaN
  }
}

namespace {

bool may_be(const grading::State& state) {
  const auto is_grade = [](grading::Grade grade) {
    return grade >= grading::kBlocked && grade < grading::kGradesMax;
  };
  return is_grade(state.grade) && is_grade(state.computed);
}

// Appends the rows of a block, all of which are its own. Throws Error(corrupt).
void unpack_block(std::int64_t block, std::span<const std::uint8_t> body, ReviewRows& rows,
                  std::vector<SubjectId>& gone) {
  if (body.empty()) return;
  const std::size_t first = rows.size();
  unpack_rows(body, rows, gone);
  for (std::size_t i = first; i < rows.size(); ++i) {
    if (!may_be(rows.before[i]) || !may_be(rows.after[i]))
      throw Error(Code::corrupt, fmt::format("a review's block {} has a grade that is none", block));
  }
  if (rows.size() == first) return;
  // They ascend.
  const auto& subjects = rows.facts.subjects;
  if (subjects[first].value / storage::kBlockCustomers != block ||
      subjects.back().value / storage::kBlockCustomers != block)
    throw Error(Code::corrupt, fmt::format("a review's block {} has subjects of another", block));
}

}  // namespace

ReviewRecord::ReviewRecord(sqlite::Connection& db, const storage::ReviewRow& review,
                           const grading::Scheme& scheme)
    : store_(db),
      scheme_(scheme),
      review_(review),
      last_block_(store_.last_block(review.id)),
      expected_(scheme.factors.size()),
      own_(scheme.factors.size()) {
  if (review.base) {
    base_ = storage::named(store_.find(review.base), review.base, "review");
    last_block_ = std::max(last_block_, store_.last_block(base_->id));
  }
  // Every block up to the last one is looked for.
  const SubjectId last = subject_of(storage::CustomerStore(db).last_id());
  if (last_block_ > last.value / storage::kBlockCustomers)
    throw Error(Code::corrupt,
                fmt::format("review {} has a block {} beyond all customers", review.id.value, last_block_));
}

void ReviewRecord::read(std::int64_t block, ReviewRows& out) {
  gone_.clear();
  const auto body = store_.block(review_.id, block);
  if (!base_) {
    unpack_block(block, body, out, gone_);
    return;
  }
  const auto base_body = store_.block(base_->id, block);
  expected_.clear();
  unpack_block(block, base_body, expected_, gone_);
  let_pass(expected_, scheme_, review_.as_of.days - base_->as_of.days);
  own_.clear();
  unpack_block(block, body, own_, gone_);
  merge(out);
}

void ReviewRecord::merge(ReviewRows& out) const {
  std::size_t own = 0;
  for (std::size_t i = 0; i < expected_.size(); ++i) {
    const SubjectId subject = expected_.facts.subjects[i];
    while (own < own_.size() && own_.facts.subjects[own] < subject) out.append(own_, own++);
    if (own < own_.size() && own_.facts.subjects[own] == subject) {
      out.append(own_, own++);
    } else if (!std::binary_search(gone_.begin(), gone_.end(), subject)) {
      out.append(expected_, i);
    }
  }
  while (own < own_.size()) out.append(own_, own++);
}

RecordWriter::RecordWriter(sqlite::Connection& db, const ReviewPlan& plan)
    : plan_(plan), last_block_(-1), expected_(plan.model.factor_count()), own_(plan.model.factor_count()) {
  if (!plan.base) return;
  base_.emplace(db, *plan.base, plan.model.scheme());
  last_block_ = base_->last_block();
}

void RecordWriter::begin(std::int64_t block) {
  expected_.clear();
  own_.clear();
  gone_.clear();
  at_ = 0;
  if (!base_) return;
  base_->read(block, expected_);
  let_pass(expected_, plan_.model.scheme(), plan_.model.as_of().days - plan_.base->as_of.days);
}

bool RecordWriter::is_expected(std::size_t subject, const grading::State& next) const {
  const ReviewFacts& facts = plan_.facts;
  const ReviewFacts& expected = expected_.facts;
  if (next != plan_.states[subject] || expected_.before[at_] != next ||
      expected.circumstances[at_] != facts.circumstances[subject]) {
    return false;
  }
  for (std::size_t f = 0; f < facts.columns.size(); ++f) {
    if (!is_same(facts.columns[f][subject], expected.columns[f][at_])) return false;
  }
  if ((facts.circumstances[subject] & kIsOverridden) == 0) return true;
  return *facts.override_of(subject) == *expected.override_of(at_);
}

void RecordWriter::add(std::size_t subject, const grading::State& next) {
  const SubjectId id = plan_.facts.subjects[subject];
  const auto& expected = expected_.facts.subjects;
  for (; at_ < expected.size() && expected[at_] < id; ++at_) gone_.push_back(expected[at_]);
  if (at_ < expected.size() && expected[at_] == id) {
    const bool is_known = is_expected(subject, next);
    ++at_;
    if (is_known) return;
  }
  own_.facts.append(plan_.facts, subject);
  own_.before.push_back(plan_.states[subject]);
  own_.after.push_back(next);
}

std::span<const std::uint8_t> RecordWriter::finish() {
  for (; at_ < expected_.size(); ++at_) gone_.push_back(expected_.facts.subjects[at_]);
  if (own_.size() == 0 && gone_.empty()) return {};
  own_rows_ += static_cast<std::int64_t>(own_.size() + gone_.size());
  body_.clear();
  pack_rows(body_, own_, gone_);
  return body_.bytes();
}

Digester begin_digest(const ReviewPlan& plan) {
  Digester digester;
  digester.integer(plan.scheme.value);
  digester.integer(plan.model.scheme().version);
  digester.integer(plan.model.as_of().days);
  digester.integer(static_cast<std::int64_t>(plan.kind));
  digester.integer(plan.base ? plan.base->id.value : 0);
  if (plan.base) digester.bytes(plan.base->digest.data(), plan.base->digest.size());
  return digester;
}

void add_block(Digester& digester, std::int64_t block, std::span<const std::uint8_t> body) {
  digester.integer(block);
  digester.integer(static_cast<std::int64_t>(body.size()));
  digester.bytes(body.data(), body.size());
}

}  // namespace crmcore::engine
