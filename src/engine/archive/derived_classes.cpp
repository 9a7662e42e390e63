#include "engine/archive/derived_classes.hpp"

#include <algorithm>

#include "engine/archive/rows.hpp"

namespace crmcore::engine {

void DerivationFacts::set(AttributeId attribute, archive::AttributeValue value) {
  remove(attribute);
  attributes_.emplace_back(attribute, std::move(value));
}

void DerivationFacts::remove(AttributeId attribute) {
  std::erase_if(attributes_, [&](const auto& one) { return one.first == attribute; });
}

const archive::AttributeValue* DerivationFacts::find(AttributeId attribute) const {
  const auto found = std::find_if(attributes_.begin(), attributes_.end(),
                                  [&](const auto& one) { return one.first == attribute; });
  return found == attributes_.end() ? nullptr : &found->second;
}

const archive::AttributeValue* DerivationFacts::find(std::string_view attribute) const {
  const auto* definition = catalog_.attribute(attribute);
  return definition == nullptr ? nullptr : find(definition->id);
}

std::optional<std::int64_t> DerivationFacts::number(AttributeId attribute) const {
  const auto* value = find(attribute);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<std::int64_t> DerivationFacts::number(std::string_view attribute) const {
  const auto* definition = catalog_.attribute(attribute);
  return definition == nullptr ? std::nullopt : number(definition->id);
}

std::optional<std::string_view> DerivationFacts::text(std::string_view attribute) const {
  const auto* value = find(attribute);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::nullopt : std::optional<std::string_view>(*text);
}

bool DerivationFacts::lies_under(std::string_view axis, std::string_view node) const {
  const CatalogAxis* known = catalog_.axis(axis);
  if (known == nullptr || !classes_[known->slot()]) return false;
  const auto& tree = known->axis.tree;
  const Position above = tree.find(node);
  const Position on = tree.find(classes_[known->slot()]);
  return above != kNowhere && on != kNowhere && tree.subtree(above).contains(on);
}

DerivationFacts stored_facts(const Catalog& catalog, storage::CustomerStore& store, CustomerId id,
                             CustomerKind kind) {
  DerivationFacts facts(catalog, kind);
  for (auto& row : store.attributes(id)) {
    const AttributeId attribute = row.attribute;
    facts.set(attribute, to_value(std::move(row)).value);
  }
  facts.set_classes(store.classes(id));
  return facts;
}

NodeId derived_node(const CatalogAxis& axis, const DerivationFacts& facts) {
  const auto& tree = axis.axis.tree;
  Position position = kNowhere;
  if (axis.axis.rules != nullptr) {
    const auto first = axis.axis.rules->first(facts);
    if (first) position = tree.find(std::string_view(axis.axis.rules->rules()[*first].code));
  } else if (const auto number = facts.number(axis.attribute)) {
    position = axis.axis.place(*number);
  }
  return position == kNowhere ? NodeId{} : tree.node(position).id;
}

void derive_classes(const Catalog& catalog, DerivationFacts& facts,
                    std::span<const storage::ClassDecision> decisions, storage::ClassRow& classes) {
  for (const CatalogAxis& axis : catalog.axes()) {
    if (!axis.is_derived()) continue;
    facts.set_classes(classes);
    const auto decided = std::find_if(decisions.begin(), decisions.end(),
                                      [&](const auto& one) { return one.axis == axis.row.id; });
    classes[axis.slot()] = decided == decisions.end() ? derived_node(axis, facts) : decided->node;
  }
}

void derive_classes(const Catalog& catalog, storage::CustomerStore& store,
                    storage::ClassOverrideStore& overrides, CustomerDraft& draft) {
  DerivationFacts facts = draft.is_new ? DerivationFacts(catalog, draft.after.kind)
                                       : stored_facts(catalog, store, draft.after.id, draft.after.kind);
  for (const auto& change : draft.attributes) {
    if (change.after) {
      facts.set(change.attribute, change.after->value);
    } else {
      facts.remove(change.attribute);
    }
  }
  std::vector<storage::ClassDecision> decisions;
  if (!draft.is_new) decisions = overrides.standing(draft.after.id);
  derive_classes(catalog, facts, decisions, draft.classes);
}

}  // namespace crmcore::engine
