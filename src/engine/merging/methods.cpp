#include "engine/archive/gone.hpp"
#include "engine/core/room.hpp"
#include "engine/merging/merge.hpp"
#include "engine/merging/revert_import.hpp"
#include "engine/merging/unmerge.hpp"

namespace crmcore::engine {
namespace {

constexpr Method kMergingMethods[] = {
    method<read_merge, merge_customers>(
        "archive.merge", 1,
        "Makes one customer of two; the code and id of the one who goes name the one who stays.",
        merge_answer),
    method<read_unmerge, unmerge_customer>("archive.unmerge", 1, "Takes a merge back.", unmerge_answer),
    method<read_revert_import, revert_import>(
        "archive.revert_import", 1,
        "Takes back an import of customers or contacts, unless something rests on what it did.",
        revert_import_answer),
};

constexpr ChangeKind kMergingChanges[] = {kCustomerMerged,   kCustomerAbsorbed,  kCustomerUnmerged,
                                          kCustomerReleased, kCustomerWithdrawn, kImportReverted};

}  // namespace

Room merging_room() noexcept {
  return {kMergingMethods, kMergingChanges};
}

}  // namespace crmcore::engine
