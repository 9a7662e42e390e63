// Handover on leave or exit. Who leaves for good loses the customers to whom the policy gives them; who goes
// on leave keeps them, and receivers cover as backups until a date, which ends by itself. Both are planned by
// the same solver, as if the manager were gone, over his customers alone; a preview says what is done, since
// it is made by the same steps and not applied. Handed over a second time, nothing is covered twice
// (tests/engine/assignment_manual_test.cpp).
#include "engine/assignment/handover.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/assignment/apply.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/summary.hpp"
#include "storage/customer_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;

class Handover {
 public:
  Handover(Session& session, const HandoverRequest& request)
      : session_(session),
        request_(request),
        as_of_(request.as_of.value_or(session.today())),
        store_(session.db()),
        manager_(require_manager(session.db(), request.manager, "/manager")) {}

  // Plans for the customers of this manager alone, as if he were gone.
  void plan() {
    auto loaded = load_policy_or_only(session_.db(), request_.policy);
    if (!loaded) throw Error(Code::not_found, "there is no policy to hand over by", "/policy");
    customers_ = store_.customers_of(manager_.id, std::max(as_of_, session_.today()));
    require_not_given_away();
    if (customers_.empty()) {
      run_.loaded = std::move(*loaded);
      run_.as_of = as_of_;
    } else {
      auto facts = load_assignment_facts(session_, *loaded, as_of_, customers_);
      for (auto& facts_of : facts.managers) {
        if (facts_of.id == manager_.id) facts_of.status = ManagerStatus::left;
      }
      run_ = plan_assignment(std::move(*loaded), as_of_, std::move(facts));
    }
    sides_ = store_.sides_of(manager_.id);
    std::erase_if(sides_, [&](const storage::SideRow& row) { return row.to && *row.to <= as_of_; });
    read_key_grades();
  }

  void apply(WriteScope& write) {
    const auto status = request_.to ? ManagerStatus::on_leave : ManagerStatus::left;
    set_manager_status(session_, {manager_.code, status, as_of_, request_.to, request_.reason});
    request_.to ? cover(write) : give_away(write);
    for (const auto& [receiver, count] : receivers()) {
      Json body = {{"manager", code_of(receiver)}, {"from_manager", manager_.code}, {"customers", count}};
      if (request_.to) body["to"] = format_date(*request_.to);
      write.journal().add(kCustomersHandedOver, {}, dump_json(body));
    }
  }

  Json json() {
    Json moves = Json::array();
    Json unassigned = Json::array();
    Json notices = Json::array();
    for (const auto& change : run_.plan.changes) {
      const auto customer = customer_of(change.customer);
      if (!change.to) {
        unassigned.push_back(
            {{"customer", customer.code}, {"name", customer.name}, {"reason", word_of(change.unassigned)}});
        continue;
      }
      moves.push_back({{"customer", customer.code},
                       {"name", customer.name},
                       {"manager", code_of(change.to)},
                       {"manager_name", name_of(change.to)}});
      if (is_key(change.customer)) notices.push_back(notice(customer, change.to));
    }
    Json held = Json::array();
    for (const auto& one : run_.plan.held) {
      const auto customer = customer_of(one.customer);
      held.push_back({{"customer", customer.code}, {"name", customer.name}, {"reason", "locked"}});
    }
    Json team = Json::array();
    for (const auto& row : sides_) {
      const auto customer = customer_of(row.customer);
      team.push_back({{"customer", customer.code},
                      {"name", customer.name},
                      {"role", word_of(static_cast<AssignmentRole>(row.role))}});
    }
    Json received = Json::array();
    for (const auto& [receiver, count] : receivers())
      received.push_back({{"manager", code_of(receiver)}, {"name", name_of(receiver)}, {"customers", count}});
    return {{"manager", manager_.code},
            {"as_of", format_date(as_of_)},
            {"to", request_.to ? Json(format_date(*request_.to)) : Json()},
            {"is_preview", request_.is_preview},
            {"run", id_ ? Json(id_.value) : Json()},
            {"customers", customers_.size()},
            {"moves", std::move(moves)},
            {"unassigned", std::move(unassigned)},
            {"held", std::move(held)},
            {"team", std::move(team)},
            {"receivers", std::move(received)},
            {"notices", std::move(notices)}};
  }

