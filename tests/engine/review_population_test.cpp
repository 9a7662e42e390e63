// A review that carries on from the last one gives the same bytes as one that reads everybody: random lives
// of small archives, reviewed a hundred times each.
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "effort.hpp"
#include "engine/archive_fixture.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/population.hpp"
#include "engine/grading/review/run.hpp"
#include "engine/grading_world.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::testing {
namespace {

// In one life, of which three quarters are committed; RapidCheck lives a hundred.
constexpr int kReviews = 134;
constexpr int kCustomersMax = 40;

constexpr std::string_view kSchemes[] = {
    R"({"code": "s0", "population": {"status": ["existing"]}, "returns": "net_own", "calendar": {"timezone": "UTC"},
      "factors": [
        {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 2}}, "weight": 40,
         "missing": "worst", "scale": {"kind": "points", "points": [[0, 0], [4000, 100]]}},
        {"code": "rate", "metric": {"kind": "margin_rate", "window": {"kind": "rolling", "months": 2}}, "weight": 20,
         "scale": {"kind": "points", "points": [[-1, 0], [1, 100]]}},
        {"code": "growth", "metric": {"kind": "growth", "window": {"kind": "rolling", "months": 1}}, "weight": 10,
         "scale": {"kind": "points", "points": [[-1, 0], [1, 100]]}},
        {"code": "recency", "metric": {"kind": "recency_days", "window": {"kind": "rolling", "months": 3}},
         "direction": "lower", "weight": 30, "scale": {"kind": "points", "points": [[0, 100], [60, 0]]}}],
      "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 60, "keep": 50}, {"grade": "B", "enter": 30, "keep": 20}]},
      "movement": {"grace_months": 1, "dwell_months": 1, "down": {"streak": 2}}})",
    R"({"code": "s1", "population": {"status": ["existing", "prospect"], "classes": [{"axis": "branch", "nodes": ["X", "Y"]}]},
      "returns": "net_original", "calendar": {"timezone": "UTC"},
      "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "calendar", "unit": "month", "count": 2}}},
        {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "lifetime"}}}],
      "cut": {"kind": "pareto", "on": "revenue", "cuts": [60, 90], "band": 5}})",
    R"({"code": "s2", "population": {"status": ["prospect"]},
      "factors": [{"code": "credit", "metric": {"kind": "attribute", "name": "credit", "max_age_days": 40}, "weight": 2,
         "scale": {"kind": "percentile"}},
        {"code": "branch", "metric": {"kind": "class", "axis": "branch"}, "weight": 1,
         "scale": {"kind": "table", "scores": {"X": 90, "Y": 40}, "other": 10}}],
      "coverage_min": 50,
      "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 60}, {"grade": "B", "enter": 30}]}})",
    R"({"code": "s3", "population": {"status": ["existing"]}, "returns": "gross", "calendar": {"timezone": "UTC"},
      "factors": [{"code": "monthly", "metric": {"kind": "revenue_monthly", "window": {"kind": "rolling", "months": 3}}, "weight": 1,
         "scale": {"kind": "quantile_classes", "classes": 4}},
        {"code": "credit", "metric": {"kind": "attribute", "name": "credit"}, "weight": 1, "missing": "fixed", "missing_score": 30,
         "scale": {"kind": "min_max"}}],
      "cut": {"kind": "share", "cuts": [20, 60], "band": 2}})",
    R"({"code": "s4", "population": {"status": ["existing"]}, "returns": "net_own", "calendar": {"timezone": "UTC"},
      "factors": [
        {"code": "alive", "metric": {"kind": "probability_alive", "r": 0.5, "alpha": 4, "a": 0.8, "b": 2.4}, "weight": 1,
         "scale": {"kind": "points", "points": [[0, 0], [1, 100]]}},
        {"code": "comes", "metric": {"kind": "expected_purchases", "r": 0.5, "alpha": 4, "a": 0.8, "b": 2.4,
         "horizon_weeks": 26}, "weight": 1, "scale": {"kind": "percentile"}},
        {"code": "spends", "metric": {"kind": "expected_value", "p": 6, "q": 3.7, "v": 900}, "weight": 1,
         "missing": "worst", "scale": {"kind": "min_max"}}],
      "cut": {"kind": "share", "cuts": [20, 60]}})"};

