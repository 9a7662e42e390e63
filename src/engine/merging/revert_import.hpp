// Taking back an import of customers or contacts.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct RevertImportRequest {
  std::int64_t import = 0;
  std::string reason;
  bool leaves_changed = false;  // whoever was changed since stays as it is
  bool is_dry_run = false;
};

RevertImportRequest read_revert_import(ObjectReader& in);
// Throws Error at "/import": not_found, invalid (of something else), conflict (taken back before, or, for
// each customer that something rests on, what).
Json revert_import(Session& session, const RevertImportRequest& request);
Json revert_import_answer();

}  // namespace crmcore::engine
