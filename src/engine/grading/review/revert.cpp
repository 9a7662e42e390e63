// A review's record has the states of its subjects before and after it, so that going back needs nothing
// else, but for two things: a customer who had left and was placed anew lost the number of its first review,
// which the records of the reviews before tell; and what other rooms made of the new grades, which they undo
// themselves (Room::before_revert). Invariants: only the last review of a scheme is taken back, and only
// while nothing rests on it, so that no state changed since; all that can be asked is answered as before, but
// for the journal, which keeps both, and the number, which is not given again. Cost: a pass over the record,
// and rows for whoever moved. tests/engine/grading_revert_test.cpp compares all views and answers.
#include "engine/grading/review/revert.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/overrides.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/record.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/schemes.hpp"
#include "storage/journal_store.hpp"
#include "storage/reversal_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::ReviewRow;
using storage::ReviewStore;

// Visits what a review keeps of its subjects, in their order.
void each_row(sqlite::Connection& db, const ReviewRow& review, const grading::Scheme& scheme,
              const std::function<void(const ReviewRows&, std::size_t)>& visit) {
  ReviewRecord record(db, review, scheme);
  ReviewRows rows(scheme.factors.size());
  for (std::int64_t block = 0; block <= record.last_block(); ++block) {
    rows.clear();
    record.read(block, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) visit(rows, i);
  }
}

class Reversal {
 public:
  Reversal(Session& session, WriteScope& write, const ReviewRow& review, std::string_view reason)
      : session_(session),
        write_(write),
        db_(write.db()),
        review_(review),
        reason_(reason),
        loaded_(load_scheme(db_, review.scheme, review.version)),
        store_(db_),
        removal_(db_) {}

  Json run() {
    require_last();
    if (review_.kind != ReviewKind::correction) read_moved();
    require_unused();
    for (const auto room : rooms()) {
      if (const auto undo = room().before_revert)
        undo(session_, write_, {review_.id, review_.scheme, review_.change_seq, subjects_});
    }
    find_first_reviews();
    restore();
    removal_.remove(review_.id);
    Json body{{"review", review_.id.value},
              {"scheme", loaded_.scheme.code},
              {"as_of", format_date(review_.as_of)},
              {"kind", word_of(review_.kind)},
              {"customers", std::ssize(moved_)}};
    Json told = body;
    told["reason"] = reason_;
    const std::int64_t seq = write_.journal().add(kGradingReverted, {}, dump_json(told));
    removal_.tell(storage::ReversalKind::review, review_.id.value, seq);
    return body;
  }

 private:
  struct Moved {
    grading::State before;
    grading::State after;
    ReviewId first_review;  // as it was before
  };

  void require_last() {
    for (const ReviewRow& other : store_.all(review_.scheme)) {
      if (other.id <= review_.id) continue;
      throw Error(Code::conflict,
                  fmt::format("review {} of {} came later; the last one is taken back first", other.id.value,
                              format_date(other.as_of)),
                  "/review");
    }
    if (!is_review_intact(db_, review_))
      throw Error(Code::corrupt, fmt::format("the record of review {} is damaged", review_.id.value));
  }

  void read_moved() {
    each_row(db_, review_, loaded_.scheme, [&](const ReviewRows& rows, std::size_t i) {
      const SubjectId subject = rows.facts.subjects[i];
      if ((rows.facts.circumstances[i] & kIsUrgent) != 0) urgent_.push_back(subject);
      if (rows.before[i] == rows.after[i]) return;
      subjects_.push_back(subject);
      moved_.push_back({rows.before[i], rows.after[i], {}});
    });
  }

  // The blacklist alone moves grades outside of reviews.
  void require_unused() {
    write_.journal().settle();
    storage::JournalStore(db_).range(review_.change_seq + 1, INT64_MAX, [&](const storage::ChangeRow& row) {
      if (row.kind != kBlacklisted.number && row.kind != kUnblacklisted.number) return;
      const CustomerId customer = row.subject.customer();
      if (!std::binary_search(subjects_.begin(), subjects_.end(), subject_of(customer))) return;
      const auto who = find_customer(session_, customer);
      throw Error(Code::conflict,
                  fmt::format("customer {}, whom the review moved, was put on the blacklist or taken off it "
                              "since, by change {}",
                              text::quoted(who ? who->code : ""), row.seq),
                  "/review");
    });
  }

