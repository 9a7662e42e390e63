// Taking a merge back.
#pragma once

#include <string>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct UnmergeRequest {
  std::string customer;  // the code of before
  std::string reason;
  bool is_dry_run = false;
};

UnmergeRequest read_unmerge(ObjectReader& in);
// Throws Error: not_found, conflict (/customer: the other one was merged in turn).
Json unmerge_customer(Session& session, const UnmergeRequest& request);
Json unmerge_answer();

}  // namespace crmcore::engine
