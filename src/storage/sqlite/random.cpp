#include "storage/sqlite/random.hpp"

#include <sqlite3.h>

namespace crmcore::sqlite {

void fill_random(std::span<std::uint8_t> bytes) noexcept {
  sqlite3_randomness(static_cast<int>(bytes.size()), bytes.data());
}

}  // namespace crmcore::sqlite
