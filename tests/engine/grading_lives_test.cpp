// Whole lives beside the second implementation: late entries, returns, documents of several months, people
// who come, leave and come back, the blacklist, overrides, triggers and new versions of the scheme together.
// Each move, each warning and the grades in the end are compared. CRMCORE_LIVES asks for another number of
// lives than 10,000, CRMCORE_LIVES_SEED for others.
#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>

#include "effort.hpp"
#include "engine/grading_world.hpp"
#include "grading/naive_world.hpp"

namespace crmcore::testing {
namespace {

namespace naive = grading::naive;

constexpr int kLives = 10'000;
constexpr int kLivesAtOnceMax = 400;
constexpr int kMonths = 14;
constexpr int kEventsPerLife = 8;
constexpr const char* kGrades[] = {"A", "B", "C"};

std::string text_of(const std::vector<naive::Told>& moves) {
  std::string text;
  for (const naive::Told& one : moves) {
    text += format_date(one.day) + " " + std::to_string(one.from) + ">" + std::to_string(one.to) +
            (one.is_of_review ? "; " : " between; ");
  }
  return text;
}

class Lives {
 public:
  Lives(std::uint64_t seed, int count)
      : random_(seed), connection_(archive_.connect()), grading_(connection_), world_(first_terms()) {
    connection_.begin();
    set_clock();
    define_branches(connection_, "XY");
    grading_.put_scheme(document(world_.terms));
    for (int i = 0; i < count; ++i) {
      ids_.push_back(Archive(connection_).put(of_branch(static_cast<std::size_t>(i), true)));
      world_.lives.emplace_back();
    }
  }

