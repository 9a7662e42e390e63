// Who has the relationship serves; who developed the customer serves. The first kind listed comes first,
// then the stronger relationship.
#include <algorithm>
#include <cassert>

#include "assignment/rules/makers.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/schema.hpp"

namespace crmcore::assignment {
namespace {

constexpr std::int32_t kStrengthMax = 100;
constexpr auto kRelationshipWords = words_of(RelationshipKind{});

class RelationshipRule : public Rule {
 public:
  RelationshipRule(std::vector<RelationshipKind> kinds, std::int32_t min_strength)
      : kinds_(std::move(kinds)), min_strength_(min_strength) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    if (concerns(customer)) return std::nullopt;
    return 0;
  }
  bool concerns(const CustomerFacts& customer) const override {
    if (customer.ties == nullptr) return false;
    const auto& ties = customer.ties->relationships;
    return std::any_of(ties.begin(), ties.end(), [&](const Relationship& tie) { return counts(tie); });
  }
  bool concerns_everyone() const override { return false; }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    assert(concerns(customer));
    std::optional<std::int32_t> tier;
    for (const Relationship& one : customer.ties->relationships) {
      if (one.manager != manager.id || !counts(one)) continue;
      const std::int32_t here = rank_of(one.kind) * (kStrengthMax + 1) + kStrengthMax - one.strength;
      tier = std::min(tier.value_or(here), here);
    }
    return tier ? Verdict{Rejection::none, *tier} : Verdict{Rejection::relationship};
  }
  Json parameters() const override {
    Json kinds = Json::array();
    for (const RelationshipKind kind : kinds_) kinds.push_back(word_of(kind));
    return {{"kinds", std::move(kinds)}, {"min_strength", min_strength_}};
  }

 private:
  std::int32_t rank_of(RelationshipKind kind) const {
    return static_cast<std::int32_t>(std::find(kinds_.begin(), kinds_.end(), kind) - kinds_.begin());
  }
  bool counts(const Relationship& one) const {
    return one.strength >= min_strength_ && rank_of(one.kind) < static_cast<std::int32_t>(kinds_.size());
  }

  std::vector<RelationshipKind> kinds_;
  std::int32_t min_strength_;
};

}  // namespace

std::unique_ptr<const Rule> make_relationship(ObjectReader& in, Vocabulary&) {
  std::vector<RelationshipKind> kinds;
  const Json element = in.is_describing() ? schema::word<RelationshipKind>() : Json();
  in.about("in the order in which they count; absent: all");
  in.each("kinds", kRelationshipWords.size(), element, [&](const Json& json, const std::string& path) {
    const std::string_view word = json.is_string() ? std::string_view(json.text()) : std::string_view();
    const auto entry = std::find(kRelationshipWords.begin(), kRelationshipWords.end(), word);
    const auto kind = static_cast<RelationshipKind>(entry - kRelationshipWords.begin());
    if (entry == kRelationshipWords.end()) {
      in.found().push_back(
          {Code::invalid, path, fmt::format("must be one of {}", fmt::join(kRelationshipWords, ", "))});
    } else if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
      in.found().push_back({Code::conflict, path, fmt::format("kind '{}' stands twice", word)});
    } else {
      kinds.push_back(kind);
    }
  });
  if (kinds.empty()) {
    for (std::size_t i = 0; i < kRelationshipWords.size(); ++i) {
      kinds.push_back(static_cast<RelationshipKind>(i));
    }
  }
  const auto min_strength = in.integer_or("min_strength", 0, kStrengthMax, 0);
  return std::make_unique<RelationshipRule>(std::move(kinds), static_cast<std::int32_t>(min_strength));
}

void refine_relationship(Json& parameters) {
  parameters["properties"]["kinds"]["uniqueItems"] = true;
}

}  // namespace crmcore::assignment
