// Conditions over other facts of a customer, of which the first that hold place it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/error.hpp"

#include "base/json_fwd.hpp"
#include "classification/on_manual.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::classification {

inline constexpr std::size_t kRulesMax = 1000;       // of an axis
inline constexpr std::size_t kConditionsMax = 16;    // of a rule
inline constexpr std::size_t kConditionTexts = 100;  // of a condition

// What holds of a customer. Never its grade: a class is stable, a grade moves with value.
struct Condition {
  enum class Of : std::int32_t { attribute, axis, kind };

  Of of = Of::attribute;
  std::string code;                  // of the attribute or the axis
  std::optional<std::int64_t> from;  // of a numeric attribute, in its stored unit; inclusive
  std::optional<std::int64_t> to;    // exclusive
  std::vector<std::string> is;       // of a text attribute: one of these, exactly
  std::string under;                 // of an axis: code of the node in or below which the class lies
  CustomerKind kind = CustomerKind::company;
};

struct Rule {
  std::string code;  // of the node
  std::string name;
  std::vector<Condition> when;  // all of which hold; none: always
};

// What conditions are asked of.
class RuleFacts {
 public:
  virtual ~RuleFacts() = default;
  // Nothing when the customer has none.
  virtual std::optional<std::int64_t> number(std::string_view attribute) const = 0;
  virtual std::optional<std::string_view> text(std::string_view attribute) const = 0;
  virtual bool lies_under(std::string_view axis, std::string_view node) const = 0;
  virtual CustomerKind kind() const = 0;
};

class Rules {
 public:
  // Reads {"rules": [{"code", "name"?, "when"?: [{"attribute", "from"?, "to"?, "is"?} | {"axis", "under"} |
  // {"kind"}]} …], "on_manual"?}. Appends every violation to `found` with its path below `path`. Rules of one
  // node share its code; the first names it.
  static Rules parse(const Json& definition, const std::string& path, std::vector<Diagnostic>& found);
  // Reads or describes the definition, without looking at how its rules fit together.
  static Rules read(ObjectReader& in);

  // The definition in canonical form.
  Json to_json() const;

  OnManual on_manual() const noexcept { return on_manual_; }
  std::span<const Rule> rules() const noexcept { return rules_; }
  // The first rule all of whose conditions hold.
  std::optional<std::size_t> first(const RuleFacts& facts) const;
  // The first condition of a rule that does not hold; nothing when all do.
  static std::optional<std::size_t> first_failed(const Rule& rule, const RuleFacts& facts);
  // Whether a rule asks for the class on the axis.
  bool reads_axis(std::string_view axis) const;

 private:
  void check(const std::string& path, std::vector<Diagnostic>& found) const;

  std::vector<Rule> rules_;
  OnManual on_manual_ = OnManual::refuse;
};

}  // namespace crmcore::classification
