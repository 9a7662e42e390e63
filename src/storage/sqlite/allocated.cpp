#include "storage/sqlite/allocated.hpp"

#include <sqlite3.h>

namespace crmcore::sqlite {

#if CRMCORE_SQLITE_BUNDLED
namespace {

thread_local std::int64_t bytes_of_thread = 0;
sqlite3_mem_methods plain;

void* take(int size) {
  void* memory = plain.xMalloc(size);
  if (memory != nullptr) bytes_of_thread += plain.xSize(memory);
  return memory;
}

void give_back(void* memory) {
  bytes_of_thread -= plain.xSize(memory);
  plain.xFree(memory);
}

void* resize(void* memory, int size) {
  const int before = plain.xSize(memory);
  void* resized = plain.xRealloc(memory, size);
  if (resized != nullptr) bytes_of_thread += plain.xSize(resized) - before;
  return resized;
}

// SQLite takes other methods only before anything of it is used, so this is done when the library is loaded.
bool count_allocations() noexcept {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain) != SQLITE_OK) return false;
  sqlite3_mem_methods counting = plain;
  counting.xMalloc = take;
  counting.xFree = give_back;
  counting.xRealloc = resize;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &counting) == SQLITE_OK;
}

const bool is_counting = count_allocations();

}  // namespace

std::int64_t allocated_bytes() noexcept {
  return is_counting ? bytes_of_thread : 0;
}
#else
std::int64_t allocated_bytes() noexcept {
  return sqlite3_memory_used();
}
#endif

}  // namespace crmcore::sqlite
