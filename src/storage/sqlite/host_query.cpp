#include "storage/sqlite/host_query.hpp"

#include <sqlite3.h>

#include "base/format.hpp"
#include "storage/sqlite/allocated.hpp"
#include "storage/sqlite/callbacks.hpp"
#include "storage/sqlite/connection_state.hpp"

namespace crmcore::sqlite {
namespace {

std::int64_t cached_bytes(sqlite3* db) noexcept {
  int now = 0;
  int highest = 0;
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_USED, &now, &highest, 0);
  return now;
}

}  // namespace

bool HostQuery::has_too_much() noexcept {
  const std::int64_t used = allocated_bytes() - base_bytes_;
  if (used <= state_.query_memory_bytes) return false;
  had_too_much_ = used - cached_bytes(state_.db) > state_.query_memory_bytes;
  return had_too_much_;
}

std::string HostQuery::complaint() const {
  if (!had_too_much_) return {};
  return fmt::format(
      "the query needs more memory than the {} bytes that \"query_memory_bytes\" of the file's opening "
      "allows; "
      "sort, group or join less of it at once, or allow more",
      state_.query_memory_bytes);
}

HostQuery::Run::Run(HostQuery& query, int steps) noexcept
    : query_(query),
      length_before_(sqlite3_limit(query.state_.db, SQLITE_LIMIT_LENGTH, kQueryValueBytesMax)) {
  ask_every(query.state_, steps);
  query.base_bytes_ = allocated_bytes() - query.held_bytes_;
  query.state_.running = &query;
}

HostQuery::Run::~Run() {
  Connection::State& state = query_.state_;
  state.running = nullptr;
  query_.held_bytes_ = allocated_bytes() - query_.base_bytes_;
  ask_every(state, kStepsUsually);
  sqlite3_limit(state.db, SQLITE_LIMIT_LENGTH, length_before_);
}

HostQuery::Aside::Aside(Connection::State& state) noexcept : state_(state) {
  if (state_.running != nullptr) sqlite3_limit(state_.db, SQLITE_LIMIT_LENGTH, kValueBytesMax);
}

HostQuery::Aside::~Aside() {
  if (state_.running != nullptr) sqlite3_limit(state_.db, SQLITE_LIMIT_LENGTH, kQueryValueBytesMax);
}

}  // namespace crmcore::sqlite
