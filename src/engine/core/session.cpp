#include "engine/core/session.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/format.hpp"
#include "base/text.hpp"
#include "engine/core/cursor.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kActorBytesMax = 128;
constexpr std::size_t kIdleCursorReadersMax = 2;
// A host is asked no more often, however often its work could be stopped.
constexpr std::int64_t kAskedEveryUs = 5'000;

}  // namespace

Session::Call::Call(Session& session)
    : session_(session), pulse_([](void* of) { static_cast<Session*>(of)->tick(0, 0); }, &session) {
  if (session.file_) session.file_->require_same_process();
  if (session.is_in_call_.exchange(true, std::memory_order_acquire)) {
    throw Error(Code::misuse,
                session.is_left()
                    ? "a callback of the connection did not return (longjmp); it can only be freed"
                    : "the connection is in use: by another thread, or by the call whose callback this is");
  }
  const std::thread::id holder = session.holder_.load(std::memory_order_relaxed);
  if (holder != std::thread::id() && holder != std::this_thread::get_id()) {
    session.leave_call();
    throw Error(Code::misuse, "the connection is in use by another thread");
  }
  session.caller_.store(std::this_thread::get_id());
  session.interrupt_.store(false, std::memory_order_relaxed);
  session.asked_us_.reset();
}

Session::Call::Call(Session& session, std::nothrow_t) noexcept : session_(session), pulse_(nullptr, nullptr) {
  while (session.is_in_call_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
}

Session::Session(std::shared_ptr<File> file) : file_(std::move(file)) {}

Session::~Session() {
  if (!file_->is_same_process()) {
    // As in ~File: what was opened before fork() belongs to the parent.
    static_cast<void>(reader_.release());
    for (auto& reader : cursor_readers_) static_cast<void>(reader.release());
    static_cast<void>(write_.release());
    return;
  }
  end_write();
  if (reader_) file_->give_back(std::move(reader_));
}

void Session::require_begun(Date day, bool is_future, std::string_view path) const {
  if (is_future || day <= today()) return;
  throw Error(Code::invalid,
              fmt::format("{} lies after today, {}; is_future says that this is meant", format_date(day),
                          format_date(today())),
              std::string(path));
}

void Session::set_actor(std::string_view actor) {
  text::require_text(actor, kActorBytesMax, "/actor");
  actor_ = actor;
  naming_ = Naming::settled;
}

bool Session::take_unnamed_write() noexcept {
  if (naming_ != Naming::written_unnamed) return false;
  naming_ = Naming::settled;
  return true;
}

void Session::set_now(std::optional<std::int64_t> microseconds) {
  if (!microseconds) {
    clock_.clear();
    return;
  }
  if (*microseconds < -kIntegerMax || *microseconds > kIntegerMax) {
    throw Error(Code::range, "the instant lies beyond 2^53 - 1 microseconds from 1970", "/now");
  }
  clock_.set(Instant{*microseconds});
}

sqlite::Connection& Session::db() {
  if (write_) return file_->writer();
  if (!reader_) {
    reader_ = file_->take_reader();
    reader_->set_progress(stop_check());
    reader_->set_clock(&clock_);
  }
  return *reader_;
}

const Catalog& Session::catalog() {
  if (!catalog_ || catalog_->version() != Catalog::version_in(db())) catalog_ = file_->catalog(db());
  return *catalog_;
}

Session::Write::Write(Session& of) : session(of) {
  File& file = *session.file_;
  file.use().begin_turn(session.caller_, [&] { return session.must_stop(0, 0); });
  try {
    file.require_writer();
    transaction.emplace(file.writer());
    file.refresh();
    journal.emplace(file.writer(), file.facts().identity, session.clock_.now(), session.actor_);
    file.writer().set_progress(session.stop_check());
    file.writer().set_clock(&session.clock_);
  } catch (...) {
    transaction.reset();
    file.use().end_turn();
    throw;
  }
}

Session::Write::~Write() {
  session.file_->writer().set_progress({});
  session.file_->writer().set_clock(nullptr);
  transaction.reset();
  session.file_->use().end_turn();
}

void Session::end_write() noexcept {
  for (Cursor* cursor : cursors_) cursor->transaction_ended();
  write_.reset();
}

void Session::require_no_hold() const {
  if (hold_) throw Error(Code::misuse, "writes are held back; apply them or let them go first");
}

void Session::begin() {
  if (write_) throw Error(Code::misuse, "a transaction is open already; commit or roll it back first");
  write_ = std::make_unique<Write>(*this);
}

void Session::commit() {
  if (!write_) throw Error(Code::misuse, "no transaction is open");
  if (write_->is_broken) {
    end_write();
    throw Error(Code::misuse, "the transaction was rolled back after an earlier error; begin a new one");
  }
  try {
    write_->journal->close();
    for (Cursor* cursor : cursors_) cursor->transaction_ended();
    file_->use().require_in_place();
    write_->transaction->commit();
  } catch (...) {
    rollback();
    throw;
  }
  file_->use().note(write_->journal->link());
  end_write();
}

void Session::rollback() {
  if (!write_) throw Error(Code::misuse, "no transaction is open");
  file_->first_entries().clear();
  catalog_.reset();
  end_write();
}

bool Session::must_stop(std::int64_t done, std::int64_t total) {
  if (interrupt_.load(std::memory_order_relaxed)) return true;
  if (!progress_) return false;
  const std::int64_t now_us = passed_us();
  if (asked_us_ && now_us - *asked_us_ < kAskedEveryUs) return false;
  const bool is_to_stop = [&] {
    const Outside outside(*this);
    return progress_(done, total);
  }();
  asked_us_ = passed_us();
  return is_to_stop || interrupt_.load(std::memory_order_relaxed);
}

std::function<bool()> Session::stop_check() {
  return [this] { return must_stop(0, 0); };
}

void Session::tick(std::int64_t done, std::int64_t total) {
  if (must_stop(done, total)) throw Error(Code::cancelled, "cancelled by the host; nothing was applied");
}

std::unique_ptr<sqlite::Connection> Session::take_cursor_reader() {
  cursor_readers_.reserve(kIdleCursorReadersMax);  // giving one back must not fail
  if (cursor_readers_.empty()) {
    auto reader = file_->take_reader();
    reader->set_progress(stop_check());
    reader->set_clock(&clock_);
    return reader;
  }
  auto reader = std::move(cursor_readers_.back());
  cursor_readers_.pop_back();
  return reader;
}

void Session::give_back(std::unique_ptr<sqlite::Connection> reader) {
  if (cursor_readers_.size() < kIdleCursorReadersMax) cursor_readers_.push_back(std::move(reader));
}

void Session::retire(std::unique_ptr<Cursor> cursor) noexcept {
  const std::shared_ptr<Session> session = cursor->shared_session();
  Cursor* retired = cursor.release();
  retired->next_retired = session->retired_.load();
  while (!session->retired_.compare_exchange_weak(retired->next_retired, retired)) {
  }
  if (!session->is_in_call_.exchange(true)) session->leave_call();
}

// Whoever retires a cursor while the call ends sees the flag down and comes in, or is seen here.
void Session::leave_call() noexcept {
  caller_.store({});
  do {
    Cursor* retired = retired_.load(std::memory_order_relaxed) ? retired_.exchange(nullptr) : nullptr;
    while (retired) {
      const std::unique_ptr<Cursor> cursor(std::exchange(retired, retired->next_retired));
    }
    is_in_call_.store(false);
  } while (retired_.load() && !is_in_call_.exchange(true));
}

bool Session::is_left() const noexcept {
  // Addresses of frames fall from the outside in.
  return caller_.load() == std::this_thread::get_id() && outside_ != nullptr &&
         std::less<>()(outside_, __builtin_frame_address(0));
}

bool Session::abandon() noexcept {
  if (!is_left()) return false;
  Pulse::forget();
  // What stands on the frames that are gone is never destroyed: it must not find what it uses closed.
  static_cast<void>(write_.release());
  file_->abandon_turn(caller_);
  sqlite::Connection::abandon(std::move(reader_));
  for (auto& reader : cursor_readers_) sqlite::Connection::abandon(std::move(reader));
  for (Cursor* cursor : cursors_) cursor->abandon();
  caller_.store({});
  file_.reset();
  return true;
}

ByteSource outside(Session& session, const ByteSource& source) {
  return [&](char* buffer, std::size_t size) {
    const Session::Outside host(session);
    return source(buffer, size);
  };
}

void Session::remove(Cursor* cursor) noexcept {
  cursors_.erase(std::remove(cursors_.begin(), cursors_.end(), cursor), cursors_.end());
}

WritePart::WritePart(Session& session) : session_(session) {
  if (!session.write_) {
    session.begin();
    owns_ = true;
    return;
  }
  if (session.write_->is_broken) {
    throw Error(Code::misuse,
                "the transaction was rolled back after an earlier error; roll it back and begin anew");
  }
  mark_.emplace(session.write_->journal->mark());
  savepoint_.emplace(session.file_->writer());
}

void WritePart::commit() {
  if (owns_) {
    session_.commit();
    return;
  }
  try {
    savepoint_->release();
  } catch (...) {
    undo();
    throw;
  }
}

void WritePart::undo() noexcept {
  if (owns_) {
    session_.rollback();
    return;
  }
  session_.file_->first_entries().clear();
  session_.catalog_.reset();
  if (!savepoint_->undo()) {
    session_.write_->is_broken = true;
    return;
  }
  session_.write_->journal->restore(std::move(*mark_));
}

Hold::Hold(Session& session) noexcept : session_(session) {
  if (!session.hold_) session.hold_ = this;
}

Hold::~Hold() {
  if (!is_outermost()) return;
  session_.hold_ = nullptr;
  if (part_) part_->undo();
}

void Hold::apply() {
  if (!is_outermost()) return;
  session_.hold_ = nullptr;
  if (part_) part_->commit();
  if (keep_) keep_();
}

WriteScope::WriteScope(Session& session)
    : session_(session), part_(session.hold_ && !session.hold_->part_ ? session.hold_->part_ : own_) {
  part_.emplace(session);
}

WriteScope::~WriteScope() {
  if (done_) return;
  part_->undo();
  part_.reset();
}

sqlite::Connection& WriteScope::db() noexcept {
  return session_.file_->writer();
}

Journal& WriteScope::journal() noexcept {
  return *session_.write_->journal;
}

void WriteScope::commit() {
  journal().settle();
  if (session_.naming_ == Session::Naming::open && journal().is_pending())
    session_.naming_ = Session::Naming::written_unnamed;
  done_ = true;
  if (own_) own_->commit();
}

}  // namespace crmcore::engine
