// The assignment rules there are.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assignment/policy.hpp"
#include "assignment/rule.hpp"
#include "base/json_fwd.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::assignment {

// The names that rules may refer to. Axes are gathered while rules are made.
struct Vocabulary {
  const std::vector<std::string>& grades;  // best first
  const std::vector<std::string>& levels;  // lowest first
  std::vector<std::string>& axes;

  // Index of the axis in `axes`, added when new.
  std::size_t axis(const std::string& code);
};

// Reads a member that must be one of `words`; kNone when absent or, reported, another text.
std::int32_t read_word(ObjectReader& in, std::string_view key, const std::vector<std::string>& words);
// The same; being absent is reported too.
std::int32_t require_word(ObjectReader& in, std::string_view key, const std::vector<std::string>& words);

// Where in a stage a rule may stand.
enum class RulePlace : std::uint8_t {
  anywhere,  // the stage's rule, required or preferred
  choosing,  // the stage's rule or preferred: it chooses among managers who are accepted
  stage,     // a stage of its own
  present,   // a stage of its own that cannot end the search, since it reads who serves the customer now
};

struct RuleKind {
  std::string_view id;
  std::int32_t version;
  std::string_view summary;
  RulePlace place;
  // Reads the parameters, all but finish(), reporting violations to the reader; the rule is then not used.
  // Describes them as well (parameters_schema).
  std::unique_ptr<const Rule> (*make)(ObjectReader& in, Vocabulary& words);
  void (*refine)(Json& parameters) = nullptr;  // adds to the schema what the readers cannot say
};

// The JSON Schema of a kind's parameters.
Json parameters_schema(const RuleKind& kind);

// All rules, ordered by id.
std::span<const RuleKind> rule_kinds() noexcept;
// nullptr when this build does not know the id and version.
const RuleKind* find_rule_kind(std::string_view id, std::int32_t version) noexcept;

}  // namespace crmcore::assignment
