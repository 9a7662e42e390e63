#include "engine/core/changes.hpp"

#include <string>

#include "base/format.hpp"
#include "base/schema.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

void require_changes_limit(std::int64_t limit) {
  if (limit < 1 || limit > kChangesMax) {
    throw Error(Code::range, fmt::format("a limit of {}; 1 to {} are allowed", limit, kChangesMax), "/limit");
  }
}

storage::JournalStore::Visit append_to(std::vector<Change>& changes) {
  return [&changes](const storage::ChangeRow& row, Instant at, std::string_view actor) {
    changes.push_back({row.seq, at.microseconds, std::string(actor), std::string(change_name(row.kind)),
                       row.customer, std::string(row.body)});
  };
}

}  // namespace

std::vector<Change> changes_after(Session& session, std::int64_t after_seq, std::int64_t limit) {
  require_changes_limit(limit);
  if (after_seq < 0) throw Error(Code::range, "a sequence number is 0 or more", "/after_seq");
  std::vector<Change> changes;
  storage::JournalStore(session.db()).after(after_seq, limit, append_to(changes));
  return changes;
}

std::vector<Change> changes_of(Session& session, CustomerId id, std::int64_t limit) {
  require_changes_limit(limit);
  std::vector<Change> changes;
  storage::JournalStore(session.db()).of_customer(id, limit, append_to(changes));
  return changes;
}

Json change_json(const Change& change) {
  return {{"seq", change.seq},
          {"at_us", change.at_us},
          {"actor", change.actor},
          {"kind", change.kind},
          {"body", parse_json(change.body)}};
}

Json changes_after_json(std::span<const Change> changes, std::int64_t after_seq) {
  Json list = Json::array();
  std::int64_t last = after_seq;
  for (const Change& change : changes) {
    Json told = change_json(change);
    if (change.customer) told["customer_id"] = change.customer.value;
    list.push_back(std::move(told));
    last = change.seq;
  }
  return {{"changes", std::move(list)}, {"last_seq", last}};
}

Json changes_of_json(std::span<const Change> changes) {
  Json list = Json::array();
  for (const Change& change : changes) list.push_back(change_json(change));
  return {{"changes", std::move(list)}};
}

Json change_answer() {
  return schema::object(
      {{"seq", schema::integer()},
       {"at_us", schema::integer()},
       {"actor", schema::text()},
       {"kind", schema::text()},
       {"body", schema::about("what the kind tells", schema::map(schema::reference("json")))}});
}

}  // namespace crmcore::engine
