// One pass over the customers counts them by grade, in all, by the unit of whom they have, and by region;
// what the counts ask for is a rule of the room of assignment. tests/engine/headcount_test.cpp counts anew in
// SQL.
#include "engine/assignment/headcount.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "assignment/headcount.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/classification/customer_filter.hpp"
#include "storage/class_scan.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {
namespace {

using assignment::GradeCounts;
using assignment::Headcount;
using assignment::PostCount;

// Customers by grade and managers by place.
struct Group {
  GradeCounts customers;
  std::vector<std::size_t> managers;
};

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

void add_numbers(Json& json, const PostCount& count) {
  json["customers"] = count.customers;
  json["load"] = count.load;
  json["needed"] = or_null(count.needed);
  json["present"] = count.present;
  json["on_leave"] = count.on_leave;
  json["capacity"] = count.capacity;
  json["vacancies"] = or_null(count.vacancies);
  json["surplus"] = or_null(count.surplus);
}

class Counting {
 public:
  Counting(Session& session, const HeadcountRequest& request, const PolicyInQuestion& question)
      : session_(session),
        request_(request),
        policy_(question.loaded.policy),
        facts_(question.facts),
        spans_(spans_by_level()),
        headcount_(policy_, facts_.managers, spans_) {}

  Json run() {
    Json json = {{"policy", policy_.code}, {"version", policy_.version}, {"scheme", policy_.scheme}};
    const Group all = everybody();
    json["grades"] = grades_json(all.customers);
    json["levels"] = levels_json(counts_of(all));
    Json total = Json::object();
    add_numbers(total, assignment::total_of(counts_of(all)));
    json["total"] = std::move(total);
    json["units"] = units_json();
    if (request_.regions) json["regions"] = regions_json();
    return json;
  }

 private:
  std::vector<std::optional<std::int64_t>> spans_by_level() const {
    std::vector<std::optional<std::int64_t>> spans;
    for (const std::string& level : policy_.levels) {
      const auto said = request_.spans.find(level);
      spans.push_back(said == request_.spans.end() ? std::nullopt : std::optional(said->second));
    }
    return spans;
  }

  Group nobody() const { return {GradeCounts(policy_.grades.size() + 1), {}}; }
  static void add(Group& group, const assignment::CustomerFacts& customer) {
    ++group.customers[static_cast<std::size_t>(customer.grade + 1)];
  }

  Group everybody() const {
    Group all = nobody();
    for (const auto& customer : facts_.customers) add(all, customer);
    for (std::size_t i = 0; i < facts_.managers.size(); ++i) all.managers.push_back(i);
    return all;
  }

  std::vector<PostCount> counts_of(const Group& group) const {
    return headcount_.count(group.customers, group.managers);
  }

  Json post_json(assignment::Post post) const {
    return {{"level", post.level < 0 ? "" : policy_.levels[static_cast<std::size_t>(post.level)]},
            {"is_agent", post.is_agent}};
  }

  Json grades_json(const GradeCounts& customers) const {
    Json grades = Json::array();
    for (std::int32_t grade = 0; grade < std::ssize(policy_.grades); ++grade)
      grades.push_back(grade_json(grade, customers));
    grades.push_back(grade_json(assignment::kNone, customers));
    return grades;
  }
  Json grade_json(std::int32_t grade, const GradeCounts& customers) const {
    const std::int64_t count = customers[static_cast<std::size_t>(grade + 1)];
    Json json = {{"grade", grade < 0 ? "" : policy_.grades[static_cast<std::size_t>(grade)]},
                 {"weight", policy_.weight_of(grade)},
                 {"customers", count},
                 {"load", count * policy_.weight_of(grade)}};
    json.update(post_json(headcount_.post_of(grade)));
    return json;
  }

  Json levels_json(const std::vector<PostCount>& counts) const {
    Json levels = Json::array();
    for (const PostCount& count : counts) {
      Json json = post_json(count.post);
      json["span"] = or_null(count.span);
      add_numbers(json, count);
      levels.push_back(std::move(json));
    }
    return levels;
  }

  Json group_json(Json json, const Group& group) const {
    const auto counts = counts_of(group);
    add_numbers(json, assignment::total_of(counts));
    json["levels"] = levels_json(counts);
    return json;
  }

