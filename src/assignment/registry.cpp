#include "assignment/registry.hpp"

#include <algorithm>

#include "assignment/rules/rules.hpp"
#include "base/format.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"

namespace crmcore::assignment {
namespace {

constexpr std::size_t kWordBytesMax = 128;

constexpr std::string_view kNoParameters = R"({"type":"object","additionalProperties":false})";

constexpr std::string_view kAgent = R"({
  "type": "object",
  "properties": {
    "grades": {"type": "array", "items": {"type": "string"}, "description": "grades that agents serve"},
    "ungraded": {"type": "boolean", "default": false}
  },
  "additionalProperties": false
})";

constexpr std::string_view kQuality = R"({
  "type": "object",
  "properties": {
    "table": {
      "type": "array",
      "description": "levels that serve a grade; a grade that is not listed is not the rule's concern",
      "items": {
        "type": "object",
        "properties": {
          "grade": {"type": "string"},
          "min_level": {"type": "string", "description": "default: the lowest"},
          "max_level": {"type": "string", "description": "default: the highest"}
        },
        "required": ["grade"], "additionalProperties": false
      }
    },
    "ungraded": {
      "type": "object",
      "properties": {"min_level": {"type": "string"}, "max_level": {"type": "string"}},
      "additionalProperties": false
    }
  },
  "additionalProperties": false
})";

constexpr std::string_view kRelationship = R"({
  "type": "object",
  "properties": {
    "kinds": {
      "type": "array", "description": "in the order in which they count; default: all",
      "items": {"enum": ["developed", "family", "friendship", "referral"]}
    },
    "min_strength": {"type": "integer", "minimum": 0, "maximum": 100, "default": 0}
  },
  "additionalProperties": false
})";

constexpr std::string_view kSegment = R"({
  "type": "object",
  "properties": {
    "axis": {"type": "string"},
    "without_segments": {"enum": ["none", "all"], "default": "none",
                         "description": "whom a manager without segments on the axis serves"}
  },
  "required": ["axis"], "additionalProperties": false
})";

constexpr std::string_view kSpecialty = R"({
  "type": "object",
  "properties": {
    "match": {"enum": ["any", "all"], "default": "all", "description": "how many of the needs must be met"},
    "min_proficiency": {"type": "integer", "minimum": 0, "maximum": 100, "default": 1}
  },
  "additionalProperties": false
})";

constexpr std::string_view kTerritory = R"({
  "type": "object",
  "properties": {
    "axis": {"type": "string", "default": "region"},
    "without_segments": {"enum": ["none", "all"], "default": "none",
                         "description": "whom a manager without segments on the axis serves"}
  },
  "additionalProperties": false
})";

constexpr RuleKind kKinds[] = {
    {"agent", 1, "agents serve customers of these grades", kAgent, make_agent},
    {"keep_current", 1, "the present manager goes on", kNoParameters, make_keep_current},
    {"least_loaded", 1, "chooses the smallest load for its span", kNoParameters, make_least_loaded},
    {"quality", 1, "the manager's level fits the customer's grade", kQuality, make_quality},
    {"relationship", 1, "who has a relation to the customer serves", kRelationship, make_relationship},
    {"round_robin", 1, "chooses in turn", kNoParameters, make_round_robin},
    {"segment", 1, "the manager serves the customer's class on an axis", kSegment, make_segment},
    {"specialty", 1, "the manager's specialties meet the customer's needs", kSpecialty, make_specialty},
    {"territory", 1, "the manager serves the customer's region", kTerritory, make_territory},
};

}  // namespace

std::size_t Vocabulary::axis(const std::string& code) {
  const auto entry = std::find(axes.begin(), axes.end(), code);
  if (entry != axes.end()) return static_cast<std::size_t>(entry - axes.begin());
  axes.push_back(code);
  return axes.size() - 1;
}

std::int32_t read_word(ObjectReader& in, std::string_view key, const std::vector<std::string>& words) {
  const auto text = in.text(key, kWordBytesMax);
  if (!text) return kNone;
  const auto entry = std::find(words.begin(), words.end(), *text);
  if (entry != words.end()) return static_cast<std::int32_t>(entry - words.begin());
  in.fail(Code::invalid, key,
          fmt::format("{} is not known here; known are {}", text::quoted(*text), fmt::join(words, ", ")));
  return kNone;
}

std::span<const RuleKind> rule_kinds() noexcept {
  return kKinds;
}

const RuleKind* find_rule_kind(std::string_view id, std::int32_t version) noexcept {
  for (const RuleKind& kind : kKinds) {
    if (kind.id == id && kind.version == version) return &kind;
  }
  return nullptr;
}

}  // namespace crmcore::assignment
