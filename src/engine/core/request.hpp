// Reading what a caller sent as JSON: one object, by one function.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::engine {

// Reads one JSON object by `read(ObjectReader&)`, in whose zone instants are days. Throws Error with every
// violation, unknown members too.
template <class Read>
auto read_request(const Json& json, Read read, const Zone* zone = nullptr) {
  std::vector<Diagnostic> found;
  ObjectReader in(json, "", found);
  in.set_zone(zone);
  auto request = read(in);
  in.finish();
  throw_if_any(std::move(found));
  return request;
}

template <class Read>
auto read_options(std::string_view text, Read read) {
  return read_request(parse_json(text), read);
}

// A request that says nothing.
struct Nothing {};
inline Nothing read_nothing(ObjectReader&) {
  return {};
}

}  // namespace crmcore::engine
