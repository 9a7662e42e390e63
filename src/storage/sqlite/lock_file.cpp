#include "storage/sqlite/lock_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crmcore/error.hpp"

#include "base/clock.hpp"
#include "base/format.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/path_check.hpp"

namespace crmcore::sqlite {
namespace {

constexpr off_t kTurnByte = 0x2000000000000000;
constexpr off_t kWriterByte = kTurnByte + 1;
constexpr off_t kProcessesByte = kTurnByte + 2;
constexpr off_t kProcesses = 0x1000000000000000;
// Whoever waits to write holds the byte of the microsecond in which it came.
constexpr off_t kTicketsByte = 0x4000000000000000;

std::uint64_t number_of(std::uint64_t first, std::uint64_t second) {
  std::uint64_t number = (first * 0x9e3779b97f4a7c15U) ^ (second + 0x632be59bd9b4e019U);
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  return number ^ (number >> 31U);
}

// Processes of two containers may have one number.
off_t process_byte() {
  struct stat numbers = {};
  ::stat("/proc/self/ns/pid", &numbers);
  const std::uint64_t number = number_of(static_cast<std::uint64_t>(::getpid()), numbers.st_ino);
  return kProcessesByte + static_cast<off_t>(number % static_cast<std::uint64_t>(kProcesses));
}

// Of the machine, not of the process.
off_t ticket_byte() {
  return kTicketsByte + 1 + passed_us();
}

}  // namespace

LockFile::LockFile(const std::string& data_path, std::int32_t timeout_ms) : path_(data_path + ".lock") {
  require_regular_or_absent(path_);
  struct stat opened = {};
  struct stat named = {};
  // Whoever had the turn may have removed the file with it.
  do {
    open(timeout_ms);
    if (::fstat(descriptor_.get(), &opened) != 0) throw_system_error("looking at " + path_);
  } while (::stat(path_.c_str(), &named) != 0 || named.st_ino != opened.st_ino ||
           named.st_dev != opened.st_dev);
  number_ = number_of(opened.st_dev, opened.st_ino);
  read(data_path);
  if (!descriptor_.set(F_WRLCK, process_byte(), 1)) {
    throw Error(Code::locked,
                fmt::format("{} is open already in process {} (this one)", data_path, ::getpid()));
  }
}

std::optional<std::uint64_t> LockFile::number_at(const std::string& data_path) {
  struct stat file = {};
  if (::stat((data_path + ".lock").c_str(), &file) != 0) return std::nullopt;
  return number_of(file.st_dev, file.st_ino);
}

void LockFile::open(std::int32_t timeout_ms) {
  const int opened = ::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (opened < 0) throw_system_error("making the lock file " + path_);
  descriptor_ = LockDescriptor(opened);
  if (take_turn(timeout_ms)) return;
  if (errno != EAGAIN && errno != EACCES) throw_system_error("locking " + path_);
  throw Error(Code::locked,
              fmt::format("another process, or another part of this one, has been opening, closing "
                          "or copying to the archive of {} for more than {} ms",
                          path_, timeout_ms));
}

void LockFile::read(const std::string& data_path) {
  std::string text(kLockNoteBytes + 1, '\0');
  const ssize_t length = ::pread(descriptor_.get(), text.data(), text.size(), 0);
  if (length < 0) throw_system_error("reading " + path_);
  text.resize(static_cast<std::size_t>(length));
  if (!may_be_lock_note(text)) {
    throw Error(Code::not_a_database,
                fmt::format("{} is not the lock file of {}: it would be overwritten; move it away", path_,
                            data_path));
  }
  found_ = parse_lock_note(text);
  is_damaged_ = !found_ && text.find_first_not_of('\0') != std::string::npos;
}

bool LockFile::take_turn(std::int32_t timeout_ms) noexcept {
  const auto try_it = [this] { return descriptor_.set(F_WRLCK, kTurnByte, 1); };
  return wait_until(std::int64_t{timeout_ms} * 1000, try_it, [] { return false; }) == Waited::done;
}

void LockFile::end_turn() noexcept {
  descriptor_.set(F_UNLCK, kTurnByte, 1);
}

// The order is that of the tickets, the exclusion that of the writer's byte.
Waited LockFile::take_write_turn(std::int64_t timeout_us, FunctionRef<bool()> must_stop) {
  const auto try_it = [this] { return descriptor_.set(F_WRLCK, kWriterByte, 1); };
  off_t ticket = ticket_byte();
  if (!descriptor_.is_taken(kTicketsByte, ticket - kTicketsByte) && try_it()) return Waited::done;
  while (!descriptor_.set(F_WRLCK, ticket, 1)) ++ticket;
  const auto is_next = [&] { return !descriptor_.is_taken(kTicketsByte, ticket - kTicketsByte) && try_it(); };
  const Waited waited = wait_until(timeout_us, is_next, must_stop);
  descriptor_.set(F_UNLCK, ticket, 1);
  return waited;
}

void LockFile::end_write_turn() noexcept {
  descriptor_.set(F_UNLCK, kWriterByte, 1);
}

void LockFile::sync() noexcept {
  ::fdatasync(descriptor_.get());
}

void LockFile::write(const LockNote& note) noexcept {
  const LockNoteText text = lock_note_text(note);
  [[maybe_unused]] const auto written = ::pwrite(descriptor_.get(), text.data(), text.size(), 0);
}

}  // namespace crmcore::sqlite
