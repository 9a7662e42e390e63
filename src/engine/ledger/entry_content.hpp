// What an entry says: told, compared, digested.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crmcore/ledger.hpp"

#include "base/digest.hpp"
#include "engine/core/file.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {

// The customer by name and code, the amount in the currency.
std::string describe(sqlite::Connection& db, const ArchiveFacts& facts, const storage::EntryRow& entry);
bool same_content(const storage::EntryRow& a, const storage::EntryRow& b);
// The document as it is stored, kept in `key` where it is another text: canonically equal ones are one.
std::string_view document_key_of(std::string_view document, std::string& key);
Digest batch_digest(std::span<const EntryInput> entries);

}  // namespace crmcore::engine
