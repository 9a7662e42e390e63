#include "engine/assignment/why_not.hpp"

#include <array>

#include "assignment/verdicts.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/assignment/facts.hpp"
#include "engine/core/versioned_documents.hpp"

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

Json verdict_json(const assignment::Policy& policy, const assignment::ManagerVerdict& verdict,
                  const storage::ManagerRow& row, bool is_present, Language language) {
  Json stages = Json::array();
  for (const auto& stage : verdict.stages) {
    stages.push_back({{"stage", stage.stage},
                      {"rule", policy.stages[static_cast<std::size_t>(stage.stage)].rule.id},
                      {"code", word_of(stage.rejection)},
                      {"words", words_for(stage.rejection, language)}});
  }
  return {{"manager", row.code},
          {"name", row.name},
          {"is_present", is_present},
          {"is_eligible", verdict.nearest == assignment::Rejection::none},
          {"code", word_of(verdict.nearest)},
          {"words", words_for(verdict.nearest, language)},
          {"stages", std::move(stages)}};
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

Json why_not_json(Session& session, CustomerId customer, std::string_view policy, Language language) {
  const auto loaded = policy_to_ask(session.db(), policy);
  const auto facts = loaded ? facts_of(session, *loaded, customer) : std::nullopt;
  if (!facts || facts->customers.empty()) return nullptr;  // lost customers are in no run
  const assignment::CustomerFacts& who = facts->customers.front();
  Json managers = Json::array();
  std::size_t at = 0;
  for (const auto& verdict :
       assignment::judge_managers(loaded->policy, facts->managers, who, session.today())) {
    const storage::ManagerRow& row = facts->manager_rows[at++];
    managers.push_back(verdict_json(loaded->policy, verdict, row, row.id == who.manager, language));
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
       {"stages", schema::about("those that concern the customer", schema::list(stage))}});
  return schema::object({{"policy", schema::text()},
                         {"version", schema::integer()},
                         {"as_of", schema::date()},
                         {"managers", schema::list(manager)}});
}

}  // namespace crmcore::engine
