// Grading (分级): schemes, reviews, promotions and demotions, and the answers to why.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/database.hpp"
#include "crmcore/words.hpp"

namespace crmcore {

struct SchemeInfo {
  SchemeId id;
  std::string code;
  std::int32_t version = 0;   // the newest
  std::string subject;        // "customer"
  bool is_used = false;       // that version, by a review: it cannot be changed any more
  bool is_unchanged = false;  // of a put: the version was there already
};

enum class ReviewKind : std::int32_t {
  scheduled = 0,   // counts towards streaks; once for a date, in the order of dates
  ad_hoc = 1,      // places, blocks, follows overrides and urgent triggers; never advances a streak
  correction = 2,  // what a past review would have found with what is known now; moves nothing
};
constexpr std::array<std::string_view, 3> words_of(ReviewKind) noexcept {
  return {"scheduled", "ad_hoc", "correction"};
}

struct ReviewRequest {
  std::string scheme;                   // code
  std::optional<std::int32_t> version;  // absent: the newest
  std::optional<Date> as_of;            // windows end here, entries of this day do not count; absent: today
  ReviewKind kind = ReviewKind::scheduled;
  // A preview's `plan`: commit() is refused with Error(moved) when the review comes out differently now.
  std::string plan;
  bool is_future = false;  // commit() of a day after today is meant; a preview may be of any day

  // Reads what stands beside scheme and date from a JSON object: "version", "kind" as its word, "plan",
  // "is_future".
  static ReviewRequest from_options(std::string_view json);
};

struct GradeCount {
  std::string grade;  // empty: ungraded
  std::int64_t count = 0;
};

struct ReviewSummary {
  ReviewId id;             // none for a preview
  bool is_repeat = false;  // a scheduled review of that date existed: nothing was done
  std::string scheme;
  std::int32_t version = 0;
  Date as_of;
  ReviewKind kind = ReviewKind::scheduled;
  std::int64_t subjects = 0;
  std::int64_t placed = 0;  // first grades
  std::int64_t promoted = 0;
  std::int64_t demoted = 0;
  std::int64_t warned = 0;  // told that a demotion will fall due
  std::int64_t blocked = 0;
  std::int64_t unblocked = 0;
  std::int64_t left = 0;           // no longer of the population: their grades ended; not among the subjects
  std::vector<GradeCount> grades;  // after the review, best first, then the ungraded and the blocked
  std::string plan;                // hexadecimal digest of all that was seen and decided

  // The same as JSON: the answer of the methods grading.preview and grading.commit.
  std::string to_json() const;
};

struct TierOfPyramid {
  std::string grade;  // empty: ungraded
  std::int64_t count = 0;
  Sum value;  // minor units of the scheme's basis: what the cut reads, else its first money metric
};

enum class OverrideKind : std::int32_t { pin = 0, floor = 1, ceiling = 2 };
constexpr std::array<std::string_view, 3> words_of(OverrideKind) noexcept {
  return {"pin", "floor", "ceiling"};
}

enum class OverrideStatus : std::int32_t { in_force = 0, proposed = 1, declined = 2 };
constexpr std::array<std::string_view, 3> words_of(OverrideStatus) noexcept {
  return {"in_force", "proposed", "declined"};
}

struct OverrideInput {
  CustomerId customer;
  std::string scheme;
  OverrideKind kind = OverrideKind::pin;
  std::string grade;
  std::string reason;        // required, at most 1,024 bytes
  std::optional<Date> from;  // absent: the day of the write
  std::optional<Date> to;    // the first day that is no longer in; absent: until it is lifted
  bool is_proposal = false;  // waits for decide_override()
};

class Grading {
 public:
  explicit Grading(Connection& connection) : session_(connection.session()) {}

  // Checks and stores a scheme document (docs/grading.md). Without "version" it becomes the next one; a
  // version that a review used is refused with Error(conflict) unless it is the same. Throws Error with
  // every violation.
  SchemeInfo put_scheme(std::string_view document);
  std::vector<SchemeInfo> list_schemes();
  // Returns the canonical document; of the newest version when absent. Throws Error(not_found).
  std::string get_scheme(std::string_view code, std::optional<std::int32_t> version = {});

  // Says what commit() would do, and changes nothing.
  ReviewSummary preview(const ReviewRequest& request);
  // Grades the population, moves grades, records the snapshot; all or nothing. A scheduled review that
  // exists is answered with the first one's. Throws Error: moved (see ReviewRequest::plan), conflict (a
  // later review exists), not_found, invalid, cancelled.
  ReviewSummary commit(const ReviewRequest& request);
  // Lists scheduled dates up to `as_of` (absent: today) that no review was committed for.
  std::vector<Date> list_due_reviews(std::string_view scheme, std::optional<Date> as_of = {});
  // Computes a committed review anew from its own snapshot; true when every byte is the same.
  bool replay(ReviewId review);
  // Takes the last review of its scheme back, as if it had not been. Throws Error: not_found, conflict where
  // something later rests on it.
  void revert(ReviewId review, std::string_view reason);

  // The customer's grade in force; nothing when it was never graded.
  std::optional<std::string> grade_of(CustomerId customer, std::string_view scheme);
  // Customers and value by grade after the last review.
  std::vector<TierOfPyramid> pyramid(std::string_view scheme);
  // Why the customer has its grade, what would change it, and its history; JSON.
  std::string explain(CustomerId customer, std::string_view scheme);

  // Takes effect with the next review of any kind, one that is dated back too. Returns the number of the
  // override, which is one of the customer and the scheme.
  std::int64_t put_override(const OverrideInput& input);
  void lift_override(CustomerId customer, std::string_view scheme, std::int64_t override,
                     std::string_view reason);
  // Approves or declines a proposal. Throws Error(denied) for whoever proposed it.
  void decide_override(CustomerId customer, std::string_view scheme, std::int64_t override, bool is_approved);

  // Blocks the customer's grade under every scheme at once; reviews and runs of assignment that are made from
  // now on see it, whatever their date.
  void blacklist(CustomerId customer, std::string_view reason);
  // Gives the computed grades back. A reason is required.
  void unblacklist(CustomerId customer, std::string_view reason);
  // Lets the next review move the customer at once, without thresholds, streak and dwell.
  void trigger(CustomerId customer, std::string_view scheme, std::string_view reason);

 private:
  Connection::Session& session_;
};

}  // namespace crmcore
