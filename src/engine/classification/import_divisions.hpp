// The regions of China from lists of administrative divisions, and what becomes of those that a newer list no
// longer has.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct DivisionsRequest {
  std::string axis;
  std::vector<std::string> csv;                   // none: the 34 provinces of the library
  std::map<std::string, std::string> successors;  // code of a node that the list no longer has → where to
  std::optional<Date> on = std::nullopt;  // from when the lists hold; none: names and parents always did
  bool is_dry_run = false;
};

DivisionsRequest read_divisions(ObjectReader& in);
// Answers as divisions_answer() says.
Json import_divisions(Session& session, const DivisionsRequest& request);
Json divisions_answer();

}  // namespace crmcore::engine
