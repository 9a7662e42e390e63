// A merge is what a careful clerk would do with the methods that are there, in one transaction: what the
// other one has and this one lacks is put, managers are handed on, and the other one is emptied. Only that
// its entries are this one's, and that its code and id go on naming this one, is the ledger's and the store's
// own. Because all of it is told by changes as they are, verify needs no rule for merges beside who is gone.
// tests/engine/merge_test.cpp.
#include "engine/merging/merge.hpp"

#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customer_edit.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/gone.hpp"
#include "engine/archive/links.hpp"
#include "engine/ledger/move_entries.hpp"
#include "engine/merging/carry.hpp"
#include "engine/merging/telling.hpp"
#include "storage/class_override_store.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/override_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using archive::MergeSide;

constexpr std::size_t kMergeFieldsMax = 1000;
constexpr std::string_view kManagerMember = "manager";

class Merger {
 public:
  Merger(Session& session, WriteScope& write, const MergeRequest& request)
      : session_(session), write_(write), request_(request), store_(write.db()) {}

  Json run() {
    find_both();
    require_settled();
    CustomerEditor editor(session_, write_);
    Json into = editor.contents(into_);
    Json from = editor.contents(from_);
    if (std::string manager = manager_of(write_.db(), into_); !manager.empty())
      into[kManagerMember] = manager;
    if (std::string manager = manager_of(write_.db(), from_); !manager.empty())
      from[kManagerMember] = manager;
    archive::MergedContents merged = archive::merge_contents(
        into, from, request_.choices, {into_, from_, last_contact_no(into), session_.today()});
    require_choices(merged);
    leave_ended(merged);
    require_room(into, merged);
    const bool takes_manager = merged.changes.erase(kManagerMember);

    Json body{{"into", store_.find(into_)->code}, {"into_id", into_.value}, {"reason", request_.reason}};
    Json carried =
        carry_over(session_, from_, into_, takes_manager, into.contains(kManagerMember), request_.reason);
    if (const std::int64_t seq = editor.set(into_, merged.changes)) body["taken_by"] = seq;
    if (const std::int64_t seq = editor.clear(from_)) body["cleared_by"] = seq;
    editor.finish();
    const Json carried_taken = list_out_of(carried, "taken");
    Json missing = list_out_of(carried, "missing");
    const auto entries = settle(std::move(body), carried);

    Json answer{{"into", told_customer_json(store_, into_)}, {"from", told_customer_json(store_, from_)}};
    Json conflicts = Json::array();
    for (const auto& one : merged.conflicts) {
      conflicts.push_back(
          {{"field", one.field}, {"into", one.into}, {"from", one.from}, {"kept", word_of(*one.kept)}});
    }
    answer["conflicts"] = std::move(conflicts);
    Json taken = Json::array();
    for (const auto& [member, value] : merged.changes.items()) taken.push_back(member);
    if (carried.contains("takes_manager")) taken.push_back(kManagerMember);
    for (const Json& one : carried_taken) taken.push_back(one);
    answer["taken"] = std::move(taken);
    answer["missing"] = std::move(missing);
    answer["entries"] = entries;
    answer["is_dry_run"] = request_.is_dry_run;
    return answer;
  }

 private:
  void find_both() {
    from_ = require_customer(session_, request_.from, "/from");
    into_ = require_customer(session_, request_.into, "/into");
    if (from_ == into_)
      throw Error(Code::invalid, fmt::format("{} and {} name one customer", request_.from, request_.into),
                  "/from");
  }

