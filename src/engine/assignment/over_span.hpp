// Managers who carry more than their span allows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {

// By one policy's weights; without a policy every customer weighs 1.
struct OverSpan {
  std::string manager;
  std::string policy;  // empty: there is none
  std::int64_t load = 0;
  std::int64_t span = 0;
};

// Keeps since when the manager is over span, and tells of one who was not yet.
void settle_over_span(WriteScope& write, const storage::ManagerRow& manager, std::int64_t load, bool is_over,
                      Date today);

// Finds who of the managers is over span, by every policy, keeps since when, and tells of those who were not
// yet.
std::vector<OverSpan> mark_over_span(WriteScope& write, Date today, std::span<const ManagerId> managers);

// The same for all managers, after grades moved.
void mark_all_over_span(Session& session, WriteScope& write);

Json over_span_json(std::span<const OverSpan> found);
Json over_span_answer();

}  // namespace crmcore::engine
