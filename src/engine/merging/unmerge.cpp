// Everything that a merge did is told by its change and by the updates that it names, so that there is
// nothing kept to take it back. Who comes back is what it was; from the other one is taken what it got and
// still has as it got it: what people changed since stays, and is told. tests/engine/merge_test.cpp.
#include "engine/merging/unmerge.hpp"

#include <optional>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customer_edit.hpp"
#include "engine/archive/gone.hpp"
#include "engine/ledger/move_entries.hpp"
#include "engine/merging/carry.hpp"
#include "engine/merging/telling.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

class Unmerger {
 public:
  Unmerger(Session& session, WriteScope& write, const UnmergeRequest& request)
      : session_(session), write_(write), request_(request), store_(write.db()) {}

  Json run() {
    find();
    const Json merged = body_of(gone_.change_seq, kCustomerMerged);
    std::vector<std::string> kept;
    std::vector<std::string> missing;
    EntryMove move(session_, write_, {gone_.customer, gone_.into});
    const std::vector<std::string> codes = codes_given_back(merged["codes"], kept);
    storage::GoneStore(write_.db()).restore(gone_.customer, codes);
    move.settle("/customer");
    tell(move, merged["code"].text(), codes);

    CustomerEditor editor(session_, write_);
    // First the one who stayed, so that what only one may have is free again.
    if (const Json* seq = merged.find("taken_by"))
      editor.take_back(gone_.into, body_of(seq->get<std::int64_t>(), kCustomerUpdated), kept);
    if (const Json* seq = merged.find("cleared_by"))
      editor.take_back(gone_.customer, body_of(seq->get<std::int64_t>(), kCustomerUpdated), kept);
    editor.finish();
    carry_back(session_, gone_.customer, gone_.into, merged, request_.reason, {kept, missing});
    return {{"customer", told_customer_json(store_, gone_.customer)},
            {"from", told_customer_json(store_, gone_.into)},
            {"kept", kept},
            {"missing", missing},
            {"is_dry_run", request_.is_dry_run}};
  }

 private:
  void find() {
    storage::GoneStore gone(write_.db());
    const auto row = gone.find_merged(text::key_form(request_.customer));
    if (!row) {
      throw Error(Code::not_found,
                  fmt::format("no customer with the code '{}' was merged", request_.customer), "/customer");
    }
    gone_ = *row;
    if (const auto next = gone.find(gone_.into)) {
      throw Error(Code::conflict,
                  fmt::format("{} was merged into {} since; take that back first",
                              store_.find(gone_.into)->code, store_.find(next->into)->code),
                  "/customer");
    }
  }

  Json body_of(std::int64_t seq, const ChangeKind& kind) {
    std::optional<Json> body;
    storage::JournalStore(write_.db()).range(seq, seq, [&](const storage::ChangeRow& change) {
      if (change.kind == kind.number)
        storage::read_stored("a change", [&] { body = parse_json(change.body); });
    });
    if (!body) throw Error(Code::corrupt, fmt::format("change {} is none of {}", seq, kind.name));
    return std::move(*body);
  }

  // Codes of before that name the one who stayed still; one that it took for its own stays with it.
  std::vector<std::string> codes_given_back(const Json& codes, std::vector<std::string>& kept) {
    std::vector<std::string> back;
    for (const Json& code : codes) {
      if (store_.id_of_past(code.text()) == gone_.into) {
        back.push_back(code.text());
      } else {
        kept.push_back(fmt::format("code:{}", code.text()));
      }
    }
    return back;
  }

  void tell(const EntryMove& move, const std::string& code, const std::vector<std::string>& codes) {
    Json body{{"from", store_.find(gone_.into)->code},
              {"reason", request_.reason},
              {"code", code},
              {"codes", codes}};
    add_standing_change(body, move.standing(gone_.customer));
    write_.journal().add(kCustomerUnmerged, gone_.customer, dump_json(body));
    Json released{{"customer", store_.find(gone_.customer)->code}, {"reason", request_.reason}};
    add_standing_change(released, move.standing(gone_.into));
    write_.journal().add(kCustomerReleased, gone_.into, dump_json(released));
  }

  Session& session_;
  WriteScope& write_;
  const UnmergeRequest& request_;
  storage::CustomerStore store_;
  storage::GoneRow gone_;
};

}  // namespace

UnmergeRequest read_unmerge(ObjectReader& in) {
  UnmergeRequest request;
  request.customer = in.about("the code that it had").require_text("customer", kCodeBytesMax);
  request.reason = in.require_text("reason", kReasonBytesMax);
  request.is_dry_run = in.about("tell what would be done, and do nothing").boolean_or("is_dry_run", false);
  return request;
}

Json unmerge_customer(Session& session, const UnmergeRequest& request) {
  text::require_reason(request.reason);
  WriteScope write(session);
  Json answer = Unmerger(session, write, request).run();
  if (!request.is_dry_run) write.commit();
  return answer;
}

Json unmerge_answer() {
  return schema::object(
      {{"customer", told_customer_answer()},
       {"from", told_customer_answer()},
       {"kept", schema::about("fields that were changed since and stay", schema::list(schema::text()))},
       {"missing",
        schema::about("managers who could not be given back, and why", schema::list(schema::text()))},
       {"is_dry_run", schema::boolean()}});
}

}  // namespace crmcore::engine
