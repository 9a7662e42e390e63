// The gateway: every capability as a named method from JSON to JSON.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/json.hpp"
#include "engine/core/request.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// One method; tables of them are constexpr. A method changes only by adding; what cannot be added gets a new
// version.
struct Method {
  std::string_view name;  // "room.verb"
  std::int32_t version;
  std::string_view summary;
  // The reader of the request, to be run on a request or to describe it.
  void (*describe)(ObjectReader& in);
  // The JSON Schema of the answer.
  Json (*answer)();
  Json (*run)(Session& session, const Json& request);
};

// Makes a method of a reader and a use case: `read(ObjectReader&)` gives a value, `run(Session&, value)` the
// answer. The reader sees the request, and the zone of its instants: what must be looked up, the day of today
// too, is the use case's.
template <auto read, auto run>
constexpr Method method(std::string_view name, std::int32_t version, std::string_view summary,
                        Json (*answer)()) {
  return {name,
          version,
          summary,
          [](ObjectReader& in) { static_cast<void>(read(in)); },
          answer,
          [](Session& session, const Json& json) -> Json {
            return run(session, read_request(json, read, &session.zone()));
          }};
}

}  // namespace crmcore::engine
