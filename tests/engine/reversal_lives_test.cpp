// Lives of a small office: whatever happens, a review or a run that is committed and taken back leaves every
// view and every answer as it was, but for the journal; and committed again it comes out as it did.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>

#include "assignment_fixture.hpp"
#include "effort.hpp"
#include "engine/core/session.hpp"
#include "storage/migrations.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr int kLives = 20;
constexpr int kStepsOfLife = 12;
constexpr int kCustomersOfLife = 16;
constexpr int kCustomersOfLongLife = 80;  // enough for packed placements
constexpr int kManagersOfLife = 4;

// Streaks, warnings, dwell, grace, and a cut that everybody's values move.
constexpr std::string_view kRestless = R"({"code": "restless", "population": {"status": ["existing"]},
  "returns": "net_own", "calendar": {"timezone": "UTC"},
  "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 2}}}],
  "cut": {"kind": "share", "cuts": [20, 60], "band": 2},
  "movement": {"up": {"streak": 1, "max_steps": 1}, "down": {"streak": 2, "max_steps": 1},
    "warning_months": 1, "grace_months": 1}})";

using Told = std::map<std::string, std::string>;

std::string sorted(const Json& rows) {
  std::multiset<std::string> lines;
  for (const Json& row : rows) lines.insert(dump_json(row));
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class OfficeLife : public Office {
 public:
  explicit OfficeLife(unsigned seed) : random_(seed) {
    set_clock();
    grading.put_scheme(kRestless);
    assignment.put_policy(kOfficePolicy);
    for (int m = 1; m <= kManagersOfLife; ++m) {
      add_manager("m" + std::to_string(m), m < 3 ? "senior" : "ordinary", m % 2 == 0 ? "11" : "31",
                  pick(4, 30));
    }
    const int customers = seed % 4 == 0 ? kCustomersOfLongLife : kCustomersOfLife;
    for (int c = 0; c < customers; ++c) create();
    views_ = storage::public_views(connection.session().db());
    std::erase_if(views_, [](const std::string& name) { return name == "change_log" || name == "reversal"; });
  }

  void step() {
    for (int i = pick(0, 5); i > 0; --i) happen();
    today_ = add_days(today_, pick(0, 3) == 0 ? 31 : pick(0, 4));
    set_clock();
    pick(0, 2) == 0 ? revert_run() : revert_review();
  }

  // Of the whole file.
  Json verified() { return call("database.verify", Json::object()); }

  int reversals = 0;

 private:
  int pick(int from, int to) { return from + static_cast<int>(random_() % static_cast<unsigned>(to - from)); }
  void set_clock() { set_today(format_date(today_)); }
  std::string some_code() {
    return codes_[static_cast<std::size_t>(pick(0, static_cast<int>(codes_.size())))];
  }
  std::string some_scheme() { return pick(0, 2) == 0 ? "value" : "restless"; }

  void create() {
    const std::string code = "c" + std::to_string(codes_.size());
    CustomerInput input = customer(code, "客户" + code);
    input.classes = {{"region", pick(0, 2) == 0 ? "11" : "31"}};
    ids_.push_back(archive_room.put(input));
    codes_.push_back(code);
    if (pick(0, 4) > 0) post(code);
  }

  void post(const std::string& code) {
    const Json entry{{"customer", code},
                     {"date", format_date(add_days(today_, -pick(0, 90)))},
                     {"amount", pick(0, 90'000)},
                     {"kind", pick(0, 5) == 0 ? "reversal" : "revenue"},
                     {"document", "d" + std::to_string(++documents_)}};
    call("ledger.post", {{"source", "s"}, {"entries", Json::array({entry})}});
  }

  // Refusals are part of life.
  void happen() {
    const std::string code = some_code();
    const std::string manager = "m" + std::to_string(pick(1, kManagersOfLife + 1));
    static_cast<void>(refusal_of([&] {
      switch (pick(0, 20)) {
        case 0:
          return create();
        case 1:
          call("grading.blacklist", {{"customer", code}, {"reason", "r"}});
          return;
        case 2:
        case 3:
          call("grading.unblacklist", {{"customer", code}, {"reason", "r"}});
          return;
        case 4:
          call("grading.put_override", {{"customer", code},
                                        {"scheme", some_scheme()},
                                        {"kind", pick(0, 2) == 0 ? "pin" : "floor"},
                                        {"grade", "B"},
                                        {"to", format_date(add_days(today_, 20))},
                                        {"reason", "r"}});
          return;
        case 5:
          call("grading.trigger", {{"customer", code}, {"scheme", some_scheme()}, {"reason", "r"}});
          return;
        case 6:
        case 7:
          call("archive.set_lost", {{"customer", code}});
          return;
        case 8:
          call("assignment.assign",
               {{"customer", code}, {"manager", manager}, {"is_locked", pick(0, 4) == 0}});
          return;
        case 9:
          call("assignment.assign", {{"customer", code},
                                     {"manager", manager},
                                     {"from", format_date(add_days(today_, pick(1, 30)))},
                                     {"is_future", true}});
          return;
        case 10:
          call("assignment.end", {{"customer", code}});
          return;
        case 11:
          call("assignment.set_status", {{"manager", manager},
                                         {"status", pick(0, 2) == 0 ? "left" : "present"},
                                         {"from", format_date(today_)}});
          return;
        case 12:
          call("assignment.handover", {{"manager", manager}});
          return;
        case 13:
          add_manager(manager, pick(0, 2) == 0 ? "senior" : "ordinary", "11", pick(3, 40));
          return;
        default:
          post(code);
      }
    }));
  }

  void revert_review() {
    ReviewRequest request{some_scheme(), {}, today_, ReviewKind::ad_hoc, ""};
    if (pick(0, 6) == 0) request.kind = ReviewKind::correction;
    const Told before = told();
    ReviewSummary done;
    const Refusal refusal = refusal_of([&] { done = grading.commit(request); });
    if (refusal.code != Code::ok) return;
    const Told first = numberless();
    grading.revert(done.id, "mistyped");
    require_same(before, told());
    const ReviewSummary again = grading.commit(request);
    CHECK(again.id.value == done.id.value + 1);
    require_same(first, numberless());
    ++reversals;
    if (pick(0, 2) == 0) grading.revert(again.id, "mistyped again");
  }

  void revert_run() {
    const AssignmentRequest asked = request(format_date(today_));
    const Told before = told();
    AssignmentSummary done;
    const Refusal refusal = refusal_of([&] { done = assignment.commit(asked); });
    if (refusal.code != Code::ok || !done.id) return;
    const Told first = numberless();
    assignment.revert_run(done.id, "mistyped");
    require_same(before, told());
    const AssignmentSummary again = assignment.commit(asked);
    CHECK(again.id.value == done.id.value + 1);
    require_same(first, numberless());
    ++reversals;
    if (pick(0, 2) == 0) assignment.revert_run(again.id, "mistyped again");
  }

  void ask(Told& told, const std::string& method, const Json& asked) {
    std::string answer;
    const Refusal refusal = refusal_of([&] { answer = connection.call(method, dump_json(asked)); });
    told[method + dump_json(asked)] = refusal.code == Code::ok ? answer : refusal.message;
  }

  // What is told without numbers of reviews, runs and changes, which go on.
  Told numberless() {
    Told all;
    for (const char* view : {"grade_current", "manager_load"})
      all[view] = sorted(query("SELECT * FROM " + std::string(view)));
    ask(all, "assignment.loads", {{"policy", "main"}});
    ask(all, "assignment.preview", {{"policy", "main"}});
    return all;
  }

  Told told() {
    Told all = numberless();
    for (const std::string& view : views_) all[view] = sorted(query("SELECT * FROM " + view));
    for (const char* scheme : {"value", "restless"}) {
      for (const char* method :
           {"grading.list_reviews", "grading.pyramid", "grading.movers", "grading.concentration",
            "grading.problems", "grading.stability", "grading.list_due_reviews"})
        ask(all, method, {{"scheme", scheme}});
      for (int i = 0; i < 3; ++i) ask(all, "grading.explain", {{"scheme", scheme}, {"customer", at(i)}});
    }
    for (const char* method : {"grading.list_schemes", "assignment.list_policies"})
      ask(all, method, Json::object());
    for (int i = 0; i < 4; ++i) {
      for (const char* method : {"assignment.explain", "assignment.serving", "archive.card"})
        ask(all, method, {{"customer", at(i)}});
    }
    return all;
  }
  std::string at(int i) const { return codes_[static_cast<std::size_t>(i)]; }

  static void require_same(const Told& expected, const Told& found) {
    for (const auto& one : expected) {
      if (found.at(one.first) == one.second) continue;
      CAPTURE(one.first);
      REQUIRE(found.at(one.first) == one.second);
    }
  }

  std::mt19937 random_;
  Date today_ = day("2024-03-01");
  std::vector<std::string> codes_;
  std::vector<CustomerId> ids_;
  std::vector<std::string> views_;
  int documents_ = 0;
};

}  // namespace

TEST_CASE("a review or run that is taken back leaves everything as it was") {
  int reversals = 0;
  const auto lives = static_cast<unsigned>(effort(kLives));
  for (unsigned seed = 1; seed <= lives; ++seed) {
    CAPTURE(seed);
    OfficeLife life(seed);
    for (int step = 0; step < kStepsOfLife; ++step) {
      CAPTURE(step);
      life.step();
      if (step % 4 == 3) {
        const Json report = life.verified();
        CAPTURE(dump_json(report));
        REQUIRE(report["is_ok"] == true);
      }
    }
    reversals += life.reversals;
  }
  CHECK(reversals > static_cast<int>(lives) * kStepsOfLife / 2);
}
