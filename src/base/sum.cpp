#include "base/sum.hpp"

#include <string>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"

namespace crmcore {

Sum to_sum(Wide sum) {
  if (is_number(sum)) return {static_cast<std::int64_t>(sum), {}};
  return {std::nullopt, fmt::format("{}", sum)};
}

void add_sum(Json& object, std::string_view name, const Sum& sum) {
  object[name] = sum.number ? Json(*sum.number) : Json();
  if (!sum.text.empty()) object[std::string(name).append("_text")] = sum.text;
}

namespace schema {

Json sum() {
  return about("null beyond 2^53 - 1", nullable(integer()));
}

Json sum_text() {
  return about("the exact sum, where it is beyond 2^53 - 1", text());
}

}  // namespace schema
}  // namespace crmcore
