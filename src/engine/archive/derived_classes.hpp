// What the classes of a customer follow from, on axes that derive them.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "crmcore/archive.hpp"

#include "archive/attributes.hpp"
#include "classification/rules.hpp"
#include "engine/archive/customer_draft.hpp"
#include "engine/core/catalog.hpp"
#include "storage/class_override_store.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

// The facts of one customer, for rules and bands.
class DerivationFacts final : public classification::RuleFacts {
 public:
  // `catalog` must outlive this.
  DerivationFacts(const Catalog& catalog, CustomerKind kind) : catalog_(catalog), kind_(kind) {}

  void set(AttributeId attribute, archive::AttributeValue value);
  void remove(AttributeId attribute);
  // By hand, or derived from those before; what rules ask for on other axes.
  void set_classes(const storage::ClassRow& classes) { classes_ = classes; }

  std::optional<std::int64_t> number(AttributeId attribute) const;
  std::optional<std::int64_t> number(std::string_view attribute) const override;
  std::optional<std::string_view> text(std::string_view attribute) const override;
  bool lies_under(std::string_view axis, std::string_view node) const override;
  CustomerKind kind() const override { return kind_; }

 private:
  const archive::AttributeValue* find(AttributeId attribute) const;
  const archive::AttributeValue* find(std::string_view attribute) const;

  const Catalog& catalog_;
  CustomerKind kind_;
  std::vector<std::pair<AttributeId, archive::AttributeValue>> attributes_;  // few
  storage::ClassRow classes_{};
};

// With what is stored of the customer.
DerivationFacts stored_facts(const Catalog& catalog, storage::CustomerStore& store, CustomerId id,
                             CustomerKind kind);

// The node that follows on a derived axis; none: the explicit unknown.
NodeId derived_node(const CatalogAxis& axis, const DerivationFacts& facts);

// Sets the class on every derived axis. Axes are asked in the order in which they were defined, so that those
// a rule asks for are settled: a rule asks only for axes that were there before its own. What was decided by
// hand stands.
void derive_classes(const Catalog& catalog, DerivationFacts& facts,
                    std::span<const storage::ClassDecision> decisions, storage::ClassRow& classes);

// The same for a customer that is put, by what it has and what changes.
void derive_classes(const Catalog& catalog, storage::CustomerStore& store,
                    storage::ClassOverrideStore& overrides, CustomerDraft& draft);

}  // namespace crmcore::engine
