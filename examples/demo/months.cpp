// Step 3: eighteen months. Each is one transaction: what billing delivered, a review, an assignment run.
#include <algorithm>

#include "crmcore/assignment.hpp"
#include "crmcore/grading.hpp"
#include "crmcore/ledger.hpp"

#include "demo.hpp"
#include "story.hpp"

namespace demo {
namespace {

constexpr int kMonths = 18;
constexpr int kMonthsBeforeReviews = 6;

// What happens beside the routine, on the morning of a day, before its review.
struct Incident {
  const char* date;
  const char* method;
  const char* request;
  const char* told;
};
constexpr Incident kIncidents[] = {
    {"2024-05-01", "grading.put_override",
     R"({"scheme":"value","customer":"K1084","kind":"floor","grade":"B","reason":"strategic partner"})",
     "K1084 gets a floor: not below B (人工定级) as a strategic partner"},
    {"2024-04-01", "grading.blacklist", R"({"customer":"K1097","reason":"unpaid invoices"})",
     "K1097 is blacklisted (黑名单) for unpaid invoices"},
};

std::string first_of_month(int month) {
  const std::string number = std::to_string(month % 12 + 1);
  return std::to_string(2023 + month / 12) + (number.size() < 2 ? "-0" : "-") + number + "-01";
}

crmcore::ImportResult post(crmcore::Connection& connection, const std::string& month) {
  crmcore::EntryImportOptions options;
  options.source = "billing";
  return crmcore::Ledger(connection).import_csv(data_source("entries/" + month + ".csv"), options);
}

// Where the customer stood in the order of revenue, against the line that it crossed.
std::string reason_of(const Json& explanation, const Json& mover, const Json& cut, bool is_up) {
  const auto rule = mover.at("rule").get<std::string>();
  if (rule == "floor") return "an override keeps it there";
  const Json& position = explanation.at("position");
  if (position.is_null()) return rule;
  const Json& grades = cut.at("grades");
  const auto at = static_cast<std::size_t>(
      std::find(grades.begin(), grades.end(), mover.at(is_up ? "to" : "from")) - grades.begin());
  const double band = cut.at("band");
  const std::string stands = per_cent(position.at("before_per_cent").get<double>());
  const double line = cut.at("cuts").at(at).get<double>();
  const auto grade = grades.at(at).get<std::string>();
  if (is_up) return stands + "; " + grade + " opens at " + per_cent(line - band);
  return stands + " again; " + grade + " ends at " + per_cent(line + band) +
         (rule == "steps" ? "; 1 step" : "");
}

void tell_moves(crmcore::Connection& connection, const std::string& date, const Json& cut,
                std::vector<Move>& moves) {
  const Json movers = ask(connection, "grading.movers", {{"scheme", "value"}, {"limit", 1000}});
  for (const bool is_up : {true, false}) {
    for (const Json& mover : movers.at(is_up ? "risers" : "fallers").at("customers")) {
      const Json why =
          ask(connection, "grading.explain", {{"scheme", "value"}, {"customer", mover.at("customer")}});
      moves.push_back({date, mover.at("customer"), mover.at("name"), mover.at("from"), mover.at("to"),
                       reason_of(why, mover, cut, is_up), mover.at("value"), is_up});
    }
  }
}

std::string count_of(const crmcore::ReviewSummary& review, std::string_view grade) {
  for (const crmcore::GradeCount& one : review.grades) {
    if (one.grade == grade) return std::to_string(one.count);
  }
  return "";
}

// Reviews both schemes where they are due and gives customers to managers. Returns cells of the table.
std::vector<std::string> review_and_assign(crmcore::Connection& connection, const std::string& today) {
  const crmcore::Date as_of = crmcore::parse_date(today).value();
  crmcore::Grading grading(connection);
  crmcore::ReviewSummary review;
  for (const char* scheme : {"health", "value"}) {
    for (const crmcore::Date due : grading.list_due_reviews(scheme, as_of)) {
      review = grading.commit({scheme, {}, due, crmcore::ReviewKind::scheduled, ""});
    }
  }
  const auto run = crmcore::Assignment(connection).commit({"service", {}, as_of, {}, "", 0});
  return {today.substr(5),
          count_of(review, "A"),
          count_of(review, "B"),
          count_of(review, "C"),
          count_of(review, "X"),
          std::to_string(review.promoted),
          std::to_string(review.demoted),
          std::to_string(review.warned),
          std::to_string(run.placed),
          std::to_string(run.moved),
          std::to_string(run.unassigned)};
}

std::int64_t revenue_of(crmcore::Connection& connection, const std::string& month) {
  const std::string number = month.substr(0, 4) + month.substr(5);
  const auto rows =
      rows_of(connection, "SELECT sum(revenue - reversal_own) FROM ledger_month WHERE month = " + number);
  return std::stoll(rows.front().front());
}

terminal::Table month_table() {
  std::vector<terminal::Column> columns{{"month"}};
  for (const char* title : {"lines", "revenue", "review", "A", "B", "C", "X", "up", "down", "warned",
                            "placed", "moved", "waiting"}) {
    columns.push_back({title, terminal::Align::right});
  }
  return terminal::Table(columns);
}

}  // namespace

std::vector<Move> live_through(crmcore::Connection& connection) {
  const Json scheme = Json::parse(data_file("scheme_value.json"));
  Json cut = scheme.at("cut");
  cut["grades"] = scheme.at("grades").at("order");
  heading("Eighteen months 十八个月: ledger 往来, reviews 评级, assignment 客户分配");
  terminal::Table table = month_table();
  std::vector<Move> moves;
  std::vector<std::string> told;
  for (int m = 0; m < kMonths; ++m) {
    const std::string month = first_of_month(m).substr(0, 7);
    const std::string today = first_of_month(m + 1);
    set_today(connection, today);
    connection.begin();
    for (const Incident& incident : kIncidents) {
      if (today != incident.date) continue;
      connection.call(incident.method, incident.request);
      told.push_back(today + ": " + incident.told);
    }
    const crmcore::ImportResult delivery = post(connection, month);
    std::vector<std::string> cells{month, grouped(delivery.created),
                                   whole_yuan(revenue_of(connection, month))};
    if (m + 1 >= kMonthsBeforeReviews) {
      const auto more = review_and_assign(connection, today);
      cells.insert(cells.end(), more.begin(), more.end());
      tell_moves(connection, today, cut, moves);
    }
    connection.commit();
    table.add(std::move(cells));
  }
  print(table);
  for (const std::string& line : told) say(line);
  const crmcore::ImportResult again = post(connection, "2024-06");
  say("Billing delivers 2024-06 a second time: " + grouped(again.rows) + " lines, " + grouped(again.created) +
      " counted, " + grouped(again.unchanged) + " known already.");
  return moves;
}

}  // namespace demo
