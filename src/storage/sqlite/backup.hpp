// A copy of a file while it is in use.
#pragma once

#include <functional>
#include <string>

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

// Copies what `source` sees now into a new file at `path` (canonical, on a local disk), mode 0600 and on the
// disk when it returns. `tick(done, total)`, in pages, is asked now and then; its exception ends the copy.
// Throws Error: conflict (there is something at `path`), full, io. What fails leaves no file.
void copy_file(Connection& source, const std::string& path,
               const std::function<void(std::int64_t, std::int64_t)>& tick);

}  // namespace crmcore::sqlite
