#include "engine/database/backup.hpp"

#include <array>
#include <memory>
#include <unistd.h>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/core/file.hpp"
#include "engine/ledger/verify.hpp"
#include "storage/sqlite/backup.hpp"

namespace crmcore::engine {
namespace {

// The files of a copy. Their names are made before it is, as there may be no memory left to remove them.
class Copy {
 public:
  explicit Copy(const std::string& path) : files_{path, path + "-wal", path + "-shm", path + ".lock"} {}
  ~Copy() {
    if (!is_to_go) return;
    for (const std::string& file : files_) ::unlink(file.c_str());
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  const std::string& path() const noexcept { return files_.front(); }
  void remove_lock() const noexcept { ::unlink(files_.back().c_str()); }

  bool is_to_go = false;  // when this ends

 private:
  std::array<std::string, 4> files_;
};

// The whole check, by opening the copy as any host would.
Json verify_copy(const std::string& path) {
  OpenOptions options;
  options.create = false;
  Session session(File::open(path, options));
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
  sqlite::copy_file(session.db(), copy->path(),
                    [&](std::int64_t done, std::int64_t total) { session.tick(done, total); });
  copy->is_to_go = true;
  Json answer = verify_copy(copy->path());
  answer["path"] = copy->path();
  copy->remove_lock();
  // Whoever is told of no copy finds none.
  if (Hold* hold = session.hold()) {
    hold->on_apply([copy] { copy->is_to_go = false; });
  } else {
    copy->is_to_go = false;
  }
  return answer;
}

}  // namespace crmcore::engine