  // Of each unit what its own managers serve; who has no manager stands with those of no unit.
  Json units_json() const {
    const auto rows = storage::ManagerStore(session_.db()).units();
    std::map<UnitId, Group> groups;
    const auto group_of = [&](UnitId unit) -> Group& {
      return groups.try_emplace(unit, nobody()).first->second;
    };
    std::map<ManagerId, UnitId> unit_of;
    for (const auto& row : rows) group_of(row.id);
    for (std::size_t i = 0; i < facts_.managers.size(); ++i) {
      unit_of[facts_.managers[i].id] = facts_.manager_rows[i].unit;
      group_of(facts_.manager_rows[i].unit).managers.push_back(i);
    }
    for (const auto& customer : facts_.customers) {
      const auto unit = unit_of.find(customer.manager);
      add(group_of(unit == unit_of.end() ? UnitId{} : unit->second), customer);
    }
    Json units = Json::array();
    for (const auto& row : rows)
      units.push_back(group_json({{"unit", row.code}, {"name", row.name}}, groups.at(row.id)));
    if (const auto none = groups.find(UnitId{}); none != groups.end())
      units.push_back(group_json({{"unit", ""}, {"name", ""}}, none->second));
    return units;
  }

  // Of each node that is shown the customers below it, and the managers with a segment there; who serves
  // several stands in each, who serves a larger part of the axis with that part.
  Json regions_json() const {
    const CatalogAxis& axis = require_axis(session_.catalog(), request_.regions->code, "/by/axis");
    const DimensionGroups shown = groups_of(AxisOn(axis), *request_.regions, "/by");
    std::vector<Group> groups(shown.labels.size(), nobody());
    const auto place_of = [&](NodeId node) { return shown.by_number[axis.numbers.number(node)]; };
    auto next = facts_.customers.begin();
    const std::int32_t slots[] = {axis.row.slot};
    storage::scan_classes(session_.db(), slots, [&](CustomerId id, std::span<const NodeId> nodes) {
      if (next == facts_.customers.end() || next->id != id) return;
      const std::int64_t place = place_of(nodes[0]);
      if (place >= 0) add(groups[static_cast<std::size_t>(place)], *next);
      ++next;
    });
    for (const auto& segment : storage::ManagerStore(session_.db()).segments()) {
      if (segment.axis != axis.row.id) continue;
      const std::int64_t place = place_of(segment.node);
      if (place < 0) continue;
      auto& managers = groups[static_cast<std::size_t>(place)].managers;
      const std::size_t manager = index_of(segment.manager);
      if (managers.empty() || managers.back() != manager) managers.push_back(manager);
    }
    Json regions = Json::array();
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const Position at = shown.labels[i].empty() ? kNowhere : axis.axis.tree.find(shown.labels[i]);
      if (counts_of(groups[i]).empty()) continue;
      regions.push_back(group_json(
          {{"node", shown.labels[i]}, {"name", at == kNowhere ? "" : axis.axis.tree.node(at).name}},
          groups[i]));
    }
    return regions;
  }

  std::size_t index_of(ManagerId id) const {
    const auto found = std::ranges::lower_bound(facts_.managers, id, {}, &assignment::ManagerFacts::id);
    if (found == facts_.managers.end() || found->id != id)
      throw Error(Code::corrupt, "a segment is of a manager who is not there");
    return static_cast<std::size_t>(found - facts_.managers.begin());
  }

  Session& session_;
  const HeadcountRequest& request_;
  const assignment::Policy& policy_;
  const AssignmentFacts& facts_;
  std::vector<std::optional<std::int64_t>> spans_;
  Headcount headcount_;
};

Json counts_answer() {
  using schema::integer;
  using schema::nullable;
  return schema::object({{"customers", integer()},
                         {"load", integer()},
                         {"needed", schema::about("managers; null: no span is known", nullable(integer()))},
                         {"present", schema::about("have not left", integer())},
                         {"on_leave", schema::about("of those present", integer())},
                         {"capacity", schema::about("the spans of those present", integer())},
                         {"vacancies", nullable(integer())},
                         {"surplus", nullable(integer())}});
}

// The same with the kind of manager.
Json with_post(Json answer) {
  return schema::extended(std::move(answer),
                          {{"level", schema::about("empty: whoever, or agents", schema::text())},
                           {"is_agent", schema::boolean()}});
}

