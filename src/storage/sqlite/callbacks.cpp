// What SQLite calls back: waiting for locks, checkpoints after commits, the authorizer. Nothing throws here.
#include "storage/sqlite/callbacks.hpp"

#include <algorithm>
#include <chrono>
#include <sqlite3.h>
#include <thread>
#include <utility>

namespace crmcore::sqlite {

bool must_stop(Connection::State& state) noexcept {
  try {
    return state.stop && state.stop();
  } catch (...) {
    return true;
  }
}

namespace {

constexpr std::int64_t kFirstSleepUs = 100;
constexpr std::int64_t kSleepUsMax = 10'000;

std::uint64_t next_random(std::uint64_t& state) noexcept {  // xorshift64
  state ^= state << 13U;
  state ^= state >> 7U;
  state ^= state << 17U;
  return state;
}

// Waiting in SQLite is not fair: sleeps of random length keep two processes from meeting for ever.
int wait_for_lock(void* context, int attempt) {
  auto& state = *static_cast<Connection::State*>(context);
  if (attempt == 0) {
    state.waited_us = 0;
    state.wait_was_stopped = false;
    state.is_interrupted.store(false, std::memory_order_relaxed);
  }
  if (state.is_interrupted.load(std::memory_order_relaxed) || must_stop(state)) {
    state.wait_was_stopped = true;
    return 0;
  }
  const std::int64_t left_us = state.busy_timeout_us - state.waited_us;
  if (left_us <= 0) return 0;
  const std::int64_t longest_us = std::min(kSleepUsMax, kFirstSleepUs << std::min(attempt, 20));
  const auto spread =
      static_cast<std::int64_t>(next_random(state.jitter) % static_cast<std::uint64_t>(longest_us));
  const std::int64_t sleep_us = std::min(left_us, longest_us / 2 + spread + 1);
  std::this_thread::sleep_for(std::chrono::microseconds(sleep_us));
  state.waited_us += sleep_us;
  return 1;
}

int after_commit(void* context, sqlite3* db, const char* schema, int pages) {
  auto& state = *static_cast<Connection::State*>(context);
  state.wal_pages = pages;
  state.has_committed = true;
  if (pages < kCheckpointPages) return SQLITE_OK;
  const int result = sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // The commit itself stands, whatever became of the checkpoint.
  if ((result & 0xff) == SQLITE_IOERR && result != SQLITE_IOERR_NOMEM) state.must_reopen = true;
  return SQLITE_OK;
}

int authorize(void* context, int action, const char* first, const char* second, const char* /*schema*/,
              const char* accessor) {
  auto& state = *static_cast<Connection::State*>(context);
  return state.guard.allows(action, first, second, accessor) ? SQLITE_OK : SQLITE_DENY;
}

int ask_stop(void* context) {
  auto& state = *static_cast<Connection::State*>(context);
  return must_stop(state) || (state.running != nullptr && state.running->has_too_much()) ? 1 : 0;
}

}  // namespace

void install_callbacks(Connection::State& state) {
  sqlite3_busy_handler(state.db, wait_for_lock, &state);
  sqlite3_set_authorizer(state.db, authorize, &state);
  ask_every(state, kStepsUsually);
  if (state.role == Role::writer) {
    sqlite3_wal_hook(state.db, after_commit, &state);
  } else {
    sqlite3_wal_autocheckpoint(state.db, 0);
  }
}

void ask_every(Connection::State& state, int steps) noexcept {
  sqlite3_progress_handler(state.db, steps, ask_stop, &state);
}

void Connection::set_progress(std::function<bool()> stop) {
  state_->stop = std::move(stop);
}

void Connection::interrupt() noexcept {
  state_->is_interrupted.store(true, std::memory_order_relaxed);
  sqlite3_interrupt(state_->db);
}

}  // namespace crmcore::sqlite