bool are_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

// A life: customers come, order, return, change and are judged by people, on days that only move on.
class Life {
 public:
  Life() : connection_(archive_.connect()), grading_(connection_) {
    connection_.begin();
    Archive(connection_).define_attribute({"credit", "Credit", AttributeType::integer, {}, {}});
    define_branches(connection_, "XYZ");
    for (const std::string_view scheme : kSchemes) grading_.put_scheme(scheme);
    for (int i = 0; i < 6; ++i) create();
    set_clock();
  }

  void live() {
    const int events = *rc::gen::inRange(0, 6);
    for (int i = 0; i < events; ++i) happen();
    if (*rc::gen::inRange(0, 3) > 0)
      today_ = add_days(today_, *rc::gen::elementOf(std::vector{1, 1, 2, 9, 31}));
    set_clock();
  }

  void review() {
    const std::string scheme = "s" + std::to_string(*rc::gen::inRange<std::size_t>(0, std::size(kSchemes)));
    ReviewRequest request{scheme, {}, today_, ReviewKind::scheduled, ""};
    if (*rc::gen::inRange(0, 4) == 0) request.kind = ReviewKind::ad_hoc;
    compare(request);
    if (*rc::gen::inRange(0, 4) == 0) return;  // was a preview only
    request.plan = grading_.preview(request).plan;
    if (*rc::gen::inRange(0, 4) == 0) happen();  // between preview and commit
    const std::string now = digest_of(grading_.preview(request).plan);
    const std::int64_t changes = last_change();
    if (now != digest_of(request.plan)) {
      RC_ASSERT((code_of([&] { grading_.commit(request); }) == Code::moved));
      RC_ASSERT(last_change() == changes);
      return;
    }
    const ReviewSummary done = grading_.commit(request);
    RC_ASSERT(digest_of(done.plan) == now);
    if (!done.is_repeat && *rc::gen::inRange(0, 3) == 0) RC_ASSERT(grading_.replay(done.id));
    reviews_.push_back(done.id);
    if (!done.is_repeat) expect_rest(request);
  }

  CustomerId customer_at(std::size_t place) const { return ids_[place]; }
  Date today() const { return today_; }
  void post(CustomerId customer, EntryKind kind, Date date, std::int64_t amount) {
    EntryInput entry;
    entry.customer = customer;
    entry.kind = kind;
    entry.date = date;
    entry.amount = Money{amount};
    const std::string document = "p" + std::to_string(++line_);
    entry.document = document;
    Ledger(connection_).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
  }
  // Of entries that add up to nothing the packed totals keep nothing.
  void pack() { storage::LedgerStore(connection_.session().db()).pack_recent(); }
  // How many the review of that day looks at, which carries on from the one before.
  std::int64_t subjects_on(Date date, const std::string& scheme) {
    today_ = date;
    set_clock();
    const ReviewRequest request{scheme, {}, today_, ReviewKind::scheduled, ""};
    compare(request);
    return grading_.commit(request).subjects;
  }

  // The events alone give the grades in force; and all that was committed is still what it was.
  void end() {
    connection_.commit();
    for (std::size_t i = 0; i < reviews_.size(); i += 10) RC_ASSERT(grading_.replay(reviews_[i]));
    std::map<std::pair<std::int64_t, std::string>, std::string> told;
    Rows history = connection_.query(
        "SELECT customer_id, scheme, coalesce(to_grade, '') FROM grade_history ORDER BY change_seq");
    while (history.next()) told[{history.integer(0), std::string(history.text(1))}] = history.text(2);
    Rows stored = connection_.query("SELECT customer_id, scheme, coalesce(grade, '') FROM grade_current");
    while (stored.next()) {
      RC_ASSERT(told[std::make_pair(stored.integer(0), std::string(stored.text(1)))] ==
                std::string(stored.text(2)));
    }
    RC_ASSERT(parse_json(connection_.verify(false))["is_ok"].get<bool>());
  }

 private:
  // A second run changes nothing, and where nothing changed nothing happens.
  void expect_rest(ReviewRequest request) {
    const std::int64_t changes = last_change();
    request.plan.clear();
    if (request.kind == ReviewKind::scheduled) RC_ASSERT(grading_.commit(request).is_repeat);
    request.kind = ReviewKind::ad_hoc;
    const ReviewSummary again = grading_.preview(request);
    RC_ASSERT(again.placed + again.promoted + again.demoted + again.blocked + again.unblocked + again.left ==
              0);
    RC_ASSERT(last_change() == changes);
  }

