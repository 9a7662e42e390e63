// A customer on one card: what the methods of several rooms answer, put together as of one moment, and what
// somebody who opens the card should be warned of. tests/engine/card_test.cpp.
#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/core/language.hpp"
#include "engine/core/naming.hpp"
#include "engine/core/room.hpp"
#include "engine/database/gateway.hpp"
#include "engine/grading/schemes.hpp"
#include "engine/ledger/months.hpp"
#include "grading/movement.hpp"
#include "storage/ledger_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/override_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int32_t kCardMonths = 12;

// What is told beside the card. Words are told, numbers are not.
enum class CardWarning : std::int32_t {
  lost,
  blacklisted,
  demotion_due,    // a review has warned that the grade falls
  override_waits,  // a proposal that nobody has decided
  without_manager,
  manager_away,   // on leave, or has left
  class_missing,  // on an axis that requires one
  class_retired,  // the node is no longer valid
};
constexpr std::array<std::string_view, 8> words_of(CardWarning) noexcept {
  return {"lost",         "blacklisted",   "demotion_due", "override_waits", "without_manager",
          "manager_away", "class_missing", "class_retired"};
}

class Card {
 public:
  Card(Session& session, std::string_view code, std::optional<Date> as_of, Language language)
      : session_(session),
        code_(code),
        language_(language),
        as_of_(as_of && *as_of < session.today() ? as_of : std::nullopt),
        today_(as_of_.value_or(session.today())),
        id_(require_customer(session, code, "/customer")) {}

  Json json() {
    Json card = answer_of(session_, "archive.get", request());
    if (card["status"] == word_of(CustomerStatus::lost))
      warn(CardWarning::lost, in_language({"marked as lost", "已标记为流失"}, language_));
    warn_of_classes();
    if (as_of_) {
      add_past_grades(card);
    } else {
      add_grades(card);
    }
    add_managers(card);
    add_ledger(card);
    card["warnings"] = std::move(warnings_);
    return card;
  }

 private:
  Json request() const {
    Json json = {{"customer", code_}};
    if (as_of_) json["as_of"] = format_date(*as_of_);
    return json;
  }

  void warn(CardWarning warning, std::string_view about) {
    warnings_.push_back({{"warning", word_of(warning)}, {"about", about}});
  }

  void warn_of_classes() {
    const auto classes = classes_of(session_, id_, as_of_);
    for (const ClassOf& of : classes) {
      const CatalogAxis& axis = require_axis(session_.catalog(), of.axis, "/axis");
      if (of.node.empty()) {
        if (axis.row.is_required) warn(CardWarning::class_missing, axis.row.name);
        continue;
      }
      const auto& node = axis.axis.tree.node(axis.axis.tree.find(of.node));
      if (!node.is_valid_at(today_))
        warn(CardWarning::class_retired, fmt::format("{} {} ({})", axis.row.name, node.name, node.code));
    }
  }

  void add_grades(Json& card) {
    sqlite::Connection& db = session_.db();
    const SubjectId subject{id_.value};
    Json grades = Json::array();
    for (const storage::SchemeRow& scheme : storage::SchemeStore(db).all()) {
      warn_of_overrides(scheme, subject);
      const auto state = storage::ReviewStore(db).state(scheme.id, subject);
      if (!state) continue;
      const auto name = [&, names = storage::SchemeStore(db).grades(scheme.id)](std::int32_t grade) -> Json {
        for (const auto& row : names) {
          if (row.grade == grade) return row.name;
        }
        return nullptr;
      };
      grades.push_back({{"scheme", scheme.code},
                        {"grade", name(state->grade)},
                        {"computed", name(state->computed)},
                        {"since", format_date(state->since)},
                        {"warned", state->warned ? Json(format_date(*state->warned)) : Json()}});
      if (state->warned) warn(CardWarning::demotion_due, scheme.code + " " + format_date(*state->warned));
    }
    card["grades"] = std::move(grades);
    if (const auto row = storage::OverrideStore(db).open_blacklisting(id_))
      warn(CardWarning::blacklisted, row->reason);
  }

  // What reviews and people had made of it by then; of warnings and proposals of that time nothing is told.
  void add_past_grades(Json& card) {
    Json grades = Json::array();
    const auto rows = storage::ReviewStore(session_.db()).grades_until(id_, today_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool is_last = i + 1 == rows.size() || rows[i + 1].scheme != rows[i].scheme;
      if (!is_last || !rows[i].grade) continue;
      grades.push_back({{"scheme", rows[i].scheme},
                        {"grade", *rows[i].grade},
                        {"computed", rows[i].target ? Json(*rows[i].target) : Json()},
                        {"since", rows[i].date},
                        {"warned", nullptr}});
    }
    card["grades"] = std::move(grades);
    const auto barred = storage::OverrideStore(session_.db()).blacklisted(today_);
    if (std::binary_search(barred.begin(), barred.end(), id_)) warn(CardWarning::blacklisted, "");
  }

