#include "engine/assignment/why_not.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "assignment/verdicts.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/assignment/facts.hpp"
#include "engine/core/versioned_documents.hpp"
#include "storage/assignment_store.hpp"

namespace crmcore::engine {
namespace {

// By Rejection.
constexpr std::array<Phrases, assignment::kRejections> kRejectionWords = {{
    {"eligible", "可以服务"},
    {"has left", "已离职"},
    {"no stage of the policy has anything to say about the customer", "策略中没有适用于该客户的阶段"},
    {"the level is too low for the customer's grade", "级别低于该客户等级的要求"},
    {"the level is higher than the customer's grade allows", "级别高于该客户等级的上限"},
    {"the customer's region is not among those served", "客户所在区域不在其服务范围"},
    {"the customer's class is not among the segments served", "客户所属类目不在其服务细分"},
    {"has no relationship of the wanted kind to the customer", "与该客户没有所要求的关系"},
    {"a specialty that the customer needs is missing or too weak", "缺少客户所需的专业或熟练度不足"},
    {"is not the present manager", "不是现任客户经理"},
    {"is no agent, and the stage is for agents", "不是代理商，而本阶段只用代理商"},
    {"is an agent, and the stage is not for agents", "是代理商，而本阶段不用代理商"},
    {"is on leave", "休假中"},
    {"a certificate that the level requires is missing or expired", "缺少该级别所需的资格或已到期"},
    {"is excluded by a conflict of interest", "因利益冲突回避"},
    {"has no room left within the span", "管理幅度已满"},
}};

// By UnassignedReason.
constexpr std::array<Phrases, assignment::kUnassignedReasons> kUnassignedWords = {{
    {"has a manager", "已有客户经理"},
    {"every manager who fits has no room left within the span", "合适的客户经理管理幅度都已满"},
    {"every manager who fits is on leave", "合适的客户经理都在休假"},
    {"every manager who fits lacks a certificate", "合适的客户经理都缺少资格"},
    {"every manager who fits is excluded by a conflict of interest", "合适的客户经理都因利益冲突回避"},
    {"no manager fits", "没有合适的客户经理"},
}};

std::optional<LoadedPolicy> policy_to_ask(sqlite::Connection& db, std::string_view code) {
  if (!code.empty()) return load_policy(db, code, std::nullopt);
  const auto all = VersionedDocuments(db, storage::DocumentKind::policy).all();
  if (all.size() != 1) return std::nullopt;
  return load_policy(db, all.front().code, std::nullopt);
}

// By Precedence.
constexpr std::array<Phrases, assignment::kPrecedences> kPrecedenceWords = {{
    {"nothing", "无"},
    {"serves the customer, and nobody is moved without a reason", "正在服务该客户，无理由不更换"},
    {"is taken by an earlier stage", "由更前的阶段选中"},
    {"is nearer, with a smaller part of the axis", "服务范围更小，离客户更近"},
    {"is preferred", "更符合优先条件"},
    {"has the smaller load", "负荷更小"},
    {"has waited longer for a customer", "轮转中等待更久"},
    {"has the lower number, all else being equal", "其他相同，序号更小"},
}};

// Tells those who could serve what puts somebody else first.
class PassedOver {
 public:
  PassedOver(sqlite::Connection& db, const LoadedPolicy& loaded, const AssignmentFacts& facts,
             const std::optional<storage::DecisionRow>& decision, Language language)
      : policy_(loaded.policy), facts_(facts), language_(language) {
    if (!decision || !decision->to) return;
    const auto run = storage::AssignmentStore(db).run(decision->run);
    if (run && run->policy == loaded.id && run->version == loaded.policy.version) decision_ = decision;
  }

  // Members of the verdict on a manager who could serve and does not.
  void tell(const assignment::ManagerVerdict& verdict, Json& told) const {
    if (verdict.first == verdict.manager) {
      told["words"] = say("could serve, and comes first", "可以服务，且排在最前");
      return;
    }
    const auto by_run = by_decision(verdict);
    const auto by = by_run.value_or(verdict.by);
    const storage::ManagerRow& first = row_of(verdict.first);
    told["first"] = first.code;
    told["first_by"] = word_of(by);
    std::string why(in_language(kPrecedenceWords[static_cast<std::size_t>(by)], language_));
    if (by == assignment::Precedence::load) why += loads(verdict, by_run.has_value());
    const bool is_english = language_ == Language::en;
    std::string run;
    if (by_run) run = fmt::format("{}{}", say(" in run ", "，分配批次 "), decision_->run.value);
    told["words"] =
        is_english ? fmt::format("could serve; {} ({}) came first{}: {}", first.name, first.code, run, why)
                   : fmt::format("可以服务，但 {}（{}）在先{}：{}", first.name, first.code, run, why);
  }

 private:
  std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(in_language({english, chinese}, language_));
  }

  std::size_t place_of(ManagerId id) const {
    const auto row = std::find_if(facts_.manager_rows.begin(), facts_.manager_rows.end(),
                                  [&](const storage::ManagerRow& one) { return one.id == id; });
    return static_cast<std::size_t>(row - facts_.manager_rows.begin());
  }
  const storage::ManagerRow& row_of(ManagerId id) const { return facts_.manager_rows[place_of(id)]; }

