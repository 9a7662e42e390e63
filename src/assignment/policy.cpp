// A policy is read once, by readers that describe it as well (policy_schema.cpp), so that what is published
// and what is accepted are one. What contradicts itself is said with both places; what can only be seen over
// all stages (two that accept the same, one that is never reached) is asked when everything else is right.
// tests/assignment/policy_test.cpp has the tables.
#include "assignment/policy.hpp"

#include <algorithm>
#include <utility>

#include "assignment/policy_schema.hpp"
#include "assignment/registry.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"

namespace crmcore::assignment {
namespace {

// Where in a stage a rule stands.
enum class Part { rule, requires_all, prefers };

std::string known_rules() {
  std::string known;
  for (const RuleKind& kind : rule_kinds()) {
    known += fmt::format("{}{}@{}", known.empty() ? "" : ", ", kind.id, kind.version);
  }
  return known;
}

std::vector<std::string> read_words(ObjectReader& in, std::string_view key, std::size_t count_max) {
  std::vector<std::string> words;
  const Json element = in.is_describing() ? schema::text(kCodeBytesMax) : Json();
  in.each(key, count_max, element, [&](const Json& json, const std::string& path) {
    const std::string word = json.is_string() ? json.get<std::string>() : std::string();
    if (text::is_blank(word) || word.size() > kCodeBytesMax) {
      in.found().push_back(
          {Code::invalid, path, fmt::format("must be a text of 1 to {} bytes", kCodeBytesMax)});
    } else if (const auto twin = std::find(words.begin(), words.end(), word); twin != words.end()) {
      in.found().push_back(
          {Code::conflict, path,
           fmt::format("'{}' already stands in {}", word,
                       join_path(in.path_of(key), static_cast<std::size_t>(twin - words.begin())))});
    } else {
      words.push_back(word);
    }
  });
  if (words.empty()) in.fail(Code::invalid, key, "at least one is needed");
  return words;
}

void read_weights(ObjectReader& in, Policy& policy) {
  policy.weights.assign(policy.grades.size(), 1);
  std::vector<bool> is_given(policy.grades.size());
  const bool is_stated = in.has("weights");
  const Json element = in.is_describing() ? schema::integer(1, kWeightMax) : Json();
  in.about("what a customer of each grade weighs in the load of a manager; absent: 1 each");
  in.each_member("weights", kGradesMax, element,
                 [&](const std::string& grade, const Json& json, const std::string& path) {
                   const auto entry = std::find(policy.grades.begin(), policy.grades.end(), grade);
                   if (entry == policy.grades.end()) {
                     in.found().push_back({Code::invalid, path,
                                           fmt::format("{} is not one of the policy's grades ({})",
                                                       text::quoted(grade), fmt::join(policy.grades, ", "))});
                     return;
                   }
                   const auto index = static_cast<std::size_t>(entry - policy.grades.begin());
                   is_given[index] = true;
                   const bool is_good = json.is_number_integer() && json.get<std::int64_t>() >= 1 &&
                                        json.get<std::int64_t>() <= kWeightMax;
                   if (is_good)
                     policy.weights[index] = json.get<std::int64_t>();
                   else
                     in.found().push_back(
                         {Code::range, path, fmt::format("must be an integer from 1 to {}", kWeightMax)});
                 });
  if (!is_stated) return;
  for (std::size_t i = 0; i < is_given.size(); ++i) {
    if (!is_given[i])
      in.fail(Code::invalid, "weights", fmt::format("grade '{}' has no weight", policy.grades[i]));
  }
}

void read_certificates(ObjectReader& in, Policy& policy) {
  in.about("without which a manager of the level gets no customers");
  in.objects("certificates", kCertificatesMax, [&](ObjectReader& row) {
    LevelCertificate needed{require_word(row, "level", policy.levels),
                            row.require_text("certificate", kCodeBytesMax)};
    for (const LevelCertificate& other : policy.certificates) {
      if (other.level == needed.level && other.certificate == needed.certificate) {
        row.fail(Code::conflict, "certificate",
                 fmt::format("'{}' stands twice for the level", needed.certificate));
      }
    }
    policy.certificates.push_back(needed);
    return needed;
  });
}

Costs read_costs(ObjectReader& in) {
  Costs costs;
  in.about("of every group of managers that the stages put before the customer's own");
  costs.preference = in.integer_or("preference", 0, kCostMax, costs.preference);
  in.about("of every tenth of the manager's span that is full already, ten at most");
  costs.imbalance = in.integer_or("imbalance", 0, kCostMax, costs.imbalance);
  in.about("of a customer who is moved though the manager may keep him; absent: nobody is");
  costs.disruption = in.integer("disruption", 1, kCostMax);
  return costs;
}

void read_solver(ObjectReader& in, Policy& policy) {
  in.about("ordered: customer by customer, stage by stage; optimal: all at once, for the least cost");
  policy.solver = in.word_or("solver", SolverKind::ordered);
  in.about("what the optimal solver weighs, each by a unit of a customer's weight");
  const auto costs = in.object("costs", read_costs);
  if (!costs) return;
  policy.costs = *costs;
  if (policy.solver == SolverKind::ordered && !in.is_describing())
    in.fail(Code::conflict, "costs",
            fmt::format("only the optimal solver weighs costs, and {} is 'ordered'", in.path_of("solver")));
}

RuleUse read_use(ObjectReader& in, Part part, Vocabulary& words) {
  RuleUse use;
  const std::size_t found_before = in.found().size();
  use.id = in.require_text("rule", kCodeBytesMax);
  use.version = static_cast<std::int32_t>(in.integer("version", 1, 1000).value_or(1));
  const Json none = Json::object();
  const Json* params = in.raw("params");
  const RuleKind* kind = find_rule_kind(use.id, use.version);
  if (kind == nullptr) {
    // An empty text is no rule either; what is no text has been refused already.
    if (!use.id.empty() || in.found().size() == found_before) {
      in.fail(Code::unsupported, "rule",
              fmt::format("rule {}@{} is not known; known are {}", text::quoted(use.id), use.version,
                          known_rules()));
    }
    return use;
  }
  ObjectReader reader(params == nullptr ? none : *params, in.path_of("params"), in.found());
  use.rule = kind->make(reader, words);
  reader.finish();
  if (part == Part::requires_all && kind->place == RulePlace::choosing) {
    in.fail(Code::invalid, "rule",
            fmt::format("rule '{}' chooses among managers, it cannot be required", use.id));
  }
  if (part != Part::rule && (kind->place == RulePlace::stage || kind->place == RulePlace::present)) {
    in.fail(Code::invalid, "rule", fmt::format("rule '{}' must be a stage of its own", use.id));
  }
  return use;
}

std::vector<RuleUse> read_uses(ObjectReader& in, std::string_view key, Part part, Vocabulary& words) {
  std::vector<RuleUse> uses;
  in.each(key, kUsesMax, [&](const Json& json, const std::string& path) {
    ObjectReader reader(json, path, in.found());
    uses.push_back(read_use(reader, part, words));
    reader.finish();
  });
  return uses;
}

// One rule at most chooses, and nothing that only accepts may come after it.
void check_choice(Stage& stage, ObjectReader& in) {
  const auto chooses = [](const RuleUse& use) { return use.rule && use.rule->choice() != Choice::unset; };
  std::string place = chooses(stage.rule) ? in.path_of("rule") : std::string();
  if (chooses(stage.rule)) stage.choice = stage.rule.rule->choice();
  // A stage that only chooses may still prefer: preferences come before the choice.
  bool is_preference_chosen = false;
  for (std::size_t i = 0; i < stage.prefers.size(); ++i) {
    const RuleUse& use = stage.prefers[i];
    const std::string here = join_path(join_path(in.path_of("prefers"), i), "rule");
    if (!use.rule) continue;
    if (!chooses(use)) {
      if (is_preference_chosen) {
        in.found().push_back(
            {Code::invalid, here,
             fmt::format("'{}' comes after {}, which leaves no two managers equal", use.id, place)});
      }
      continue;
    }
    if (!place.empty()) {
      in.found().push_back({Code::conflict, here,
                            fmt::format("'{}' chooses among managers, as does {} already", use.id, place)});
    }
    place = here;
    is_preference_chosen = true;
    stage.choice = use.rule->choice();
  }
}

Stage read_stage(const Json& json, const std::string& path, Vocabulary& words,
                 std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  Stage stage;
  stage.rule = read_use(in, Part::rule, words);
  stage.requires_all = read_uses(in, "requires", Part::requires_all, words);
  stage.prefers = read_uses(in, "prefers", Part::prefers, words);
  stage.ends_search = in.word_or("on_no_candidate", NoCandidate::next) == NoCandidate::unassigned;
  if (stage.ends_search && stage.rule.rule && stage.rule.rule->reads_present()) {
    in.fail(
        Code::invalid, "on_no_candidate",
        fmt::format("rule '{}' cannot end the search: it would for who loses a manager, not for who has none",
                    stage.rule.id));
  }
  check_choice(stage, in);
  in.finish();
  return stage;
}

void read_stages(ObjectReader& in, Policy& policy) {
  Vocabulary words{policy.grades, policy.levels, policy.axes};
  const Json element = in.is_describing() ? stage_schema() : Json();
  const std::size_t found_before = in.is_describing() ? 0 : in.found().size();
  in.about("the first one with a candidate decides");
  in.each("stages", kStagesMax, element, [&](const Json& stage, const std::string& path) {
    policy.stages.push_back(read_stage(stage, path, words, in.found()));
  });
  if (!in.is_describing() && policy.stages.empty() && in.found().size() == found_before)
    in.fail(Code::invalid, "stages", "at least one stage is needed");
}

Json use_json(const RuleUse& use) {
  return {{"rule", use.id}, {"version", use.version}, {"params", use.rule->parameters()}};
}

Json uses_json(const std::vector<RuleUse>& uses) {
  Json array = Json::array();
  for (const RuleUse& use : uses) array.push_back(use_json(use));
  return array;
}

void check_reachable(const std::vector<Stage>& stages, std::vector<Diagnostic>& found) {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& stage = stages[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (use_json(stage.rule) == use_json(stages[j].rule) &&
          uses_json(stage.requires_all) == uses_json(stages[j].requires_all)) {
        found.push_back({Code::conflict, fmt::format("/stages/{}", i),
                         fmt::format("accepts the same managers as /stages/{}, so it finds nobody", j)});
      }
    }
    if (stage.ends_search && stage.rule.rule->concerns_everyone() && i + 1 < stages.size()) {
      found.push_back(
          {Code::invalid, fmt::format("/stages/{}/on_no_candidate", i),
           fmt::format("'unassigned' ends the search for every customer, so /stages/{} is never reached",
                       i + 1)});
    }
  }
}

}  // namespace