  void warn_of_overrides(const storage::SchemeRow& scheme, SubjectId subject) {
    for (const auto& row : storage::OverrideStore(session_.db()).of_subject(scheme.id, subject)) {
      if (row.status == OverrideStatus::proposed && !row.lifted)
        warn(CardWarning::override_waits, scheme.code + " " + row.actor);
    }
  }

  void add_managers(Json& card) {
    Json managers = answer_of(session_, "assignment.serving", request())["managers"];
    card["manager"] = nullptr;
    storage::ManagerStore store(session_.db());
    for (const Json& one : managers) {
      if (one["role"] != word_of(AssignmentRole::primary)) continue;
      card["manager"] = one["manager"];
      const std::string code = one["manager"].text();
      const auto row = require_manager(session_.db(), code, "/manager");
      if (status_at(store.absences(row.id), today_) != ManagerStatus::present)
        warn(CardWarning::manager_away, fmt::format("{} ({})", row.name, code));
    }
    if (card["manager"].is_null())
      warn(CardWarning::without_manager,
           in_language({"nobody is the primary", "没有主责客户经理"}, language_));
    card["managers"] = std::move(managers);
  }

  void add_ledger(Json& card) {
    const Date to = add_days(today_, 1);
    card["last_entry"] = last_entry(to);
    const Date from = add_months(to, -kCardMonths);
    MonthTotals sum;
    for (const MonthTotals& month : months_of(session_, id_, from, to)) {
      sum.revenue += month.revenue;
      sum.cost += month.cost;
      sum.reversal_own += month.reversal_own;
      sum.reversal_original += month.reversal_original;
      sum.activity_cost += month.activity_cost;
      sum.orders += month.orders;
      sum.entries += month.entries;
    }
    card["last_12_months"] = {{"from", format_date(from)}, {"to", format_date(to)},
                              {"revenue", sum.revenue},    {"reversals", sum.reversal_own},
                              {"cost", sum.cost},          {"activity_cost", sum.activity_cost},
                              {"orders", sum.orders}};
    for (const char* amount : {"revenue", "reversals", "cost", "activity_cost"})
      add_amount_beside(card["last_12_months"], amount, session_.file().facts());
    card["last_12_months"]["currency"] = session_.file().facts().base_currency;
  }

  Json last_entry(Date to) {
    storage::LedgerStore ledger(session_.db());
    if (!as_of_) {
      const auto last = ledger.last_day(id_);
      return last ? Json(format_date(*last)) : Json();
    }
    const auto days = ledger.of_customer(id_, kDateMin, to);
    return days.empty() ? Json() : Json(format_date(days.back().day));
  }

  Session& session_;
  std::string code_;
  Language language_;
  std::optional<Date> as_of_;  // before today
  Date today_;                 // of the card
  CustomerId id_;
  Json warnings_ = Json::array();
};

struct CardRequest {
  std::string customer;
  std::optional<Date> as_of;
  Language language;
};

CardRequest read_card(ObjectReader& in) {
  return {read_customer_code(in), in.about("the card of that day; absent: today").date("as_of"),
          in.about("of what warnings are about").word_or("language", Language::en)};
}

Json card_method(Session& session, const CardRequest& request) {
  const sqlite::ReadTransaction snapshot(session.db());
  return Card(session, request.customer, request.as_of, request.language).json();
}

Json card_answer() {
  using schema::integer;
  using schema::nullable;
  const Json grade = schema::object(
      {{"scheme", schema::text()},
       {"grade", nullable(schema::text())},
       {"computed", nullable(schema::text())},
       {"since", schema::date()},
       {"warned", schema::about("when a review warned that it falls", nullable(schema::date()))}});
  const Json totals = schema::object({{"from", schema::date()},
                                      {"to", schema::about("exclusive: tomorrow", schema::date())},
                                      {"revenue", integer()},
                                      {"reversals", integer()},
                                      {"cost", integer()},
                                      {"activity_cost", integer()},
                                      {"orders", integer()},
                                      {"revenue_amount", told_amount_answer()},
                                      {"reversals_amount", told_amount_answer()},
                                      {"cost_amount", told_amount_answer()},
                                      {"activity_cost_amount", told_amount_answer()},
                                      {"currency", schema::text()}});
  const Json warning = schema::object({{"warning", schema::word<CardWarning>()},
                                       {"about", schema::about("of what or whom", schema::text())}});
  return schema::extended(
      schema_of_answer("archive.get"),
      {{"grades", schema::about("under every scheme that graded the customer", schema::list(grade))},
       {"manager", schema::about("the primary", nullable(schema::text()))},
       {"managers", schema_of_answer("assignment.serving")["properties"]["managers"]},
       {"last_entry", nullable(schema::date())},
       {"last_12_months", schema::about("in minor units", totals)},
       {"warnings", schema::list(warning)}});
}

constexpr Method kCardMethods[] = {
    method<read_card, card_method>("archive.card", 1,
                                   "Tells all of a customer at once, today or as of a day: fields, classes, "
                                   "contacts, grades, managers, the "
                                   "year before, warnings.",
                                   card_answer),
};

}  // namespace

Room card_room() noexcept {
  return {kCardMethods, {}};
}

}  // namespace crmcore::engine
