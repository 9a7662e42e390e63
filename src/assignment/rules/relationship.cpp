// Who has the relationship serves; who developed the customer serves. The first kind listed comes first,
// then the stronger relation.
#include <algorithm>

#include "assignment/rules/rules.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

constexpr std::int32_t kStrengthMax = 100;

class Relationship : public Rule {
 public:
  Relationship(std::vector<RelationKind> kinds, std::int32_t min_strength)
      : kinds_(std::move(kinds)), min_strength_(min_strength) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    if (concerns(customer)) return std::nullopt;
    return 0;
  }
  bool concerns(const CustomerFacts& customer) const override {
    if (customer.ties == nullptr) return false;
    const auto& relations = customer.ties->relations;
    return std::any_of(relations.begin(), relations.end(),
                       [&](const Relation& relation) { return counts(relation); });
  }
  bool concerns_everyone() const override { return false; }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    std::optional<std::int32_t> tier;
    for (const Relation& relation : customer.ties->relations) {
      if (relation.manager != manager.id || !counts(relation)) continue;
      const std::int32_t here =
          rank_of(relation.kind) * (kStrengthMax + 1) + kStrengthMax - relation.strength;
      tier = std::min(tier.value_or(here), here);
    }
    return tier ? Verdict{Rejection::none, *tier} : Verdict{Rejection::relationship};
  }
  Json parameters() const override {
    Json kinds = Json::array();
    for (const RelationKind kind : kinds_) kinds.push_back(name_of(kind));
    return {{"kinds", std::move(kinds)}, {"min_strength", min_strength_}};
  }

 private:
  std::int32_t rank_of(RelationKind kind) const {
    return static_cast<std::int32_t>(std::find(kinds_.begin(), kinds_.end(), kind) - kinds_.begin());
  }
  bool counts(const Relation& relation) const {
    return relation.strength >= min_strength_ &&
           rank_of(relation.kind) < static_cast<std::int32_t>(kinds_.size());
  }

  std::vector<RelationKind> kinds_;
  std::int32_t min_strength_;
};

}  // namespace

std::unique_ptr<const Rule> make_relationship(ObjectReader& in, Vocabulary&) {
  std::vector<RelationKind> kinds;
  in.each("kinds", kRelationKinds, [&](const Json& json, const std::string& path) {
    const auto kind = relation_kind_of(json.is_string() ? json.get<std::string>() : std::string());
    if (!kind) {
      in.found().push_back({Code::invalid, path, "must be one of developed, family, friendship, referral"});
    } else if (std::find(kinds.begin(), kinds.end(), *kind) != kinds.end()) {
      in.found().push_back({Code::conflict, path, fmt::format("kind '{}' stands twice", name_of(*kind))});
    } else {
      kinds.push_back(*kind);
    }
  });
  if (kinds.empty()) {
    kinds = {RelationKind::developed, RelationKind::family, RelationKind::friendship, RelationKind::referral};
  }
  const auto min_strength = in.integer("min_strength", 0, kStrengthMax).value_or(0);
  return std::make_unique<Relationship>(std::move(kinds), static_cast<std::int32_t>(min_strength));
}

}  // namespace crmcore::assignment
