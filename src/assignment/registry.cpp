#include "assignment/registry.hpp"

#include <algorithm>

#include "assignment/rules/makers.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"

namespace crmcore::assignment {
namespace {

constexpr RuleKind kRuleKinds[] = {
    {"agent", 1, "agents serve customers of these grades", RulePlace::stage, make_agent, refine_agent},
    {"keep_current", 1, "the present manager goes on", RulePlace::present, make_keep_current},
    {"least_loaded", 1, "chooses the smallest load for its span", RulePlace::choosing, make_least_loaded},
    {"quality", 1, "the manager's level fits the customer's grade", RulePlace::anywhere, make_quality,
     refine_quality},
    {"relationship", 1, "who has a relationship to the customer serves", RulePlace::anywhere,
     make_relationship, refine_relationship},
    {"round_robin", 1, "chooses in turn", RulePlace::choosing, make_round_robin},
    {"segment", 1, "the manager serves the customer's class on an axis", RulePlace::anywhere, make_segment},
    {"specialty", 1, "the manager's specialties meet the customer's needs", RulePlace::anywhere,
     make_specialty},
    {"territory", 1, "the manager serves the customer's region", RulePlace::anywhere, make_territory},
};

}  // namespace

std::size_t Vocabulary::axis(const std::string& code) {
  const auto entry = std::find(axes.begin(), axes.end(), code);
  if (entry != axes.end()) return static_cast<std::size_t>(entry - axes.begin());
  axes.push_back(code);
  return axes.size() - 1;
}

std::int32_t read_word(ObjectReader& in, std::string_view key, const std::vector<std::string>& words) {
  const auto text = in.text(key, kCodeBytesMax);
  if (!text) return kNone;
  const auto entry = std::find(words.begin(), words.end(), *text);
  if (entry != words.end()) return static_cast<std::int32_t>(entry - words.begin());
  in.fail(Code::invalid, key,
          fmt::format("{} is not known here; known are {}", text::quoted(*text), fmt::join(words, ", ")));
  return kNone;
}

std::int32_t require_word(ObjectReader& in, std::string_view key, const std::vector<std::string>& words) {
  if (in.has(key)) return read_word(in, key, words);
  in.require_text(key, kCodeBytesMax);
  return kNone;
}

Json parameters_schema(const RuleKind& kind) {
  // One of each, so that every index into them is good; which words they are is the document's matter.
  const std::vector<std::string> grades = {"grade"};
  const std::vector<std::string> levels = {"level"};
  std::vector<std::string> axes;
  Vocabulary words{grades, levels, axes};
  Json schema;
  ObjectReader in(schema);
  static_cast<void>(kind.make(in, words));
  if (kind.refine != nullptr) kind.refine(schema);
  return schema;
}

std::span<const RuleKind> rule_kinds() noexcept {
  return kRuleKinds;
}

const RuleKind* find_rule_kind(std::string_view id, std::int32_t version) noexcept {
  for (const RuleKind& kind : kRuleKinds) {
    if (kind.id == id && kind.version == version) return &kind;
  }
  return nullptr;
}

}  // namespace crmcore::assignment
