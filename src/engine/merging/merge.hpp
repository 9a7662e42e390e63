// Merging a customer that is there twice.
//
// One of the two stays; the other one's code, entries, contacts and managers become its own, and nothing of
// the history of either is lost (docs/decisions/0037).
#pragma once

#include <string>

#include "archive/merging.hpp"
#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct MergeRequest {
  std::string from;
  std::string into;
  std::string reason;
  archive::MergeChoices choices;
  bool is_dry_run = false;
};

MergeRequest read_merge(ObjectReader& in);
// Throws Error: not_found (/from, /into), invalid (both are one; /keep names no field), conflict
// (what is to be kept is not said; what has to be settled first), range (/from: sums beyond 2^53 - 1).
Json merge_customers(Session& session, const MergeRequest& request);
Json merge_answer();

}  // namespace crmcore::engine