  static std::string digest_of(const std::string& plan) { return plan.substr(0, 64); }

  std::int64_t last_change() {
    Rows last = connection_.query("SELECT max(seq) FROM change_log");
    last.next();
    return last.integer(0);
  }

  void compare(const ReviewRequest& request) {
    engine::Session& session = connection_.session();
    sqlite::Connection& db = session.db();
    const auto plan_by = [&](engine::Reading reading) {
      return engine::make_plan(session, db, engine::load_scheme(db, request.scheme), request.kind,
                               request.as_of.value(), reading);
    };
    const engine::ReviewPlan whole = plan_by(engine::Reading::whole);
    const engine::ReviewPlan news = plan_by(engine::Reading::news);
    RC_ASSERT(news.facts.subjects == whole.facts.subjects);
    RC_ASSERT(news.facts.circumstances == whole.facts.circumstances);
    RC_ASSERT((news.facts.overrides == whole.facts.overrides));
    for (std::size_t f = 0; f < whole.facts.columns.size(); ++f) {
      RC_ASSERT(are_same(news.facts.columns[f], whole.facts.columns[f]));
    }
    RC_ASSERT((news.states == whole.states));
    RC_ASSERT((engine::run_pass(session, db, news, nullptr).digest ==
               engine::run_pass(session, db, whole, nullptr).digest));
  }

