// Random sequences of what can be done to assignments leave one primary at every instant, no manager over
// span, and a chain that verifies.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "assignment/intervals.hpp"
#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

template <class T>
T pick(T from, T to) {
  return *rc::gen::inRange<T>(from, to);
}

Date date_of(const Json& json) {
  return day(json.get<std::string>());
}

std::vector<assignment::Interval> intervals_of(Office& office) {
  std::vector<assignment::Interval> intervals;
  for (const Json& row :
       office.query("SELECT customer_id, manager, role, valid_from, valid_to FROM assignment_history")) {
    assignment::Interval interval;
    interval.customer = CustomerId{row["customer_id"].get<std::int64_t>()};
    if (!row["manager"].is_null()) interval.manager = ManagerId{row["manager"].get<std::string>()[1] - '0'};
    interval.role = *enum_of<AssignmentRole>(row["role"].get<std::string>());
    interval.from = date_of(row["valid_from"]);
    if (!row["valid_to"].is_null()) interval.to = date_of(row["valid_to"]);
    intervals.push_back(interval);
  }
  return intervals;
}

// One of what lies ahead, or a handover of it; whether there was any.
bool withdraw_some(Office& office, Date today) {
  const Json rows =
      office.query("SELECT customer_id, manager, role, valid_from, run FROM assignment_ahead_log");
  if (rows.empty()) return false;
  const Json& row = rows[pick<std::size_t>(0, rows.size())];
  RC_ASSERT(today < date_of(row["valid_from"]));
  if (!row["run"].is_null() && pick(0, 2) == 0) {
    office.assignment.withdraw_run(RunId{row["run"].get<std::int64_t>()}, "");
    return true;
  }
  const std::string manager = row["role"] == "primary" ? "" : row["manager"].get<std::string>();
  const CustomerId customer{row["customer_id"].get<std::int64_t>()};
  office.assignment.withdraw({customer, date_of(row["valid_from"]), manager, ""});
  return true;
}

// What the views and methods say of today is the interval of the history that holds today.
void require_current(Office& office, Date today) {
  for (const auto& interval : intervals_of(office)) {
    const bool holds = interval.from <= today && (!interval.to || today < *interval.to);
    const Json rows =
        office.query("SELECT 1 FROM assignment_current WHERE role = '" + std::string(word_of(interval.role)) +
                     "' AND customer_id = " + std::to_string(interval.customer.value) + " AND manager " +
                     (interval.manager ? "= 'm" + std::to_string(interval.manager.value) + "'" : "IS NULL") +
                     " AND valid_from = '" + format_date(interval.from) + "'");
    RC_ASSERT(rows.size() == (holds ? 1U : 0U));
    if (interval.role != AssignmentRole::primary || !interval.manager) continue;
    const auto serving = office.assignment.serving(interval.customer, interval.from);
    RC_ASSERT(serving.front().manager == "m" + std::to_string(interval.manager.value));
    RC_ASSERT(serving.front().to == interval.to);
  }
}

// One thing that people or a policy do at the date; refusals are part of life. Whether something was
// withdrawn.
bool act(Office& office, const std::vector<CustomerId>& customers, Date date) {
  const CustomerId customer = customers[pick<std::size_t>(0, customers.size())];
  const std::string manager = "m" + std::to_string(pick(1, 5));
  AssignInput input;
  input.customer = customer;
  input.manager = manager;
  input.from = date;
  HandoverRequest handover;
  handover.manager = manager;
  handover.as_of = date;
  const Date ahead = add_days(date, pick(1, 40));
  try {
    switch (pick(0, 14)) {
      case 0:
        office.assignment.end(customer, "", date, "");
        break;
      case 1:
        office.assignment.set_locked(customer, pick(0, 2) == 0, "");
        break;
      case 2:
        office.assignment.set_status({manager, ManagerStatus::left, date, {}, ""});
        break;
      case 3:
        office.assignment.set_status({manager, ManagerStatus::present, date, {}, ""});
        break;
      case 4:
        handover.to = add_days(date, pick(1, 30));
        [[fallthrough]];
      case 5:
        office.assignment.handover(handover);
        break;
      case 6:
        input.role = AssignmentRole::team;
        if (pick(0, 2) == 0) input.to = add_days(date, pick(1, 20));
        [[fallthrough]];
      case 7:
        office.assignment.assign(input);
        break;
      case 8:
        office.assignment.end(customer, manager, date, "");
        break;
      case 9:
        handover.as_of = ahead;
        handover.is_future = true;
        office.assignment.handover(handover);
        break;
      case 10:
        office.assignment.end(customer, "", ahead, "", true);
        break;
      case 11:
        input.from = ahead;
        input.is_future = true;
        input.is_locked = pick(0, 2) == 0;
        office.assignment.assign(input);
        break;
      case 12:
        return withdraw_some(office, date);
      default: {
        AssignmentRequest request = office.request("2024-01-01");
        request.as_of = date;
        office.assignment.commit(request);
      }
    }
  } catch (const Error& error) {
    RC_ASSERT(error.code() == Code::conflict || error.code() == Code::not_found);
  }
  return false;
}

}  // namespace

TEST_CASE("whatever is done, each customer has one primary at every instant and no manager is over span") {
  CHECK(rc::check([] {
    Office office;
    office.connection.begin();
    std::vector<CustomerId> customers;
    for (int i = 0; i < 6; ++i) {
      customers.push_back(
          office.add_customer("c" + std::to_string(i), i % 2 == 0 ? "北京" : "上海", 100'000 >> (3 * i)));
    }
    for (int i = 1; i <= 4; ++i) {
      office.add_manager("m" + std::to_string(i), i % 2 == 0 ? "senior" : "ordinary", i < 3 ? "北京" : "CN",
                         2 + 2 * i);
    }
    office.assignment.put_policy(kOfficePolicy);
    office.review("2024-01-01");
    Date date = day("2024-01-02");
    const int steps = pick(1, 15);
    bool was_withdrawn = false;
    for (int i = 0; i < steps; ++i) {
      date = add_days(date, pick(0, 10));
      office.set_today(format_date(date));
      was_withdrawn |= act(office, customers, date);
      require_current(office, date);
      const auto faults = assignment::verify_intervals(intervals_of(office));
      RC_ASSERT(faults.empty());
      // Who was to leave and does not may find no room any more.
      for (const LoadOfManager& load : office.assignment.loads("main"))
        RC_ASSERT(was_withdrawn || load.load <= load.span);
    }
    office.connection.commit();
    RC_ASSERT(office.connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
  }));
}
