// Carrying on: the blocks of the last review's record are gone through in the order of ids, and of each block
// only those are measured again whose facts may differ (news.hpp); the others keep values and state, as
// let_pass() aged them. Invariant: what is carried on equals what is read in full, bit for bit, or else the
// digest of a preview would depend on how it was computed. Two things are therefore marked anew for
// everybody, because they change without news: overrides, blacklist and triggers; and those in grace or on
// the blacklist are measured again, because either ends by time alone. Subjects, news and leavers are merged
// as ascending lists. Cost: the news, and a copy of the columns. tests/engine/review_population_test.cpp
// proves it.
#include "engine/grading/review/population.hpp"

#include <algorithm>

#include "engine/grading/review/news.hpp"
#include "engine/grading/review/record.hpp"
#include "storage/ledger_block.hpp"

namespace crmcore::engine {
namespace {

using grading::State;

// Who has a grade to lose but does not belong to the population any more, by ascending subject.
struct Leavers {
  std::vector<SubjectId> subjects;
  std::vector<State> states;

  void add(SubjectId subject, const State& state) {
    if (state.grade == grading::kUngraded && state.computed == grading::kUngraded) return;
    subjects.push_back(subject);
    states.push_back(state);
  }
};

void add_leavers(Population& population, const Leavers& leavers) {
  if (leavers.subjects.empty()) return;
  Population merged;
  merged.facts.columns.resize(population.facts.columns.size());
  for (std::size_t i = 0, l = 0; i < population.facts.size() || l < leavers.subjects.size();) {
    const bool is_leaver =
        l < leavers.subjects.size() &&
        (i == population.facts.size() || leavers.subjects[l] < population.facts.subjects[i]);
    if (is_leaver) {
      merged.facts.append_left(leavers.subjects[l]);
      merged.states.push_back(leavers.states[l++]);
    } else {
      merged.facts.append(population.facts, i);
      merged.states.push_back(population.states[i++]);
    }
  }
  population = std::move(merged);
}

// Goes through the blocks of the last review: who is news is measured again, the others stay.
class Carrier {
 public:
  Carrier(Session& session, sqlite::Connection& db, const grading::Model& model,
          const storage::ReviewRow& last, const News& news)
      : session_(session),
        model_(model),
        last_(last),
        news_(news),
        store_(db),
        reader_(db, session.catalog(), model),
        record_(db, last, model.scheme()),
        rows_(model.factor_count()) {
    measured_.columns.resize(model.factor_count());
    const auto most = static_cast<std::size_t>(reader_.last_subject().value);
    population_.facts.reserve(model.factor_count(), most);
    population_.states.reserve(most);
  }

  // Leavers are told apart, because overrides are not to be marked on them.
  Population run(Leavers& leavers) {
    const std::int64_t last_block =
        std::max(record_.last_block(), reader_.last_subject().value / storage::kBlockCustomers);
    for (std::int64_t block = 0; block <= last_block; ++block) {
      rows_.clear();
      record_.read(block, rows_);
      let_pass(rows_, model_.scheme(), model_.as_of().days - last_.as_of.days);
      find_wanted(block);
      measured_.clear();
      reader_.read(block, wanted_, measured_);
      merge(leavers);
      if (block % 64 == 63) session_.tick(block + 1, last_block + 1);
    }
    return std::move(population_);
  }

 private:
  void find_wanted(std::int64_t block) {
    wanted_.clear();
    const SubjectId first{std::max<std::int64_t>(block * storage::kBlockCustomers, 1)};
    const SubjectId end{std::min((block + 1) * storage::kBlockCustomers, reader_.last_subject().value + 1)};
    std::size_t row = 0;
    for (SubjectId subject = first; subject < end; ++subject.value) {
      while (row < rows_.size() && rows_.facts.subjects[row] < subject) ++row;
      const bool is_known = row < rows_.size() && rows_.facts.subjects[row] == subject;
      const bool may_end = is_known && (rows_.facts.circumstances[row] & (kIsInGrace | kIsBlacklisted)) != 0;
      if (may_end || news_.subjects.has(subject)) wanted_.push_back(subject);
    }
  }

