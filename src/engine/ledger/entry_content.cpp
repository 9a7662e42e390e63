#include "engine/ledger/entry_content.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/text.hpp"
#include "engine/core/naming.hpp"

namespace crmcore::engine {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string describe(sqlite::Connection& db, const ArchiveFacts& facts, const storage::EntryRow& entry) {
  return fmt::format("customer {}, {}, {}, {}{}", told_customer(db, entry.customer), format_date(entry.day),
                     word_of(entry.kind), told_amount(facts, entry.amount.minor),
                     entry.original_day ? ", reverses " + format_date(*entry.original_day) : "");
}

bool same_content(const storage::EntryRow& a, const storage::EntryRow& b) {
  return a.customer == b.customer && a.day == b.day && a.kind == b.kind && a.amount == b.amount &&
         a.original_day == b.original_day;
}

std::string_view document_key_of(std::string_view document, std::string& key) {
  if (is_ascii(document)) return document;
  key = text::key_form(document);
  return key;
}

Digest batch_digest(std::span<const EntryInput> entries) {
  Digester digester;
  for (const EntryInput& entry : entries) {
    digester.integer(entry.customer.value);
    digester.integer(entry.date.days);
    digester.integer(static_cast<std::int64_t>(entry.kind));
    digester.integer(entry.amount.minor);
    digester.text(entry.document);
    digester.integer(entry.line);
    digester.integer(entry.original_date ? entry.original_date->days : INT64_MIN);
    digester.text(entry.currency);
    digester.text(entry.rate);
  }
  return digester.finish();
}

}  // namespace crmcore::engine
