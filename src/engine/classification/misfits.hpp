// Finding the customers whose class no longer fits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::int64_t kMisfitsMax = 10'000;  // customers that one call tells per axis
inline constexpr std::int64_t kMisfitsDefault = 100;

// Why a class does not fit.
enum class Misfit : std::int32_t {
  missing,     // none, on an axis that is required
  retired,     // the node is not valid today
  outside,     // the attribute has a value that is in no band
  overridden,  // decided by hand, and another than what follows from the facts
};
constexpr std::array<std::string_view, 4> words_of(Misfit) noexcept {
  return {"missing", "retired", "outside", "overridden"};
}

struct MisfitsRequest {
  std::optional<std::string> axis;  // nothing: all axes
  std::optional<Misfit> why;        // nothing: all reasons
  CustomerId after;                 // only customers behind this one are told; counts are of all
  std::int64_t limit = kMisfitsDefault;
};

// Answers as misfits_answer() says. Throws Error(not_found) at "/axis".
Json find_misfits(Session& session, const MisfitsRequest& request);
Json misfits_answer();
MisfitsRequest read_misfits(ObjectReader& in);

}  // namespace crmcore::engine