  void merge(Leavers& leavers) {
    const auto& ids = rows_.facts.subjects;
    std::size_t known = 0;
    std::size_t fresh = 0;
    for (const SubjectId subject : wanted_) {
      const std::size_t first = known;
      while (known < ids.size() && ids[known] < subject) ++known;
      keep(first, known);
      const bool is_known = known < ids.size() && ids[known] == subject;
      const State state = is_known && !news_.moved.has(subject) ? rows_.before[known] : stored(subject);
      known += is_known ? 1 : 0;
      if (fresh < measured_.size() && measured_.subjects[fresh] == subject) {
        population_.facts.append(measured_, fresh++);
        population_.states.push_back(state);
      } else {
        leavers.add(subject, state);
      }
    }
    keep(known, rows_.size());
  }

  // Overrides and triggers are marked anew.
  void keep(std::size_t first, std::size_t last) {
    const auto copy = [&](const auto& from, auto& to) {
      to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(first),
                from.begin() + static_cast<std::ptrdiff_t>(last));
    };
    ReviewFacts& facts = population_.facts;
    copy(rows_.facts.subjects, facts.subjects);
    facts.circumstances.resize(facts.subjects.size());
    for (std::size_t f = 0; f < facts.columns.size(); ++f) copy(rows_.facts.columns[f], facts.columns[f]);
    copy(rows_.before, population_.states);
  }

  State stored(SubjectId subject) {
    const auto row = store_.state(last_.scheme, subject);
    return row ? state_of(*row) : State{};
  }

  Session& session_;
  const grading::Model& model_;
  const storage::ReviewRow& last_;
  const News& news_;
  storage::ReviewStore store_;
  FactsReader reader_;
  ReviewRecord record_;
  ReviewRows rows_;  // of the block
  std::vector<SubjectId> wanted_;
  ReviewFacts measured_;
  Population population_;
};

}  // namespace

Population read_population(Session& session, sqlite::Connection& db, const grading::Model& model,
                           SchemeId scheme) {
  Population population;
  population.facts = load_facts(session, db, model, scheme, session.today());
  const ReviewFacts& facts = population.facts;
  population.states.resize(facts.size());
  Leavers leavers;
  std::size_t at = 0;
  storage::ReviewStore(db).states(scheme, [&](const storage::GradeStateRow& row) {
    while (at < facts.size() && facts.subjects[at] < row.subject) ++at;
    if (at < facts.size() && facts.subjects[at] == row.subject) {
      population.states[at] = state_of(row);
    } else {
      leavers.add(row.subject, state_of(row));
    }
  });
  add_leavers(population, leavers);
  return population;
}

std::optional<Population> carry_population(Session& session, sqlite::Connection& db,
                                           const grading::Model& model, const storage::ReviewRow& last) {
  if (last.version != model.scheme().version || model.as_of() < last.as_of) return std::nullopt;
  const auto news = find_news(session, db, model, last);
  if (!news) return std::nullopt;
  Leavers leavers;
  Population population = Carrier(session, db, model, last, *news).run(leavers);
  mark_overrides(db, model, last.scheme, session.today(), population.facts);
  add_leavers(population, leavers);
  return population;
}

grading::State state_of(const storage::GradeStateRow& row) {
  grading::State state;
  state.grade = static_cast<grading::Grade>(row.grade);
  state.computed = static_cast<grading::Grade>(row.computed);
  grading::set_signed_streak(state, row.streak);
  state.scheme_version = row.streak_version;
  state.since = row.since;
  state.computed_since = row.computed_since;
  state.warned_on = row.warned;
  state.counted = row.counted;
  return state;
}

}  // namespace crmcore::engine