 private:
  // The places that an earlier handover keeps ahead would be missing for this one, of the same customers.
  void require_not_given_away() {
    for (const CustomerId customer : customers_) {
      for (const storage::PrimaryRow& row : store_.ahead(customer)) {
        if (row.origin != storage::Origin::handover || row.from <= as_of_ || row.manager == manager_.id)
          continue;
        throw Error(Code::conflict,
                    fmt::format("run {} hands over customers of {} from {}; withdraw it first "
                                "(assignment.withdraw_run)",
                                row.run.value, manager_.code, format_date(row.from)),
                    "/manager");
      }
    }
  }

  std::string code_of(ManagerId id) const { return run_.facts.code_of(id); }
  std::string name_of(ManagerId id) const { return run_.facts.name_of(id); }

  void read_key_grades() {
    const auto& grades = run_.loaded.policy.grades;
    key_.assign(grades.size(), false);
    if (request_.key_grades.empty()) key_.front() = true;
    for (std::size_t i = 0; i < request_.key_grades.size(); ++i) {
      const auto grade = std::find(grades.begin(), grades.end(), request_.key_grades[i]);
      if (grade == grades.end()) {
        throw Error(Code::invalid,
                    fmt::format("{} is not a grade of the policy", text::quoted(request_.key_grades[i])),
                    fmt::format("/key_grades/{}", i));
      }
      key_[static_cast<std::size_t>(grade - grades.begin())] = true;
    }
  }

  storage::CustomerRow customer_of(CustomerId id) {
    return storage::named(storage::CustomerStore(session_.db()).find(id), id, "customer");
  }

  bool is_key(CustomerId id) const {
    const auto& customers = run_.facts.customers;
    const auto customer = std::partition_point(customers.begin(), customers.end(),
                                               [&](const auto& other) { return other.id < id; });
    return customer->grade >= 0 && key_[static_cast<std::size_t>(customer->grade)];
  }

  std::map<ManagerId, std::int64_t> receivers() const {
    std::map<ManagerId, std::int64_t> counts;
    for (const auto& change : run_.plan.changes) {
      if (change.to) ++counts[change.to];
    }
    return counts;
  }

  Json notice(const storage::CustomerRow& customer, ManagerId receiver) const {
    const auto& rows = run_.facts.manager_rows;
    const auto row = std::partition_point(rows.begin(), rows.end(),
                                          [&](const auto& other) { return other.id < receiver; });
    const std::string from = format_date(as_of_);
    std::string zh = fmt::format("尊敬的{}：自{}起", customer.name, from);
    std::string en = fmt::format("Dear {}, from {}", customer.name, from);
    if (request_.to) {
      zh += fmt::format("至{}", format_date(*request_.to));
      en += fmt::format(" until {}", format_date(*request_.to));
    }
    zh +=
        fmt::format("，您的客户经理为{}，电话{}。", row->name, row->phone.empty() ? "另行通知" : row->phone);
    en += fmt::format(", your account manager is {}, telephone {}.", row->name,
                      row->phone.empty() ? "to be announced" : row->phone);
    return {{"customer", customer.code}, {"manager", row->code}, {"zh", zh}, {"en", en}};
  }

  // True when the receiver is a backup of the customer already at some time of the leave.
  bool is_covered(AssignmentStore& store, const assignment::Change& change) const {
    for (const auto& row : store.sides(change.customer)) {
      const bool is_backup = row.role == AssignmentRole::backup;
      const bool overlaps = row.from < *request_.to && (!row.to || as_of_ < *row.to);
      if (is_backup && row.manager == change.to && overlaps) return true;
    }
    return false;
  }

  void cover(WriteScope& write) {
    AssignmentStore store(write.db());
    for (const auto& change : run_.plan.changes) {
      if (!change.to || is_covered(store, change)) continue;
      const std::string reason = "cover for " + manager_.code;
      store.put(storage::SideRow{change.customer,
                                 AssignmentRole::backup,
                                 change.to,
                                 as_of_,
                                 request_.to,
                                 storage::Origin::handover,
                                 {},
                                 reason});
      const Json body = {{"to", code_of(change.to)},
                         {"role", word_of(AssignmentRole::backup)},
                         {"cause", "handover"},
                         {"reason", reason},
                         {"valid_from", format_date(as_of_)},
                         {"valid_to", format_date(*request_.to)}};
      write.journal().add(kCustomerAssigned, change.customer, dump_json(body));
    }
  }

