// What other rows name by its id must be there; where it is not, the file contradicts itself.
#pragma once

#include <string_view>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::storage {

// The value of an id in a map. Throws Error(corrupt) that says which `what` is not there.
template <class Map>
const typename Map::mapped_type& named_in(const Map& map, const typename Map::key_type& id,
                                          std::string_view what) {
  const auto found = map.find(id);
  if (found == map.end())
    throw Error(Code::corrupt, fmt::format("rows name {} {}, which is not there", what, id.value));
  return found->second;
}

}  // namespace crmcore::storage
