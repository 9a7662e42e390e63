#include "engine/assignment/run_record.hpp"

#include <string_view>

namespace crmcore::engine {
namespace {

std::string_view bytes_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void RunRecord::add(const storage::PlacementKey& key, std::span<const std::uint8_t> managers,
                    std::span<const std::uint8_t> reasons) {
  placements_.integer(key.block);
  placements_.text(bytes_text(managers));
  placements_.text(bytes_text(reasons));
}

void RunRecord::add(const storage::DecisionRow& decision) {
  for (const std::int64_t number :
       {decision.customer.value, decision.from.value, decision.to.value, std::int64_t{decision.cause},
        std::int64_t{decision.lost_by}, std::int64_t{decision.unassigned}, std::int64_t{decision.tie_break},
        std::int64_t{decision.stage}, std::int64_t{decision.full_count}, decision.full_detailed,
        decision.runner_up.value, decision.load_before, decision.runner_up_load, decision.consideration}) {
    decisions_.integer(number);
  }
}

void RunRecord::add(std::int64_t number, std::span<const std::uint8_t> findings) {
  findings_.integer(number);
  findings_.text(bytes_text(findings));
}

Digest RunRecord::finish(const storage::RunRow& run) {
  Digester all;
  for (const std::int64_t number : {run.id.value, run.policy.value, std::int64_t{run.version},
                                    std::int64_t{run.as_of.days}, static_cast<std::int64_t>(run.kind)}) {
    all.integer(number);
  }
  all.text(run.summary);
  all.bytes(run.digest.data(), run.digest.size());
  for (Digester* part : {&placements_, &decisions_, &findings_}) {
    const Digest digest = part->finish();
    all.bytes(digest.data(), digest.size());
  }
  return all.finish();
}

}  // namespace crmcore::engine