Policy read_policy(ObjectReader& in) {
  Policy policy;
  policy.code = in.require_text("code", kCodeBytesMax);
  in.about("the next one of this code when it is put; absent: that one");
  policy.version = static_cast<std::int32_t>(in.integer("version", 1, kPolicyVersionMax).value_or(1));
  policy.name = in.text_or("name", kNameBytesMax, "");
  in.about("code of the grading scheme that gives the grades; empty: none");
  policy.scheme = in.text_or("scheme", kCodeBytesMax, "");
  in.about("best first");
  policy.grades = read_words(in, "grades", kGradesMax);
  in.about("lowest first");
  policy.levels = read_words(in, "levels", kLevelsMax);
  read_weights(in, policy);
  policy.ungraded_weight = in.integer_or("ungraded_weight", 1, kWeightMax, 1);
  in.about("how long a level that no longer fits the grade is tolerated");
  policy.grace_days = static_cast<std::int32_t>(in.integer_or("grace_days", 0, kGraceDaysMax, 0));
  in.about("whether assignments by hand advance the rotation");
  policy.is_manual_rotating = in.boolean_or("is_manual_rotating", false);
  policy.unassigned_visible_to = in.word_or("unassigned_visible_to", UnassignedVisibility::unit_heads);
  read_certificates(in, policy);
  read_solver(in, policy);
  read_stages(in, policy);
  return policy;
}