Json counting_answer() {
  using schema::integer;
  using schema::list;
  using schema::text;
  const Json grade = with_post(schema::object({{"grade", schema::about("empty: those without", text())},
                                               {"weight", integer()},
                                               {"customers", integer()},
                                               {"load", integer()}}));
  const Json level = schema::extended(
      with_post(counts_answer()), {{"span", schema::about("of one manager", schema::nullable(integer()))}});
  const Json unit =
      schema::extended(counts_answer(), {{"unit", schema::about("empty: no unit, or no manager", text())},
                                         {"name", text()},
                                         {"levels", list(level)}});
  const Json region = schema::extended(
      counts_answer(),
      {{"node", schema::about("empty: unclassified", text())}, {"name", text()}, {"levels", list(level)}});
  return schema::object({{"policy", text()},
                         {"version", integer()},
                         {"scheme", text()},
                         {"grades", list(grade)},
                         {"levels", list(level)},
                         {"total", counts_answer()},
                         {"units", list(unit)},
                         schema::optional("regions", list(region))});
}

Dimension read_regions(ObjectReader& in) {
  Dimension dimension;
  dimension.code = in.require_text("axis", kCodeBytesMax);
  dimension.under = in.about("only this node's subtree").text_or("under", kTextBytesMax, "");
  const auto level = in.about("deeper nodes are rolled up; absent: one below `under`, else 0, the roots")
                         .integer("level", 0, classification::kDepthMax - 1);
  if (level) dimension.level = static_cast<std::int32_t>(*level);
  if (!level && dimension.under.empty()) dimension.level = 0;
  return dimension;
}

// Each level that a span is said of is one of the policy in force, or of the candidate.
void require_levels(const HeadcountRequest& request, const assignment::Policy& in_force,
                    const assignment::Policy& tried) {
  for (const auto& said : request.spans) {
    const std::string& level = said.first;
    const auto has = [&](const assignment::Policy& policy) {
      return std::ranges::find(policy.levels, level) != policy.levels.end();
    };
    if (has(in_force) || has(tried)) continue;
    throw Error(Code::not_found,
                fmt::format("no level {}; policy {} knows: {}", text::quoted(level), tried.code,
                            fmt::join(tried.levels, ", ")),
                join_path("/spans", level));
  }
}

}  // namespace

HeadcountRequest read_headcount(ObjectReader& in) {
  HeadcountRequest request;
  request.question = read_candidate_request(in);
  in.about("what a manager of a level carries; absent: the mean of those present");
  const Json span = in.is_describing() ? schema::integer(1, assignment::kSpanMax) : Json();
  in.each_member(
      "spans", assignment::kLevelsMax, span,
      [&](const std::string& level, const Json& json, const std::string& path) {
        const bool is_integer = json.is_number_integer();
        const auto given = is_integer ? json.get<std::int64_t>() : 0;
        if (1 <= given && given <= assignment::kSpanMax) {
          request.spans[level] = given;
        } else {
          in.found().push_back({is_integer ? Code::range : Code::invalid, path,
                                fmt::format("must be an integer from 1 to {}", assignment::kSpanMax)});
        }
      });
  request.regions = in.about("counts by the nodes of an axis as well").object("by", read_regions);
  return request;
}

Json headcount(Session& session, const HeadcountRequest& request) {
  sqlite::ReadTransaction snapshot(session.db());
  const CandidateRequest& question = request.question;
  const Date as_of = question.as_of.value_or(session.today());
  const PolicyInQuestion in_force = policy_in_force(session, question, as_of);
  std::optional<PolicyInQuestion> tried;
  if (question.is_given()) tried = policy_that_is_tried(session, question, in_force.loaded, as_of);
  require_levels(request, in_force.loaded.policy, (tried ? *tried : in_force).loaded.policy);
  Json json = {{"as_of", format_date(as_of)}, {"in_force", Counting(session, request, in_force).run()}};
  if (tried) json["candidate"] = Counting(session, request, *tried).run();
  return json;
}

Json headcount_answer() {
  return schema::object({{"as_of", schema::date()},
                         {"in_force", counting_answer()},
                         schema::optional("candidate", schema::about("by the policy or scheme that was given",
                                                                     counting_answer()))});
}

}  // namespace crmcore::engine
