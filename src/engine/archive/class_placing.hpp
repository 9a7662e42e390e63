// Placing customers on the axes: by what the caller calls a node, or by the attribute that an axis follows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "crmcore/archive.hpp"

#include "engine/core/catalog.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

class ClassPlacer {
 public:
  // `catalog` must outlive the placer. Nodes are those valid on `today`.
  ClassPlacer(const Catalog& catalog, Date today) : catalog_(catalog), today_(today) {}

  // Sets the classes that are given. Appends every violation to `found`, with paths below `path`.
  void place(std::span<const ClassInput> given, const std::string& path, storage::ClassRow& classes,
             std::vector<Diagnostic>& found);
  // Sets the classes that follow from the number of an attribute; nullptr: there is none any more.
  void derive(AttributeId attribute, const std::int64_t* number, storage::ClassRow& classes) const;
  // Refuses a customer without a class on an axis that requires one. One who had none before the axis
  // required it stays as it is until the class is touched: `before` is nullptr for a new customer.
  void require_all(const storage::ClassRow* before, const storage::ClassRow& classes, const std::string& path,
                   std::vector<Diagnostic>& found) const;

 private:
  // Nothing when no node is meant; `refusal` tells code and message then.
  std::optional<NodeId> resolve(const CatalogAxis& axis, const std::string& text, Diagnostic& refusal);

  const Catalog& catalog_;
  Date today_;
  std::string key_;
  std::unordered_map<std::string, NodeId> resolved_;  // axis and text → node: imports repeat them
};

}  // namespace crmcore::engine
