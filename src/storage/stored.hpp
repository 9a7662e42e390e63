// What is read from the file was right when it was written. Where it is not, the file contradicts itself, and
// that is told as damage, whatever stumbles over it.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::storage {

// The row of an id that other rows name. Throws Error(corrupt) that says which `what` is not there.
template <class Row, class AnyId>
Row named(std::optional<Row> row, AnyId id, std::string_view what) {
  if (!row) throw Error(Code::corrupt, fmt::format("rows name {} {}, which is not there", what, id.value));
  return std::move(*row);
}

// The same in a map.
template <class Map>
const typename Map::mapped_type& named_in(const Map& map, const typename Map::key_type& id,
                                          std::string_view what) {
  const auto found = map.find(id);
  if (found == map.end())
    throw Error(Code::corrupt, fmt::format("rows name {} {}, which is not there", what, id.value));
  return found->second;
}

// Whether an error may come of what was read; others say something of the call or the machine.
constexpr bool may_be_of_contents(Code code) noexcept {
  return code == Code::internal || code == Code::utf8 || code == Code::invalid || code == Code::range ||
         code == Code::limit || code == Code::cycle || code == Code::conflict || code == Code::not_found ||
         code == Code::unsupported;
}

// Runs `read`, which makes something of stored texts alone: what it refuses there is damage.
template <class Read>
auto read_stored(std::string_view what, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    if (!may_be_of_contents(error.code())) throw;
    throw Error(Code::corrupt, fmt::format("{} in the file is damaged: {}", what, error.message()));
  }
}

}  // namespace crmcore::storage
