// What the C interface gives beside scheme and date.
#include "crmcore/grading.hpp"

#include "base/limits.hpp"
#include "engine/core/request.hpp"

namespace crmcore {

ReviewRequest ReviewRequest::from_options(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    ReviewRequest request;
    if (const auto version = in.integer("version", 1, 1'000'000)) {
      request.version = static_cast<std::int32_t>(*version);
    }
    request.kind = static_cast<ReviewKind>(in.word("kind", {"scheduled", "ad_hoc", "correction"}).value_or(0));
    request.plan = in.text_or("plan", kTextBytesMax, "");
    return request;
  });
}

}  // namespace crmcore