  // The run kept what came between the first two; by load its choice came before all others of the pool.
  std::optional<assignment::Precedence> by_decision(const assignment::ManagerVerdict& verdict) const {
    if (!decision_ || decision_->to != verdict.first || decision_->stage != verdict.stage)
      return std::nullopt;
    const bool is_second = decision_->runner_up == verdict.manager;
    const bool is_told_today = verdict.by != assignment::Precedence::serving;
    switch (static_cast<assignment::TieBreak>(decision_->tie_break)) {
      case assignment::TieBreak::load:
        if (!is_second && is_told_today) return std::nullopt;
        return assignment::Precedence::load;
      case assignment::TieBreak::rotation:
        if (is_second) return assignment::Precedence::rotation;
        return std::nullopt;
      case assignment::TieBreak::id:
        if (is_second) return assignment::Precedence::id;
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  // Then, where the run kept them, or now: without the customer, whom the first may serve.
  std::string loads(const assignment::ManagerVerdict& verdict, bool is_then) const {
    const bool is_second = is_then && decision_->runner_up == verdict.manager;
    if (is_then && !is_second) return {};
    const std::size_t first = place_of(verdict.first);
    const std::size_t other = place_of(verdict.manager);
    const assignment::CustomerFacts& who = facts_.customers.front();
    const std::int64_t own = who.manager == verdict.first ? policy_.weight_of(who.grade) : 0;
    const std::int64_t load = is_then ? decision_->load_before : facts_.managers[first].load - own;
    const std::int64_t other_load = is_then ? decision_->runner_up_load : facts_.managers[other].load;
    const std::int64_t span = facts_.managers[first].span;
    const std::int64_t other_span = facts_.managers[other].span;
    return language_ == Language::en
               ? fmt::format(", {} of {} against {} of {}", load, span, other_load, other_span)
               : fmt::format("，{}/{} 对 {}/{}", load, span, other_load, other_span);
  }

  const assignment::Policy& policy_;
  const AssignmentFacts& facts_;
  std::optional<storage::DecisionRow> decision_;
  Language language_;
};

Json verdict_json(const assignment::Policy& policy, const assignment::ManagerVerdict& verdict,
                  const storage::ManagerRow& row, bool is_present, Language language) {
  Json stages = Json::array();
  for (const auto& stage : verdict.stages) {
    stages.push_back({{"stage", stage.stage},
                      {"rule", policy.stages[static_cast<std::size_t>(stage.stage)].rule.id},
                      {"code", word_of(stage.rejection)},
                      {"words", words_for(stage.rejection, language)}});
  }
  Json told = {{"manager", row.code},
               {"name", row.name},
               {"is_present", is_present},
               {"is_eligible", verdict.nearest == assignment::Rejection::none},
               {"code", word_of(verdict.nearest)},
               {"words", words_for(verdict.nearest, language)},
               {"stages", std::move(stages)}};
  return told;
}

// A manager may have a level that this policy does not know; who asks why shall get the rest of the answer.
std::optional<AssignmentFacts> facts_of(Session& session, const LoadedPolicy& loaded, CustomerId customer) {
  const CustomerId only[] = {customer};
  try {
    return load_assignment_facts(session, loaded, session.today(), only);
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    return std::nullopt;
  }
}

}  // namespace

std::string_view words_for(assignment::Rejection rejection, Language language) noexcept {
  return in_language(kRejectionWords[static_cast<std::size_t>(rejection)], language);
}

std::string_view words_for(assignment::UnassignedReason reason, Language language) noexcept {
  return in_language(kUnassignedWords[static_cast<std::size_t>(reason)], language);
}

Json why_not_json(Session& session, CustomerId customer, std::string_view policy, Language language,
                  const std::optional<storage::DecisionRow>& decision) {
  const auto loaded = policy_to_ask(session.db(), policy);
  const auto facts = loaded ? facts_of(session, *loaded, customer) : std::nullopt;
  if (!facts || facts->customers.empty()) return nullptr;  // lost customers are in no run
  const assignment::CustomerFacts& who = facts->customers.front();
  const PassedOver passed_over(session.db(), *loaded, *facts, decision, language);
  Json managers = Json::array();
  std::size_t at = 0;
  for (const auto& verdict :
       assignment::judge_managers(loaded->policy, facts->managers, who, session.today())) {
    const storage::ManagerRow& row = facts->manager_rows[at++];
    const bool is_present = row.id == who.manager;
    Json told = verdict_json(loaded->policy, verdict, row, is_present, language);
    if (verdict.nearest == assignment::Rejection::none) {
      if (is_present) {
        told["words"] = in_language({"serves the customer", "正在服务该客户"}, language);
      } else if (verdict.first) {
        passed_over.tell(verdict, told);
      }
    }
    managers.push_back(std::move(told));
  }
  return {{"policy", loaded->policy.code},
          {"version", loaded->policy.version},
          {"as_of", format_date(session.today())},
          {"managers", std::move(managers)}};
}

Json why_not_answer() {
  const Json stage = schema::object({{"stage", schema::integer()},
                                     {"rule", schema::text()},
                                     {"code", schema::word<assignment::Rejection>()},
                                     {"words", schema::text()}});
  const Json manager = schema::object(
      {{"manager", schema::text()},
       {"name", schema::text()},
       {"is_present", schema::about("serves the customer now", schema::boolean())},
       {"is_eligible", schema::boolean()},
       {"code", schema::about("what came nearest to a match", schema::word<assignment::Rejection>())},
       {"words", schema::text()},
       schema::optional("first", schema::about("of one who could serve and does not: who comes first instead",
                                               schema::text())),
       schema::optional("first_by", schema::about("what puts that one before this manager",
                                                  schema::word<assignment::Precedence>())),
       {"stages", schema::about("those that concern the customer", schema::list(stage))}});
  return schema::object({{"policy", schema::text()},
                         {"version", schema::integer()},
                         {"as_of", schema::date()},
                         {"managers", schema::list(manager)}});
}

}  // namespace crmcore::engine