  void tell_end(WriteScope& write, CustomerId customer, AssignmentRole role) {
    Json body = {{"from", manager_.code},
                 {"reason", "manager left"},
                 {"cause", "handover"},
                 {"valid_from", format_date(as_of_)}};
    if (id_) body["run"] = id_.value;
    if (role != AssignmentRole::primary) body["role"] = word_of(role);
    write.journal().add(kCustomerUnassigned, customer, dump_json(body));
  }

  void give_away(WriteScope& write) {
    if (!customers_.empty())
      id_ = apply_assignment(session_, write, run_, storage::Origin::handover, request_.reason);
    AssignmentStore store(write.db());
    for (auto row : sides_) {
      store.remove(row);
      row.to = as_of_;
      if (row.from < as_of_) store.put(row);
      tell_end(write, row.customer, row.role);
    }
    // Lost customers are planned for nobody, and nobody who left serves them.
    const Date today = session_.today();
    for (const CustomerId id : store.customers_of(manager_.id, std::max(as_of_, today))) {
      const auto row = store.primary_on(id, std::max(as_of_, today));
      if (row->first.is_locked) continue;
      replace_primary(write.db(), {id, {}, as_of_, storage::Origin::handover, id_, "manager left", false},
                      today);
      tell_end(write, id, AssignmentRole::primary);
    }
  }

  Session& session_;
  const HandoverRequest& request_;
  Date as_of_;
  AssignmentStore store_;
  storage::ManagerRow manager_;
  std::vector<CustomerId> customers_;
  std::vector<storage::SideRow> sides_;
  std::vector<bool> key_;
  PlannedRun run_;
  RunId id_;
};

}  // namespace

Json hand_over(Session& session, const HandoverRequest& request) {
  text::require_text(request.reason, kReasonBytesMax, "/reason");
  const Date as_of = request.as_of.value_or(session.today());
  if (request.to && *request.to <= as_of) {
    throw Error(Code::invalid,
                fmt::format("/to {} is not after /as_of {}", format_date(*request.to), format_date(as_of)),
                "/to");
  }
  session.require_begun(as_of, request.is_future || request.is_preview, "/as_of");
  if (request.is_preview) {
    sqlite::ReadTransaction snapshot(session.db());
    Handover handover(session, request);
    handover.plan();
    return handover.json();
  }
  WriteScope write(session);
  Handover handover(session, request);
  handover.plan();
  handover.apply(write);
  Json json = handover.json();
  write.commit();
  return json;
}

Json handover_answer() {
  using schema::integer;
  using schema::list;
  using schema::nullable;
  using schema::object;
  using schema::text;
  return object(
      {{"manager", text()},
       {"as_of", schema::date()},
       {"to", schema::about("null: for good", nullable(schema::date()))},
       {"is_preview", schema::boolean()},
       {"run", schema::about("null: a preview, a leave, or nothing changed", nullable(integer()))},
       {"customers", schema::about("how many the manager serves as primary", integer())},
       {"moves",
        list(
            object({{"customer", text()}, {"name", text()}, {"manager", text()}, {"manager_name", text()}}))},
       {"unassigned", list(object({{"customer", text()},
                                   {"name", text()},
                                   {"reason", schema::word<assignment::UnassignedReason>()}}))},
       {"held", list(object({{"customer", text()}, {"name", text()}, {"reason", text()}}))},
       {"team",
        list(object({{"customer", text()}, {"name", text()}, {"role", schema::word<AssignmentRole>()}}))},
       {"receivers", list(object({{"manager", text()}, {"name", text()}, {"customers", integer()}}))},
       {"notices",
        schema::about(
            "texts to be sent to customers of the key grades",
            list(object({{"customer", text()}, {"manager", text()}, {"zh", text()}, {"en", text()}})))}});
}

}  // namespace crmcore::engine
