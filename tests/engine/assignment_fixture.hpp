// An office: regions, managers, graded customers and a policy.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/grading.hpp"

#include "archive_fixture.hpp"
#include "base/json.hpp"

namespace crmcore::testing {

inline constexpr std::string_view kOfficeScheme = R"({"code": "value",
  "calendar": {"timezone": "UTC"}, "returns": "net_own",
  "reviews": {"first": "2024-01-01", "every_months": 1},
  "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}},
    "weight": 1, "scale": {"kind": "points", "points": [[0, 0], [100000, 100]]}}],
  "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80}, {"grade": "B", "enter": 40}]}})";

// Senior managers serve A in their territory; everybody serves the rest there.
inline constexpr std::string_view kOfficePolicy = R"({"code": "main", "scheme": "value",
  "grades": ["A", "B", "C"], "levels": ["ordinary", "advanced", "senior"], "weights": {"A": 5, "B": 2, "C": 1},
  "grace_days": 30,
  "stages": [
    {"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}]},
     "requires": [{"rule": "territory"}], "on_no_candidate": "unassigned"},
    {"rule": "territory"}]})";

class Office {
 public:
  Office()
      : connection(archive.connect()), archive_room(connection), assignment(connection), grading(connection) {
    set_today("2024-12-31");
    Classification classification(connection);
    classification.define_ready_made();
    const NodeInput nodes[] = {{"CN", "中国", "", {}, {}, {}},
                               {"11", "北京市", "CN", {"北京"}, {}, {}},
                               {"31", "上海市", "CN", {"上海"}, {}, {}}};
    classification.put_nodes("region", nodes);
    grading.put_scheme(kOfficeScheme);
  }

  // A customer of the region with yearly revenue that makes it A (100,000), B (50,000) or C.
  CustomerId add_customer(const std::string& code, const std::string& region, std::int64_t revenue) {
    CustomerInput input = customer(code, "客户" + code);
    input.classes = {{"region", region}};
    const CustomerId id = archive_room.put(input);
    EntryInput entry;
    entry.customer = id;
    entry.date = day("2023-12-01");
    entry.amount = Money{revenue};
    entry.document = code;
    Ledger(connection).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
    return id;
  }
  void add_manager(const std::string& code, const std::string& level, const std::string& region,
                   std::int64_t span) {
    ManagerInput input;
    input.code = code;
    input.name = "经理" + code;
    input.level = level;
    input.level_since = day("2020-01-01");
    input.phone = "010-" + code;
    input.span = span;
    input.segments = {{"region", region}};
    assignment.put_managers(std::span(&input, 1));
  }
  void set_today(std::string_view date) {
    connection.set_now((std::int64_t{day(date).days} * 24 + 12) * 3'600'000'000);
  }
  void review(std::string_view as_of) {
    grading.commit({"value", {}, day(as_of), ReviewKind::scheduled, "", true});
  }

  AssignmentRequest request(std::string_view as_of) {
    AssignmentRequest request;
    request.policy = "main";
    request.as_of = day(as_of);
    return request;
  }
  AssignmentSummary run(std::string_view as_of) { return assignment.commit(request(as_of)); }

  // "m1", or "-" when nobody serves the customer as primary.
  std::string manager_of(CustomerId id, std::string_view as_of = "2024-12-31") {
    for (const Serving& one : assignment.serving(id, day(as_of))) {
      if (one.role == AssignmentRole::primary) return one.manager;
    }
    return "-";
  }
  Json call(std::string_view method, const Json& request) {
    return parse_json(connection.call(method, dump_json(request)));
  }
  Json query(std::string_view sql) { return parse_json(connection.query(sql).drain_json()); }
  std::vector<std::string> events_after(std::int64_t seq) {
    std::vector<std::string> kinds;
    for (const Change& change : connection.changes(seq, 10'000)) kinds.push_back(change.kind);
    return kinds;
  }
  std::int64_t last_event() {
    std::int64_t last = 0;
    for (const Change& change : connection.changes(0, 10'000)) last = change.seq;
    return last;
  }

  TempArchive archive;
  Connection connection;
  Archive archive_room;
  Assignment assignment;
  Grading grading;
};

struct Refusal {
  Code code = Code::ok;
  std::string path;
  std::string message;
};

// What the action is refused with; ok when it is not.
inline Refusal refusal_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return {error.code(), error.path(), error.message()};
  }
  return {};
}

}  // namespace crmcore::testing
