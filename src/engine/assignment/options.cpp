// What the C interface gives beside policy and date.
#include "crmcore/assignment.hpp"

#include "base/limits.hpp"
#include "engine/assignment/summary.hpp"
#include "engine/core/request.hpp"

namespace crmcore {

AssignmentRequest AssignmentRequest::from_options(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    AssignmentRequest request;
    if (const auto version = in.integer("version", 1, 1'000'000)) {
      request.version = static_cast<std::int32_t>(*version);
    }
    request.plan = in.text_or("plan", kTextBytesMax, "");
    request.changes_max = static_cast<std::int32_t>(in.integer_or("limit", 0, 10'000, request.changes_max));
    return request;
  });
}

// As the gateway's summary; to be one with it.
std::string AssignmentSummary::to_json() const {
  return dump_json(engine::summary_json(*this));
}

}  // namespace crmcore
