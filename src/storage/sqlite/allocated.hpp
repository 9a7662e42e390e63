// How much SQLite has allocated, to be compared before and after.
#pragma once

#include <cstdint>

namespace crmcore::sqlite {

// Bytes that SQLite has allocated and not freed: by the calling thread alone where SQLite is bundled, else by
// whoever in the process uses it, and 0 where it was told not to count.
std::int64_t allocated_bytes() noexcept;

}  // namespace crmcore::sqlite
