// Axes and attributes as they are defined in the file, ready for use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crmcore/id.hpp"

#include "classification/registry.hpp"
#include "storage/catalog_store.hpp"
#include "storage/node_numbers.hpp"

namespace crmcore::engine {

struct CatalogAxis {
  storage::AxisRow row;
  classification::Axis axis;
  AttributeId attribute;  // of an axis that derives its class from one
  storage::NodeNumbers numbers;

  // False: customers are placed by hand.
  bool is_derived() const noexcept { return axis.is_derived(); }
  // Whether its class may be decided by hand all the same.
  bool takes_overrides() const noexcept { return axis.on_manual == classification::OnManual::overrides; }
  // "attribute 'staff'", "its rules": what the class of a derived axis follows from.
  std::string derived_from() const;
  std::size_t slot() const noexcept { return static_cast<std::size_t>(row.slot) - 1; }
  // The node of this id, nullptr for the explicit unknown.
  const classification::NodeRow* node(NodeId id) const;
};

// Immutable; valid for one catalog version.
class Catalog {
 public:
  static std::int64_t version_in(sqlite::Connection& db);
  Catalog(sqlite::Connection& db, std::int64_t version);

  std::int64_t version() const noexcept { return version_; }
  const std::vector<CatalogAxis>& axes() const noexcept { return axes_; }
  const std::vector<storage::AttributeDefinitionRow>& attributes() const noexcept { return attributes_; }

  // Whether an axis derives its class from more than one attribute: by rules, or unless decided otherwise.
  bool asks_facts() const noexcept;

  // nullptr when there is none.
  const CatalogAxis* axis(std::string_view code) const noexcept;
  const CatalogAxis* axis(AxisId id) const noexcept;
  const storage::AttributeDefinitionRow* attribute(std::string_view code) const noexcept;
  const storage::AttributeDefinitionRow* attribute(AttributeId id) const noexcept;

  // Those that exist, for messages: "region, ownership".
  std::string axis_codes() const;
  std::string attribute_codes() const;

 private:
  std::int64_t version_;
  std::vector<storage::AttributeDefinitionRow> attributes_;
  std::vector<CatalogAxis> axes_;
};

// Throws Error(not_found) at `path`, naming the axes there are.
const CatalogAxis& require_axis(const Catalog& catalog, std::string_view code, const std::string& path);

// The nodes of an axis as rows for the classification room.
std::vector<classification::NodeRow> load_nodes(sqlite::Connection& db, AxisId axis);

}  // namespace crmcore::engine
