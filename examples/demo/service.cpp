// Account managers: who leaves, what each carries, who serves whom and why.
#include <iostream>
#include <map>

#include "crmcore/assignment.hpp"

#include "demo.hpp"
#include "story.hpp"

namespace demo {
namespace {

using terminal::Align;

constexpr const char* kLeaver = "M08";
constexpr const char* kLastDay = "2024-07-01";
constexpr std::size_t kNoticesTold = 2;
constexpr std::int32_t kHeldTold = 10;
constexpr int kOfEachKind = 1;
constexpr std::size_t kLoadBarColumns = 20;

// Customers with grade and region, the best grade first and prospects last.
constexpr std::string_view kCustomers =
    "SELECT c.code, coalesce(nullif(c.short_name, ''), c.name), coalesce(g.grade, '–'), "
    "coalesce(k.node_name, 'unknown') FROM customer c"
    " LEFT JOIN grade_current g ON g.customer_id = c.customer_id AND g.scheme = 'value'"
    " JOIN customer_class k ON k.customer_id = c.customer_id AND k.axis = 'region'"
    " ORDER BY g.grade IS NULL, g.grade, c.code";
constexpr std::string_view kUnknown = "unknown";

struct Manager {
  std::string name;  // "M05 邓晓彤"
  std::string level;
};

std::map<std::string, Manager> managers_of(crmcore::Connection& connection) {
  std::map<std::string, Manager> managers;
  for (const auto& row : rows_of(connection, "SELECT code, name, level FROM manager_current")) {
    managers[row[0]] = {row[0] + " " + row[1], row[2]};
  }
  return managers;
}

// Who may serve, by the stages of policy.json.
std::string stage_words(const Json& decision, const std::string& level, const std::string& region) {
  switch (decision.at("stage").get<int>()) {
    case 1:
      return "won the customer 关系";
    case 2:
      return level + ", serves " + region;
    case 3:
      return "agent for small ones";
    default:
      return region == kUnknown ? level + ", region unknown" : level + ", not of " + region;
  }
}

// Why this one of those who may.
std::string tie_words(const Json& decision) {
  const auto tie = decision.at("tie_break").get<std::string>();
  if (tie == "only_candidate") return "the only one";
  const auto other = decision.at("runner_up").get<std::string>();
  if (tie == "load") {
    return "load " + decision.at("load_before").dump() + ", " + other + " had " +
           decision.at("runner_up_load").dump();
  }
  return "tied with " + other + (tie == "rotation" ? ", waited longer" : ", lower number");
}

// Whom the customer had before, if that one left.
std::string before_words(const Json& decision) {
  if (decision.at("from").is_null()) return "";
  return decision.at("from").get<std::string>() + (decision.at("cause") == "manager_left" ? " left" : "");
}

std::string why(const Json& decision, const std::string& level, const std::string& region) {
  if (decision.contains("unassigned"))
    return "all who fit are " + decision.at("unassigned").get<std::string>();
  return stage_words(decision, level, region) + "; " + tie_words(decision);
}

// What makes two reasons of the same kind.
std::string kind_of(const Json& decision) {
  if (decision.contains("unassigned")) return "unassigned";
  return decision.at("cause").dump() + decision.at("stage").dump() + decision.at("tie_break").dump();
}

}  // namespace

void show_handover(crmcore::Connection& connection) {
  const auto managers = managers_of(connection);
  heading("A manager leaves 交接: " + managers.at(kLeaver).name + " on " + kLastDay);
  const Json told = ask(connection, "assignment.handover",
                        {{"manager", kLeaver},
                         {"as_of", kLastDay},
                         {"reason", "left the company"},
                         {"key_grades", {"A", "B"}}});
  std::string text = told.at("customers").dump() + " customers:";
  for (const Json& receiver : told.at("receivers")) {
    text += " " + receiver.at("customers").dump() + " to " + managers.at(receiver.at("manager")).name + ",";
  }
  say(text + " " + std::to_string(told.at("unassigned").size()) + " left without.");
  say("Notices to key customers 书面通知:");
  std::size_t count = 0;
  for (const Json& notice : told.at("notices")) {
    if (++count <= kNoticesTold) std::cout << "   " << notice.at("zh").get<std::string>() << '\n';
  }
  if (count > kNoticesTold) std::cout << "   and " << count - kNoticesTold << " more\n";
}

void show_loads(crmcore::Connection& connection) {
  heading("Managers' load 客户经理负荷: A weighs 5, B 2, C and prospects 1");
  terminal::Table table({{"manager"},
                         {"level"},
                         {"unit"},
                         {"customers", Align::right},
                         {"load", Align::right},
                         {"span", Align::right},
                         {"", Align::left, true}});
  for (const auto& row :
       rows_of(connection,
               "SELECT l.manager, l.manager_name, l.level, u.name, l.customers, l.load, l.span"
               " FROM manager_load l JOIN unit_current u ON u.code = l.unit ORDER BY l.manager")) {
    const double load = std::stod(row[5]);
    const double span = std::stod(row[6]);
    const char* remark = load > span ? " over span" : row[0] == kLeaver ? "left" : "";
    table.add({row[0] + " " + row[1], row[2], row[3], row[4], row[5], row[6],
               terminal::bar(load, span, kLoadBarColumns) + remark});
  }
  print(table);
  const auto preview =
      crmcore::Assignment(connection)
          .preview({"service", {}, crmcore::parse_date(kLastDay).value(), {}, "", kHeldTold});
  say("Run again, the policy would change " + std::to_string(preview.moved + preview.placed + preview.lost) +
      " customers. In grace 宽限期 after a change of grade:");
  crmcore::Archive archive(connection);
  for (const crmcore::HeldCustomer& held : preview.held) {
    const auto customer = archive.find(held.customer).value();
    std::cout << "   " << customer.code << ' ' << customer.name << " stays with " << held.manager;
    if (held.to) std::cout << " until " << crmcore::format_date(*held.to);
    std::cout << '\n';
  }
}

void show_service(crmcore::Connection& connection) {
  heading("Who serves whom, and why 谁服务谁: some of each kind");
  const auto managers = managers_of(connection);
  terminal::Table table({{""}, {"customer"}, {"before"}, {"manager"}, {"why", terminal::Align::left, true}});
  std::map<std::string, int> told;
  for (const auto& row : rows_of(connection, kCustomers)) {
    const Json explanation = ask(connection, "assignment.explain", {{"customer", row[0]}});
    if (!explanation.contains("decision")) continue;
    const Json& decision = explanation.at("decision");
    if (++told[kind_of(decision)] > kOfEachKind) continue;
    const bool is_served = !explanation.at("manager").is_null();
    const Manager manager = is_served ? managers.at(explanation.at("manager")) : Manager{"nobody", ""};
    table.add({row[2], row[0] + " " + row[1], before_words(decision), manager.name,
               why(decision, manager.level, row[3])});
  }
  print(table);
  say("\"not of\": those who serve the region had no room left.");
}

}  // namespace demo
