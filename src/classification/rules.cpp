#include "classification/rules.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "crmcore/money.hpp"

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"

namespace crmcore::classification {
namespace {

Condition read_condition(ObjectReader& in) {
  Condition condition;
  const auto attribute = in.text("attribute", kCodeBytesMax);
  condition.from =
      in.about("of a number, as it is stored; inclusive").integer("from", -kIntegerMax, kIntegerMax);
  condition.to = in.about("exclusive").integer("to", -kIntegerMax, kIntegerMax);
  condition.is = in.about("of a text: one of these").texts("is", kConditionTexts, kNameBytesMax);
  const auto axis = in.text("axis", kCodeBytesMax);
  condition.under = in.about("code of the node in or below which the class on that axis lies")
                        .text_or("under", kCodeBytesMax, "");
  const auto kind = in.about("of the customer").word<CustomerKind>("kind");
  if ((attribute ? 1 : 0) + (axis ? 1 : 0) + (kind ? 1 : 0) != 1)
    in.fail(Code::invalid, "attribute", "exactly one of attribute, axis and kind is needed");
  if (axis.has_value() == condition.under.empty())
    in.fail(Code::invalid, "under", axis ? "the node of the axis is needed" : "only an axis has nodes");
  const bool has_range = condition.from || condition.to;
  if (attribute.has_value() != (has_range || !condition.is.empty()) || (has_range && !condition.is.empty())) {
    in.fail(Code::invalid,
            attribute   ? "from"
            : has_range ? "from"
                        : "is",
            attribute ? "either from and to, or is, say which values" : "only an attribute has values");
  }
  if (condition.from && condition.to && *condition.to <= *condition.from) {
    in.fail(Code::invalid, "to", fmt::format("{} is not above from, {}", *condition.to, *condition.from));
  }
  condition.of = axis ? Condition::Of::axis : kind ? Condition::Of::kind : Condition::Of::attribute;
  condition.code = axis ? *axis : attribute.value_or("");
  condition.kind = kind.value_or(CustomerKind::company);
  return condition;
}

Rule read_rule(ObjectReader& in) {
  Rule rule;
  rule.code = in.about("of the node").require_text("code", kCodeBytesMax);
  rule.name = in.about("of the node; absent: its code, or what a rule before says")
                  .text_or("name", kNameBytesMax, "");
  rule.when = in.about("all of which hold; absent: always").objects("when", kConditionsMax, read_condition);
  return rule;
}

bool holds(const Condition& condition, const RuleFacts& facts) {
  switch (condition.of) {
    case Condition::Of::kind:
      return facts.kind() == condition.kind;
    case Condition::Of::axis:
      return facts.lies_under(condition.code, condition.under);
    case Condition::Of::attribute:
      break;
  }
  if (!condition.is.empty()) {
    const auto text = facts.text(condition.code);
    return text && std::find(condition.is.begin(), condition.is.end(), *text) != condition.is.end();
  }
  const auto number = facts.number(condition.code);
  return number && (!condition.from || *condition.from <= *number) &&
         (!condition.to || *number < *condition.to);
}

Json condition_json(const Condition& condition) {
  if (condition.of == Condition::Of::kind) return {{"kind", word_of(condition.kind)}};
  if (condition.of == Condition::Of::axis) return {{"axis", condition.code}, {"under", condition.under}};
  Json json = {{"attribute", condition.code}};
  if (condition.from) json["from"] = *condition.from;
  if (condition.to) json["to"] = *condition.to;
  if (!condition.is.empty()) json["is"] = condition.is;
  return json;
}

}  // namespace

Rules Rules::read(ObjectReader& in) {
  Rules result;
  result.rules_ =
      in.about("the first that holds decides; none: unknown").require_objects("rules", kRulesMax, read_rule);
  result.on_manual_ =
      in.about("whether a class may be decided by hand all the same (classification.override)")
          .word_or("on_manual", OnManual::refuse);
  return result;
}

void Rules::check(const std::string& path, std::vector<Diagnostic>& found) const {
  if (rules_.empty()) found.push_back({Code::invalid, path, "at least one rule is needed"});
  std::map<std::string_view, std::string_view> names;
  std::optional<std::size_t> always;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    const std::string at = join_path(path, i);
    collect(found, "", "", [&] { text::require_code(rule.code, at + "/code"); });
    if (!rule.name.empty()) collect(found, "", "", [&] { text::require_name(rule.name, at + "/name"); });
    const auto [known, is_new] = names.try_emplace(rule.code, rule.name);
    if (!is_new && !rule.name.empty() && rule.name != known->second) {
      found.push_back(
          {Code::conflict, at + "/name",
           fmt::format("node '{}' is called {} by a rule before", rule.code, text::quoted(known->second))});
    }
    if (always) {
      found.push_back(
          {Code::invalid, at, fmt::format("is never reached: {} always holds", join_path(path, *always))});
    }
    if (!always && rule.when.empty()) always = i;
  }
}

Rules Rules::parse(const Json& definition, const std::string& path, std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  ObjectReader in(definition, path, found);
  Rules result = read(in);
  in.finish();
  if (found.size() == found_before) result.check(in.path_of("rules"), found);
  return found.size() == found_before ? result : Rules{};
}

Json Rules::to_json() const {
  Json rules = Json::array();
  for (const Rule& rule : rules_) {
    Json one = {{"code", rule.code}};
    if (!rule.name.empty()) one["name"] = rule.name;
    Json when = Json::array();
    for (const Condition& condition : rule.when) when.push_back(condition_json(condition));
    if (!rule.when.empty()) one["when"] = std::move(when);
    rules.push_back(std::move(one));
  }
  Json json = {{"rules", std::move(rules)}};
  if (on_manual_ != OnManual::refuse) json["on_manual"] = word_of(on_manual_);
  return json;
}

std::optional<std::size_t> Rules::first(const RuleFacts& facts) const {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (!first_failed(rules_[i], facts)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Rules::first_failed(const Rule& rule, const RuleFacts& facts) {
  const auto failed = std::find_if(rule.when.begin(), rule.when.end(),
                                   [&](const Condition& condition) { return !holds(condition, facts); });
  if (failed == rule.when.end()) return std::nullopt;
  return static_cast<std::size_t>(failed - rule.when.begin());
}

bool Rules::reads_axis(std::string_view axis) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return std::any_of(rule.when.begin(), rule.when.end(), [&](const Condition& condition) {
      return condition.of == Condition::Of::axis && condition.code == axis;
    });
  });
}

}  // namespace crmcore::classification
