// The public class: each call is guarded and handed to its use case.
#include "crmcore/ledger.hpp"

#include "engine/ledger/import_entries.hpp"
#include "engine/ledger/months.hpp"
#include "engine/ledger/post_columns.hpp"
#include "engine/ledger/post_entries.hpp"

namespace crmcore {

PostResult Ledger::post(const PostOptions& options, std::span<const EntryInput> entries) {
  engine::Session::Call call(session_);
  return engine::post_entries(session_, options, entries);
}

PostResult Ledger::post_columns(const PostOptions& options, std::span<const ImportColumn> columns) {
  engine::Session::Call call(session_);
  return engine::post_columns(session_, options, columns);
}

ImportResult Ledger::import_csv(const ByteSource& source, const EntryImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_entries(session_, engine::outside(session_, source), options);
}

std::vector<MonthTotals> Ledger::months(CustomerId customer, Date from, Date to) {
  engine::Session::Call call(session_);
  return engine::months_of(session_, customer, from, to);
}

}  // namespace crmcore
