// The ledger, and what the file tells of its changes.
#include "crmcore/ledger.hpp"

#include <vector>

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"
#include "request.hpp"

using namespace crmcore::c;
using crmcore::CustomerId;
using crmcore::Date;
using crmcore::EntryInput;
using crmcore::EntryKind;
using crmcore::Ledger;
using crmcore::Money;

namespace {

constexpr int64_t kEntriesMax = 1'000'000;

}  // namespace

int32_t crmcore_post(crmcore_conn* conn, const char* source, int64_t source_size, int64_t customer_id,
                     int32_t day, int32_t kind, int64_t amount, const char* document, int64_t document_size,
                     int32_t line, int32_t* was_new, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int32_t& out = required(was_new, "was_new");
    const auto from = text(source, source_size, "source");
    EntryInput entry;
    entry.customer = CustomerId{customer_id};
    entry.date = Date{day};
    entry.kind = static_cast<EntryKind>(kind);
    entry.amount = Money{amount};
    entry.document = text(document, document_size, "document");
    entry.line = line;
    out = Ledger(*use).post({from, {}}, {&entry, 1}).posted == 1;
  });
}

int32_t crmcore_post_columns(crmcore_conn* conn, const char* source, int64_t source_size, const char* batch,
                             int64_t batch_size, int64_t count_of, const int64_t* customer_ids,
                             const int32_t* days, const int32_t* kinds, const int64_t* amounts,
                             const char* const* documents, const int64_t* document_sizes,
                             const int32_t* lines, const int32_t* original_days, int64_t* posted,
                             int64_t* already, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int64_t& posted_out = required(posted, "posted");
    int64_t& already_out = required(already, "already");
    const crmcore::PostOptions options{text(source, source_size, "source"),
                                       optional_text(batch, batch_size, "batch").value_or("")};
    std::vector<EntryInput> entries(count(count_of, kEntriesMax, "count"));
    required_array(customer_ids, entries.size(), "customer_ids");
    required_array(days, entries.size(), "days");
    required_array(amounts, entries.size(), "amounts");
    required_array(documents, entries.size(), "documents");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto document = element(documents, document_sizes, i, "documents");
      if (!document) throw_null("documents");
      EntryInput& entry = entries[i];
      entry.customer = CustomerId{customer_ids[i]};
      entry.date = Date{days[i]};
      entry.kind = kinds ? static_cast<EntryKind>(kinds[i]) : EntryKind::revenue;
      entry.amount = Money{amounts[i]};
      entry.document = *document;
      entry.line = lines ? lines[i] : 1;
      if (original_days && original_days[i] != CRMCORE_NO_DAY) entry.original_date = Date{original_days[i]};
    }
    const crmcore::PostResult result = Ledger(*use).post(options, entries);
    posted_out = result.posted;
    already_out = result.already;
  });
}

int32_t crmcore_months(crmcore_conn* conn, int64_t customer_id, int32_t from_day, int32_t to_day,
                       crmcore_buf** months, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(months, "months");
    Request request;
    request.customer(*use, customer_id).day("from", from_day).day("to", to_day);
    out = request.call(*use, "ledger.months");
  });
}

int32_t crmcore_verify(crmcore_conn* conn, int32_t rebuild, crmcore_buf** findings, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(findings, "findings");
    out = make_buf(Ledger(*use).verify(rebuild != 0));
  });
}

int32_t crmcore_backup(crmcore_conn* conn, const char* path, int64_t path_size, crmcore_buf** findings,
                       crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(findings, "findings");
    out = Request().text("path", text(path, path_size, "path")).call(*use, "database.backup");
  });
}

int32_t crmcore_changes(crmcore_conn* conn, int64_t after_seq, int64_t limit, crmcore_buf** changes,
                        crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(changes, "changes");
    out = Request().integer("after_seq", after_seq).integer("limit", limit).call(*use, "database.changes");
  });
}