  // What holds for a person's decision about one customer is not moved to another one unasked.
  void require_settled() {
    sqlite::Connection& db = write_.db();
    std::vector<Diagnostic> found;
    storage::OverrideStore overrides(db);
    if (overrides.open_blacklisting(from_)) {
      found.push_back(
          {Code::conflict, "/from",
           "the customer is on the blacklist; take it off, and put the other one on where that is meant"});
    }
    if (const auto decided = storage::ClassOverrideStore(db).standing(from_); !decided.empty()) {
      found.push_back(
          {Code::conflict, "/from",
           fmt::format(
               "the class of the customer on axis '{}' was decided by hand; lift it, and decide it for "
               "the other one where that is meant",
               session_.catalog().axis(decided.front().axis)->row.code)});
    }
    for (const storage::SchemeRow& scheme : storage::SchemeStore(db).all()) {
      if (scheme.subject != "customer") continue;
      for (const auto& row : overrides.of_subject(scheme.id, subject_of(from_))) {
        const bool is_open = !row.lifted && row.status != OverrideStatus::declined &&
                             (!row.until || session_.today() < *row.until);
        if (!is_open) continue;
        found.push_back(
            {Code::conflict, "/from",
             fmt::format("the customer has override {} under scheme {}; lift it, and put it for the other "
                         "one where that is meant",
                         row.override_no.value, scheme.code)});
      }
    }
    for (const std::string_view use : words_of(archive::TreeLink{})) {
      if (!is_above(db, into_, from_, use) && !is_above(db, from_, into_, use)) continue;
      found.push_back(
          {Code::conflict, "/from",
           fmt::format("one of the two stands above the other ({}); take the link away first", use)});
    }
    throw_if_any(std::move(found));
  }

  bool is_field(std::string_view field) const {
    const Catalog& catalog = session_.catalog();
    if (field.starts_with("attribute:")) return catalog.attribute(field.substr(10)) != nullptr;
    if (field.starts_with("identifier:")) return enum_of<IdentifierKind>(field.substr(11)).has_value();
    if (archive::detail_kind_of(field)) return true;
    if (field.starts_with("class:")) {
      const CatalogAxis* axis = catalog.axis(field.substr(6));
      return axis != nullptr && !axis->is_derived();
    }
    return field == "name" || field == "kind" || field == "short_name" || field == kManagerMember;
  }

  static Json list_out_of(Json& carried, std::string_view member) {
    Json list = carried.contains(member) ? std::move(carried[member]) : Json::array();
    carried.erase(member);
    return list;
  }

  std::int64_t last_contact_no(const Json& into) {
    std::int64_t last = store_.contact_gone(into_);
    for (const auto& [member, value] : into.items()) {
      if (member.starts_with("contact:")) last = std::max(last, value["contact_no"].get<std::int64_t>());
    }
    return last;
  }

  // A class whose node has ended is nobody's from now on.
  void leave_ended(archive::MergedContents& merged) const {
    std::vector<std::string> ended;
    for (const auto& [member, value] : merged.changes.items()) {
      if (!member.starts_with("class:")) continue;
      const CatalogAxis* axis = session_.catalog().axis(std::string_view(member).substr(6));
      if (axis == nullptr || !is_node_now(*axis, value.text(), session_.today())) ended.push_back(member);
    }
    for (const std::string& member : ended) merged.changes.erase(member);
  }

  void require_choices(const archive::MergedContents& merged) const {
    std::vector<Diagnostic> found;
    for (const auto& one : merged.conflicts) {
      if (one.kept) continue;
      found.push_back(
          {Code::conflict, join_path("/keep", one.field),
           fmt::format("the customers differ: into has {}, from has {}; say which is kept, here or by "
                       "/otherwise",
                       dump_json(one.into), dump_json(one.from))});
    }
    for (const auto& [field, side] : request_.choices.fields) {
      if (is_field(field)) continue;
      found.push_back({Code::invalid, join_path("/keep", field),
                       "no such field; name, kind, short_name, manager, class:<axis>, attribute:<code>, "
                       "identifier:<kind> and <kind of detail>:<key> are allowed"});
    }
    throw_if_any(std::move(found));
  }

