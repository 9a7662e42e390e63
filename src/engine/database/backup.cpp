#include "engine/database/backup.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/core/file.hpp"
#include "engine/ledger/verify.hpp"
#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/lock_file.hpp"
#include "storage/sqlite/path_check.hpp"

namespace crmcore::engine {
namespace {

// A copy, which has another name until it is whole: whoever is killed on the way leaves nothing at its own.
// All names are made before it is, as there may be no memory left to remove them.
class Copy {
 public:
  // Only one is made at a time: what an earlier one left is nobody's.
  explicit Copy(const std::string& path)
      : path_(path),
        lock_name_(path + ".lock"),
        unfinished_(path + ".unfinished"),
        lock_(require_free(path), 0) {
    for (std::size_t i = 0; i < kSuffixes.size(); ++i) files_[i] = unfinished_ + kSuffixes[i];
    remove_unfinished();
  }
  ~Copy() {
    if (is_to_go_) ::unlink(path_.c_str());
    remove_unfinished();
    ::unlink(lock_name_.c_str());
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  const std::string& path() const noexcept { return path_; }
  const std::string& unfinished() const noexcept { return unfinished_; }
  // Gives it its own name; it goes when this ends, unless it is kept.
  void finish() {
    if (::renameat2(AT_FDCWD, unfinished_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno == EEXIST) throw_taken(path_);
      sqlite::throw_system_error("naming the copy " + path_);
    }
    is_to_go_ = true;
  }
  void keep() noexcept { is_to_go_ = false; }

 private:
  static constexpr std::array<const char*, 5> kSuffixes = {"", "-journal", "-wal", "-shm", ".lock"};

  [[noreturn]] static void throw_taken(const std::string& path) {
    throw Error(Code::conflict, fmt::format("there is something at {} already", path), "/path");
  }
  static const std::string& require_free(const std::string& path) {
    if (::access(path.c_str(), F_OK) == 0) throw_taken(path);
    sqlite::require_own_companions(path);
    return path;
  }
  void remove_unfinished() const noexcept {
    for (const std::string& file : files_) ::unlink(file.c_str());
  }

  std::string path_;
  std::string lock_name_;
  std::string unfinished_;
  std::array<std::string, kSuffixes.size()> files_;
  sqlite::LockFile lock_;
  bool is_to_go_ = false;
};

// The whole check, by opening the copy as any host would; whoever waits for it is asked as before.
Json verify_copy(Session& waiting, const std::string& path) {
  OpenOptions options;
  options.create = false;
  Session session(File::open_at(path, options));
  session.set_progress([&](std::int64_t done, std::int64_t total) {
    waiting.tick(done, total);
    return false;
  });
  Json findings = verify_file(session, false);
  if (!findings["is_ok"].get<bool>()) {
    throw Error(Code::corrupt, fmt::format("the copy contradicts itself: {}", dump_json(findings)));
  }
  return findings;
}

}  // namespace

Json back_up(Session& session, const std::string& path) {
  if (session.in_transaction()) {
    throw Error(Code::misuse, "a backup is made of what is committed; end the transaction first");
  }
  const auto copy = std::make_shared<Copy>(sqlite::checked_path(path));
  sqlite::copy_file(session.db(), copy->unfinished(),
                    [&](std::int64_t done, std::int64_t total) { session.tick(done, total); });
  Json answer = verify_copy(session, copy->unfinished());
  answer["path"] = copy->path();
  copy->finish();
  // Whoever is told of no copy finds none.
  if (Hold* hold = session.hold()) {
    hold->on_apply([copy] { copy->keep(); });
  } else {
    copy->keep();
  }
  return answer;
}

}  // namespace crmcore::engine