  // Says how many moves there were.
  std::size_t live() {
    for (int month = 0; month < kMonths; ++month) {
      const auto events = static_cast<int>(ids_.size()) * kEventsPerLife / kMonths;
      for (int e = 0; e < events; ++e) {
        if (e * 30 / events > today_.days - month_start_.days) today_ = add_days(today_, below(3));
        set_clock();
        happen(any());
        if (one_in(events)) review(today_, ReviewKind::ad_hoc);
      }
      month_start_ = add_months(month_start_, 1);
      today_ = std::max(today_, add_days(month_start_, below(4)));
      set_clock();
      // Made some days later, of what people said until then.
      for (int e = 0; e < 3; ++e) happen(any());
      if (one_in(4)) new_version();
      review(std::min(today_, add_days(month_start_, below(3))), ReviewKind::scheduled);
    }
    return compare();
  }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }
  bool one_in(int count) { return below(std::max(count, 1)) == 0; }
  std::size_t any() { return static_cast<std::size_t>(below(static_cast<int>(ids_.size()))); }
  void set_clock() { connection_.set_now(std::int64_t{today_.days} * 86'400'000'000); }

  naive::Terms first_terms() {
    naive::Terms made;
    made.measure = std::array{naive::Measure::revenue, naive::Measure::orders,
                              naive::Measure::recency}[static_cast<std::size_t>(below(3))];
    made.months = 1 + below(4);
    made.is_missing_worst = one_in(2);
    made.cut.is_by_value = made.measure != naive::Measure::recency && one_in(2);
    made.cut.is_inclusive = made.cut.is_by_value && one_in(3);
    draw(made);
    return made;
  }
  // What may change between versions.
  void draw(naive::Terms& made) {
    made.cut.band = below(500);
    made.cut.cuts = {made.cut.band + 1 + below(5000), 6000 + below(3500)};
    made.rules.streak_up = 1 + below(3);
    made.rules.streak_down = 1 + below(3);
    made.rules.steps_up_max = 1 + below(2);
    made.rules.steps_down_max = 1 + below(2);
    made.rules.dwell_months = one_in(2) ? 0 : below(4);
    made.rules.grace_months = one_in(2) ? 0 : below(3);
    made.rules.warning_months = below(3);
  }

  std::string document(const naive::Terms& terms) const {
    const auto per_cent = [](int hundredths) { return hundredths / 100.0; };
    const char* const kinds[] = {"revenue", "orders", "recency_days"};
    const bool is_recency = terms.measure == naive::Measure::recency;
    Json factor{{"code", "x"},
                {"metric",
                 {{"kind", kinds[static_cast<int>(terms.measure)]},
                  {"window", {{"kind", "rolling"}, {"months", terms.months}}}}},
                {"direction", is_recency ? "lower" : "higher"}};
    if (is_recency) factor["missing"] = terms.is_missing_worst ? "worst" : "ungraded";
    Json cut{{"kind", terms.cut.is_by_value ? "pareto" : "share"},
             {"on", "x"},
             {"cuts", Json::array({per_cent(terms.cut.cuts[0]), per_cent(terms.cut.cuts[1])})},
             {"band", per_cent(terms.cut.band)}};
    if (terms.cut.is_inclusive) cut["convention"] = "inclusive";
    const grading::MovementRules& rules = terms.rules;
    const Json movement{{"up", {{"streak", rules.streak_up}, {"max_steps", rules.steps_up_max}}},
                        {"down", {{"streak", rules.streak_down}, {"max_steps", rules.steps_down_max}}},
                        {"dwell_months", rules.dwell_months},
                        {"grace_months", rules.grace_months},
                        {"warning_months", rules.warning_months}};
    Json json{{"code", "s"}, {"returns", "net_own"}, {"calendar", {{"timezone", "UTC"}}}};
    json["population"] = {
        {"status", Json::array({"existing"})},
        {"classes", Json::array({Json{{"axis", "branch"}, {"nodes", Json::array({"X"})}}})}};
    json["factors"] = Json::array({factor});
    json["cut"] = cut;
    json["movement"] = movement;
    return dump_json(json);
  }

  void new_version() {
    draw(world_.terms);
    world_.terms.version = grading_.put_scheme(document(world_.terms)).version;
  }

  CustomerInput of_branch(std::size_t i, bool is_in) {
    CustomerInput input = customer("c" + std::to_string(i), "Customer");
    input.classes = {{"branch", is_in ? "X" : "Y"}};
    return input;
  }

  void review(Date as_of, ReviewKind kind) {
    if (as_of < last_review_) return;
    last_review_ = as_of;
    grading_.commit({"s", {}, as_of, kind, ""});
    world_.review(as_of, today_, kind == ReviewKind::scheduled);
  }

  void happen(std::size_t i) {
    naive::Life& life = world_.lives[i];
    switch (below(20)) {
      case 0:
        if (life.is_blacklisted) return;
        grading_.blacklist(ids_[i], "fraud");
        return world_.blacklist(i, today_);
      case 1:
      case 2:
        if (!life.is_blacklisted) return;
        grading_.unblacklist(ids_[i], "cleared");
        return world_.unblacklist(i, today_);
      case 3:
        if (life.lost || life.lines.empty()) return;
        Archive(connection_).set_lost(ids_[i], true);
        life.lost = today_;
        return;
      case 4:
        if (!life.lost) return;
        Archive(connection_).set_lost(ids_[i], false);
        return life.lost.reset();
      case 5:
        life.is_in_branch = one_in(2) || !life.is_in_branch;
        Archive(connection_).put(of_branch(i, life.is_in_branch));
        return;
      case 6:
      case 7:
        return say(i);
      case 8:
        grading_.trigger(ids_[i], "s", "default");
        if (triggers_.emplace(i, today_).second) life.triggers.insert(today_);
        return;
      default:
        return post(i);
    }
  }

  void say(std::size_t i) {
    naive::Life& life = world_.lives[i];
    try {
      if (!life.said.empty() && one_in(3)) {
        const auto which = static_cast<std::size_t>(below(static_cast<int>(life.said.size())));
        grading_.lift_override(ids_[i], "s", static_cast<std::int64_t>(which) + 1, "changed");
        life.said[which].lifted = today_;
        return;
      }
      naive::Said one{
          below(3), static_cast<grading::Grade>(below(3)), add_days(today_, below(20) - 5), {}, {}};
      if (one_in(2)) one.until = add_days(one.from, 10 + below(80));
      OverrideInput input{
          ids_[i],  "s",      static_cast<OverrideKind>(one.kind), kGrades[one.grade], "known well",
          one.from, one.until};
      const auto number = static_cast<std::size_t>(grading_.put_override(input));
      if (number > life.said.size()) life.said.push_back(one);
    } catch (const Error& error) {
      REQUIRE(error.code() == Code::conflict);  // with another override
    }
  }

  void post(std::size_t i) {
    naive::Life& life = world_.lives[i];
    naive::Line line{today_, 1 + below(one_in(5) ? 3'000 : 60), false, below(6)};
    if (one_in(2)) line.day = add_days(today_, -below(100));
    // All is one transaction, in which the day of a loss is today.
    if (life.lost && line.day < today_) line.day = std::min(line.day, add_days(*life.lost, -1));
    if (!life.lines.empty() && one_in(6)) {
      line.is_return = true;
      line.day = today_;
    }
    EntryInput entry;
    entry.customer = ids_[i];
    entry.date = line.day;
    entry.amount = Money{line.amount};
    entry.kind = line.is_return ? EntryKind::reversal : EntryKind::revenue;
    const std::string name = "d" + std::to_string(i) + "-" + std::to_string(line.document);
    entry.document = name;
    entry.line = ++line_;
    Ledger(connection_).post({"test", ""}, std::span(&entry, 1));
    world_.post(i, line);
  }

  std::size_t compare() {
    std::size_t moved = 0;
    std::map<std::int64_t, std::vector<naive::Told>> told;
    const auto grade = [](std::string_view name) {
      return static_cast<grading::Grade>(name.empty()  ? grading::kUngraded
                                         : name == "X" ? grading::kBlocked
                                                       : name[0] - 'A');
    };
    Rows moves = connection_.query(
        "SELECT customer_id, coalesce(from_grade, ''), coalesce(to_grade, ''), date, review IS NOT NULL FROM "
        "grade_history ORDER BY change_seq");
    while (moves.next()) {
      told[moves.integer(0)].push_back(
          {grade(moves.text(1)), grade(moves.text(2)), day(moves.text(3)), moves.integer(4) == 1});
    }
    std::map<std::int64_t, std::vector<Date>> warned;
    Rows warnings = connection_.query(
        "SELECT customer_id, body FROM change_log WHERE kind = 'grade.warned' ORDER BY seq");
    while (warnings.next())
      warned[warnings.integer(0)].push_back(day(parse_json(warnings.text(1))["as_of"].text()));
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      CAPTURE(i);
      const naive::Life& life = world_.lives[i];
      moved += life.told.size();
      REQUIRE(text_of(told[ids_[i].value]) == text_of(life.told));
      REQUIRE(warned[ids_[i].value] == life.warned);
      REQUIRE(grade(grading_.grade_of(ids_[i], "s").value_or("")) == life.state.grade);
    }
    connection_.commit();
    return moved;
  }

  std::mt19937_64 random_;
  TempArchive archive_;
  Connection connection_;
  Grading grading_;
  naive::World world_;
  std::vector<CustomerId> ids_;
  std::set<std::pair<std::size_t, Date>> triggers_;  // one of a day, settled or not
  Date month_start_ = day("2023-01-01");
  Date today_ = month_start_;
  Date last_review_ = month_start_;
  std::int64_t line_ = 0;
};

TEST_CASE("lives: every move and warning is the second implementation's") {
  std::mt19937_64 sizes(static_cast<std::uint64_t>(number_from("CRMCORE_LIVES_SEED", 11)));
  const int lives = number_from("CRMCORE_LIVES", effort(kLives));
  int left = lives;
  std::size_t moves = 0;
  for (int world = 1; left > 0; ++world) {
    const int count = std::min(left, 1 + static_cast<int>(sizes() % kLivesAtOnceMax));
    const std::uint64_t seed = sizes();
    CAPTURE(world);
    CAPTURE(seed);
    moves += Lives(seed, count).live();
    left -= count;
  }
  MESSAGE(moves << " moves of " << lives << " lives");
  CHECK(moves > static_cast<std::size_t>(lives));
}

}  // namespace
}  // namespace crmcore::testing
