// Who serves whom, as the rows say it, against what the journal and the runs tell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/core/session.hpp"
#include "storage/assignment_rows.hpp"

namespace crmcore::engine {

// What a run says of all whom it moved.
struct TellingRun {
  Date as_of;
  storage::Origin origin = storage::Origin::policy;
  std::string reason;
  std::int64_t change_seq = 0;
};
using TellingRuns = std::map<RunId, TellingRun>;

// The first change after which a customer's rows are not what was told; none: all are. Nothing can be said of
// customers of whom a format before 11 tells changes, which had no days.
std::optional<std::int64_t> first_wrong_serving(Session& session, sqlite::Connection& db,
                                                const TellingRuns& runs);

}  // namespace crmcore::engine
