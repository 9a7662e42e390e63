// Opening for tests, most of which begin with a new file.
#pragma once

#include <string>
#include <utility>

#include "crmcore/database.hpp"

namespace crmcore {

inline Database open_or_make(const std::string& path, OpenOptions options = {}) {
  options.create = true;
  return Database::open(path, options);
}

}  // namespace crmcore
