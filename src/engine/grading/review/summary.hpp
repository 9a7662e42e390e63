// What a review comes to, in one form: answered by preview and commit, told in the journal, and kept with the
// review, so that a review that exists is answered as it was.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "crmcore/grading.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

// Where the file stood when a review was computed.
struct Mark {
  std::int64_t entry_last = 0;
  std::int64_t change_last = 0;
};
// ReviewSummary::plan: the digest, and where the file stood.
std::string plan_token(const Digest& digest, const Mark& mark);

struct SummaryCount {
  std::string_view name;
  std::int64_t ReviewSummary::*count;
};
inline constexpr std::array<SummaryCount, 8> kSummaryCounts{{{"subjects", &ReviewSummary::subjects},
                                                             {"placed", &ReviewSummary::placed},
                                                             {"promoted", &ReviewSummary::promoted},
                                                             {"demoted", &ReviewSummary::demoted},
                                                             {"warned", &ReviewSummary::warned},
                                                             {"blocked", &ReviewSummary::blocked},
                                                             {"unblocked", &ReviewSummary::unblocked},
                                                             {"left", &ReviewSummary::left}}};

Json summary_json(const ReviewSummary& summary);
Json summary_answer();
// The summary of a committed review, from what is kept of it.
ReviewSummary summary_of(const storage::ReviewRow& review);

}  // namespace crmcore::engine