  void create() {
    if (ids_.size() == kCustomersMax) return;
    ids_.push_back(Archive(connection_).put(customer("c" + std::to_string(ids_.size()), "Customer")));
  }
  void set_clock() { connection_.set_now(std::int64_t{today_.days} * 86'400'000'000); }
  CustomerId any() const { return *rc::gen::elementOf(ids_); }
  // Also in the past, and in the future.
  Date any_day() const {
    return add_days(today_, *rc::gen::elementOf(std::vector{-90, -35, -8, -1, -1, -1, 0, 0, 3, 40}));
  }

  void happen() {
    try {
      switch (*rc::gen::inRange(0, 15)) {
        case 0:
          return create();
        case 1:
          return change();
        case 2:
          return Archive(connection_).set_lost(any(), *rc::gen::arbitrary<bool>());
        case 3:
          return grading_.blacklist(any(), "fraud");
        case 4:
        case 5:
          return grading_.unblacklist(any(), "cleared");
        case 6:
          return override_one();
        case 7:
          return grading_.trigger(any(), "s0", "default");
        case 8:
          return rule();
        case 9:
          return take_back();
        case 10:
          return merge();
        case 11:
          return pack();
        default:
          return post_any();
      }
    } catch (const Error& error) {
      // Such as a blacklisting that is there already.
      if (error.code() != Code::conflict && error.code() != Code::not_found) {
        RC_FAIL(std::string(error.message()) + " at " + std::string(error.path()));
      }
    }
  }

  void post_any() {
    EntryInput entry;
    entry.customer = any();
    entry.date = any_day();
    entry.amount = Money{*rc::gen::inRange(0, 3000)};
    entry.kind = *rc::gen::elementOf(std::vector{EntryKind::revenue, EntryKind::revenue, EntryKind::revenue,
                                                 EntryKind::cost, EntryKind::reversal});
    const std::string document = "d" + std::to_string(*rc::gen::inRange(0, 200));
    entry.document = document;
    entry.line = ++line_;
    Ledger(connection_).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
  }

  void take_back() {
    const std::string document = "d" + std::to_string(*rc::gen::inRange(0, 200));
    connection_.call("ledger.void", R"({"source":"test","reason":"wrong","document":")" + document + R"("})");
  }

  std::string any_code() const {
    return "c" + std::to_string(*rc::gen::inRange<std::size_t>(0, ids_.size()));
  }

  // Or takes it back.
  void merge() {
    Json request{{"reason", "twice"}};
    if (*rc::gen::inRange(0, 3) == 0) {
      request["customer"] = any_code();
      connection_.call("archive.unmerge", dump_json(request));
      return;
    }
    request["from"] = any_code();
    request["into"] = any_code();
    request["otherwise"] = *rc::gen::elementOf(std::vector<std::string>{"into", "from"});
    Archive archive(connection_);
    if (archive.id_of(request["from"].text()) == archive.id_of(request["into"].text())) return;
    connection_.call("archive.merge", dump_json(request));
  }

  void change() {
    CustomerInput input;
    input.code = any_code();
    if (*rc::gen::arbitrary<bool>()) {
      input.attributes = {{"credit", std::int64_t{*rc::gen::inRange(0, 100)}, any_day()}};
    } else {
      input.classes = {{"branch", std::string(1, "XYZ"[*rc::gen::inRange(0, 3)])}};
    }
    Archive(connection_).put(input);
  }

  void override_one() {
    OverrideInput input;
    input.customer = any();
    input.scheme = "s" + std::to_string(*rc::gen::inRange<std::size_t>(0, std::size(kSchemes)));
    input.kind = static_cast<OverrideKind>(*rc::gen::inRange(0, 3));
    input.grade = std::string(1, "ABC"[*rc::gen::inRange(0, 3)]);
    input.reason = "known well";
    if (*rc::gen::arbitrary<bool>()) input.to = add_days(today_, *rc::gen::inRange(1, 40));
    if (*rc::gen::inRange(0, 3) == 0) {
      return grading_.lift_override(input.customer, input.scheme, *rc::gen::inRange(1, 3), "changed");
    }
    grading_.put_override(input);
  }

  // Another version of a scheme, or a node.
  void rule() {
    if (*rc::gen::inRange(0, 3) > 0) return;
    if (*rc::gen::arbitrary<bool>()) {
      Json document = parse_json(grading_.get_scheme("s0"));
      document.erase("version");
      document["movement"]["grace_months"] = *rc::gen::inRange(0, 3);
      grading_.put_scheme(dump_json(document));
      return;
    }
    NodeInput node;
    node.name = node.code = "N" + std::to_string(++line_);
    node.parent = *rc::gen::arbitrary<bool>() ? "" : "X";
    Classification(connection_).put_nodes("branch", std::span(&node, 1));
  }

  TempArchive archive_;
  Connection connection_;
  Grading grading_;
  std::vector<CustomerId> ids_;
  std::vector<ReviewId> reviews_;
  Date today_ = Date{19'700};
  std::int64_t line_ = 0;
};

TEST_CASE("population: who begins with entries that add up to nothing becomes existing on that day") {
  Life life;
  const Date begin = add_days(life.today(), 3);
  life.post(life.customer_at(0), EntryKind::cost, begin, 0);
  life.post(life.customer_at(1), EntryKind::cost, begin, 500);
  life.post(life.customer_at(1), EntryKind::cost, begin, -500);
  life.pack();
  const auto subjects_on = [&](int days, const char* scheme) {
    return life.subjects_on(add_days(begin, days), scheme);
  };
  CHECK(subjects_on(-3, "s0") == 0);
  CHECK(subjects_on(-3, "s2") == 6);
  // Of that day a review knows the day after.
  CHECK(subjects_on(0, "s0") == 0);
  CHECK(subjects_on(0, "s2") == 6);
  CHECK(subjects_on(1, "s0") == 2);
  CHECK(subjects_on(1, "s2") == 4);
}

TEST_CASE("population: who began with entries that add up to nothing grows from when two windows are full") {
  Life life;
  const Date begin = life.today();
  const CustomerId customer = life.customer_at(0);
  life.post(customer, EntryKind::cost, begin, 0);
  life.post(customer, EntryKind::revenue, add_days(begin, 10), 1000);
  life.post(customer, EntryKind::revenue, add_days(begin, 40), 2000);
  life.pack();
  // subjects_on() compares what growth is, carried on and read in full.
  for (const int days : {-1, 0, 1}) {
    CHECK(life.subjects_on(add_days(add_months(begin, 2), days), "s0") == 1);
  }
}

TEST_CASE("population: carried on equals read in full, byte for byte") {
  CHECK(rc::check("10,000 reviews", [] {
    Life life;
    for (int i = 0; i < effort(kReviews); ++i) {
      life.live();
      life.review();
    }
    life.end();
  }));
}

}  // namespace
}  // namespace crmcore::testing