  static void require_room(const Json& into, const archive::MergedContents& merged) {
    const auto require = [&](std::string_view prefix, std::string_view plural, std::size_t count_max) {
      std::size_t count = 0;
      for (const auto& [member, value] : into.items()) count += member.starts_with(prefix) ? 1U : 0U;
      for (const auto& [member, value] : merged.changes.items())
        count += member.starts_with(prefix) && !into.contains(member) ? 1U : 0U;
      if (count <= count_max) return;
      throw Error(Code::limit, fmt::format("{} {} together; {} are allowed", count, plural, count_max),
                  "/from");
    };
    require("contact:", "contacts", archive::kContactsMax);
    for (const std::string_view kind : words_of(DetailKind{})) {
      const std::string_view plural = archive::form_of(*enum_of<DetailKind>(kind)).plural;
      require(std::string(kind) + ":", plural, archive::kDetailsMax);
    }
  }

  // Hands entries and codes over, and tells it. Returns how many entries there were.
  std::int64_t settle(Json body, Json& carried) {
    EntryMove move(session_, write_, {from_, into_});
    const std::int64_t entries = move.entries_of(from_);
    body["code"] = store_.find(from_)->code;
    body["codes"] = store_.past_codes(from_);
    storage::GoneStore(write_.db()).remove(from_, into_, write_.journal().next_seq());
    move.settle("/from");
    for (auto& [member, value] : carried.items()) body[member] = std::move(value);
    add_standing_change(body, move.standing(from_));
    write_.journal().add(kCustomerMerged, from_, dump_json(body));
    Json absorbed{{"from", store_.find(from_)->code}, {"reason", request_.reason}};
    add_standing_change(absorbed, move.standing(into_));
    write_.journal().add(kCustomerAbsorbed, into_, dump_json(absorbed));
    return entries;
  }

  Session& session_;
  WriteScope& write_;
  const MergeRequest& request_;
  storage::CustomerStore store_;
  CustomerId from_;
  CustomerId into_;
};

}  // namespace

MergeRequest read_merge(ObjectReader& in) {
  MergeRequest request;
  request.from = in.about("who is there no more afterwards").require_text("from", kCodeBytesMax);
  request.into = in.about("who stays").require_text("into", kCodeBytesMax);
  request.reason = in.require_text("reason", kReasonBytesMax);
  in.about(
        "by field, whose value is kept where both have one: \"name\", \"class:region\", "
        "\"attribute:assets\", "
        "\"manager\"")
      .each_member("keep", kMergeFieldsMax, schema::word<MergeSide>(),
                   [&](const std::string& field, const Json& given, const std::string& path) {
                     const auto side = given.is_string() ? enum_of<MergeSide>(given.text()) : std::nullopt;
                     if (side) {
                       request.choices.fields.emplace(field, *side);
                     } else {
                       in.found().push_back({Code::invalid, path, "into or from is allowed"});
                     }
                   });
  request.choices.otherwise =
      in.about("for fields that keep does not name; absent: these are refused").word<MergeSide>("otherwise");
  request.is_dry_run = in.about("tell what would be done, and do nothing").boolean_or("is_dry_run", false);
  return request;
}

Json merge_customers(Session& session, const MergeRequest& request) {
  text::require_reason(request.reason);
  WriteScope write(session);
  Json answer = Merger(session, write, request).run();
  if (!request.is_dry_run) write.commit();
  return answer;
}

Json merge_answer() {
  const Json value = schema::any_of({schema::text(), schema::integer(), schema::reference("json")});
  return schema::object(
      {{"into", told_customer_answer()},
       {"from", told_customer_answer()},
       {"conflicts", schema::about("fields in which they differed",
                                   schema::list(schema::object({{"field", schema::text()},
                                                                {"into", value},
                                                                {"from", value},
                                                                {"kept", schema::word<MergeSide>()}})))},
       {"taken",
        schema::about("what the one who stays has now from the other", schema::list(schema::text()))},
       {"missing",
        schema::about("managers and parts that it cannot have, and why", schema::list(schema::text()))},
       {"entries", schema::about("that are now those of the one who stays", schema::integer())},
       {"is_dry_run", schema::boolean()}});
}

}  // namespace crmcore::engine
