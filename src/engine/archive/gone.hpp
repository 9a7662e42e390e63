// Customers who are there no more: merged into others, or taken back with the import that made them.
#pragma once

#include "engine/core/journal.hpp"

namespace crmcore::engine {

// Told in the journal: of the customer who went or came back, and of the one who has what it had.
inline constexpr ChangeKind kCustomerMerged{70, "customer.merged", storage::ToldRows::gone};
inline constexpr ChangeKind kCustomerAbsorbed{71, "customer.absorbed"};
inline constexpr ChangeKind kCustomerUnmerged{72, "customer.unmerged", storage::ToldRows::gone};
inline constexpr ChangeKind kCustomerReleased{73, "customer.released"};
inline constexpr ChangeKind kCustomerWithdrawn{74, "customer.withdrawn", storage::ToldRows::gone};
inline constexpr ChangeKind kImportReverted{75, "archive.import_reverted", storage::ToldRows::imports};

}  // namespace crmcore::engine
