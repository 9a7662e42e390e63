#include "engine/database/backup.hpp"

#include <unistd.h>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/core/file.hpp"
#include "engine/ledger/verify.hpp"
#include "storage/sqlite/backup.hpp"

namespace crmcore::engine {
namespace {

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
  const std::string canonical = sqlite::checked_path(path);
  sqlite::copy_file(session.db(), canonical,
                    [&](std::int64_t done, std::int64_t total) { session.tick(done, total); });
  const std::string lock = canonical + ".lock";
  try {
    Json answer = verify_copy(canonical);
    answer["path"] = canonical;
    ::unlink(lock.c_str());
    return answer;
  } catch (...) {
    for (const std::string& left : {canonical, canonical + "-wal", canonical + "-shm", lock})
      ::unlink(left.c_str());
    throw;
  }
}

}  // namespace crmcore::engine
