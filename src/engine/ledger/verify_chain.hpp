// The trees over journal and ledger, made again from the rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr ChangeKind kFileMigrated{22, "file.migrated"};

struct ChainFindings {
  std::int64_t links = 0;
  std::int64_t changes = 0;
  std::optional<std::int64_t> broken_link;  // the first whose rows are not those that it was made of
};

ChainFindings verify_chain(Session& session, sqlite::Connection& db);

// The root over the first links: in 32 bytes everything that the archive said until then. Kept elsewhere, it
// shows whether an archive still says it.
struct ChainHead {
  std::int64_t links = 0;
  std::string digest;  // hexadecimal
};
// Over all links.
ChainHead read_head(sqlite::Connection& db);
// True when the archive continues what the head stands for.
bool continues(sqlite::Connection& db, const ChainHead& head);

// Makes all digests anew, in the transaction that brings a file of an older format here.
void rebuild_chain(File& file, std::int32_t from);

}  // namespace crmcore::engine