Policy parse_policy(const Json& json) {
  std::vector<Diagnostic> found;
  ObjectReader in(json, "", found);
  Policy policy = read_policy(in);
  in.finish();
  if (found.empty()) check_reachable(policy.stages, found);
  throw_if_any(std::move(found));
  return policy;
}

Json policy_json(const Policy& policy) {
  Json weights = Json::object();
  for (std::size_t i = 0; i < policy.grades.size(); ++i) weights[policy.grades[i]] = policy.weights[i];
  Json certificates = Json::array();
  for (const LevelCertificate& needed : policy.certificates) {
    certificates.push_back({{"level", policy.levels[static_cast<std::size_t>(needed.level)]},
                            {"certificate", needed.certificate}});
  }
  Json stages = Json::array();
  for (const Stage& stage : policy.stages) {
    Json item = use_json(stage.rule);
    item["requires"] = uses_json(stage.requires_all);
    item["prefers"] = uses_json(stage.prefers);
    item["on_no_candidate"] = word_of(stage.ends_search ? NoCandidate::unassigned : NoCandidate::next);
    stages.push_back(std::move(item));
  }
  Json json = {{"code", policy.code},
               {"version", policy.version},
               {"name", policy.name},
               {"scheme", policy.scheme},
               {"grades", policy.grades},
               {"levels", policy.levels},
               {"weights", std::move(weights)},
               {"ungraded_weight", policy.ungraded_weight},
               {"grace_days", policy.grace_days},
               {"is_manual_rotating", policy.is_manual_rotating},
               {"unassigned_visible_to", word_of(policy.unassigned_visible_to)},
               {"certificates", std::move(certificates)},
               {"solver", word_of(policy.solver)}};
  if (policy.solver == SolverKind::optimal) {
    const Costs& costs = policy.costs;
    json["costs"] = {{"preference", costs.preference}, {"imbalance", costs.imbalance}};
    if (costs.disruption) json["costs"]["disruption"] = *costs.disruption;
  }
  json["stages"] = std::move(stages);
  return json;
}

}  // namespace crmcore::assignment
