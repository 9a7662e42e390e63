// Voiding: entries that were posted wrongly stop counting, and what is derived of them is as if they had
// never been there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal, of each customer.
inline constexpr ChangeKind kEntriesVoided{23, "ledger.voided", storage::ToldRows::voids};

struct VoidRequest {
  std::optional<std::string> source;
  std::optional<std::string> document;
  std::optional<std::int64_t> line;    // of the document; absent: all
  std::optional<std::int64_t> import;  // all that this import posted, in place of source and document
  std::string reason;
};

VoidRequest read_void(ObjectReader& in);
// Answers as void_answer() says. What was voided before stays so. Throws Error: not_found, conflict (a return
// stands on what is to go), invalid.
Json void_entries(Session& session, const VoidRequest& request);
Json void_answer();

}  // namespace crmcore::engine