  // Of whom this review placed anew the records before tell the placement that counted until then.
  void find_first_reviews() {
    std::map<SubjectId, ReviewId*> wanted;
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      const auto stored = store_.state(review_.scheme, subjects_[i]);
      if (!stored) throw Error(Code::corrupt, "a grade that a review gave is gone");
      if (stored->first_review != review_.id) {
        moved_[i].first_review = stored->first_review;
      } else if (moved_[i].before.since) {
        wanted.emplace(subjects_[i], &moved_[i].first_review);
      }
    }
    const auto reviews = store_.all(review_.scheme);
    std::map<ReviewId, const ReviewRow*> by_number;
    for (const ReviewRow& row : reviews) {
      if (row.kind != ReviewKind::correction && row.id < review_.id) by_number.emplace(row.id, &row);
    }
    for (auto row = by_number.rbegin(); row != by_number.rend() && !wanted.empty(); ++row) {
      const ReviewRow& earlier = *row->second;
      const grading::Scheme scheme = load_scheme(db_, earlier.scheme, earlier.version).scheme;
      each_row(db_, earlier, scheme, [&](const ReviewRows& rows, std::size_t i) {
        const auto found = wanted.find(rows.facts.subjects[i]);
        if (found == wanted.end() || rows.before[i].grade != grading::kUngraded) return;
        if (rows.after[i].grade == grading::kUngraded || has_event(found->first, earlier.id)) return;
        *found->second = earlier.id;
        wanted.erase(found);
      });
    }
  }

  // A first grade by the plain cut has none.
  bool has_event(SubjectId subject, ReviewId review) {
    const auto events = store_.events(review_.scheme, subject);
    return std::any_of(events.begin(), events.end(), [&](const auto& row) { return row.review == review; });
  }

  void restore() {
    storage::GradeWriter states(db_, review_.scheme, {}, review_.as_of);
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      const Moved& one = moved_[i];
      states.remove(subjects_[i]);
      if (one.before.since) states.put(state_row(subjects_[i], one.before, one.first_review, review_.as_of));
      const bool was_told = removal_.remove_events(review_.scheme, subjects_[i], review_.id);
      if (was_told || one.before.warned_on != one.after.warned_on) tell(subjects_[i], one);
    }
    states.finish();
    for (const SubjectId subject : urgent_) removal_.reopen_triggers(review_.scheme, subject, review_.id);
  }

  // To whom the review told something is told that it no longer holds.
  void tell(SubjectId subject, const Moved& one) {
    const Json body{{"scheme", loaded_.scheme.code},
                    {"review", review_.id.value},
                    {"from", loaded_.scheme.grade_name(one.after.grade)},
                    {"to", loaded_.scheme.grade_name(one.before.grade)},
                    {"reason", reason_}};
    write_.journal().add(kGradeReverted, customer_of(subject), dump_json(body));
  }

  Session& session_;
  WriteScope& write_;
  sqlite::Connection& db_;
  const ReviewRow& review_;
  std::string_view reason_;
  LoadedScheme loaded_;
  ReviewStore store_;
  storage::ReversalStore removal_;
  std::vector<SubjectId> subjects_;  // who moved, ascending
  std::vector<Moved> moved_;         // in the same order
  std::vector<SubjectId> urgent_;
};

}  // namespace

Json revert_review(Session& session, ReviewId review, std::string_view reason) {
  text::require_reason(reason);
  WriteScope write(session);
  const ReviewRow row = require_review(write.db(), review);
  Json answer = Reversal(session, write, row, reason).run();
  write.commit();
  return answer;
}

Json revert_answer() {
  return schema::object(
      {{"review", schema::integer(1, kIntegerMax)},
       {"scheme", schema::text()},
       {"as_of", schema::date()},
       {"kind", schema::word<ReviewKind>()},
       {"customers", schema::about("whose grade, streak or warning went back", schema::integer())}});
}

}  // namespace crmcore::engine
