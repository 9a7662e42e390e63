// Reads everything that is in the file, for verify: its pages, every row of every table, every public view.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct StoredObject {
  std::string name;
  bool is_view = false;
};

// Tables and public views, by name.
std::vector<StoredObject> stored_objects(sqlite::Connection& db);

// Reads all rows and hands every value that cannot be to `tell`: a text that is not UTF-8, a day beyond the
// calendar. `tick` is called from time to time. Throws Error where a row cannot be read.
void scan_contents(sqlite::Connection& db, const StoredObject& object,
                   const std::function<void(std::string)>& tell, const std::function<void()>& tick);

}  // namespace crmcore::storage
