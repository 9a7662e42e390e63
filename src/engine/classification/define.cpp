#include "engine/classification/define.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "classification/ready_made.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/classification/import_divisions.hpp"
#include "engine/classification/nodes.hpp"
#include "storage/catalog_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kDefinitionBytesMax = 1u << 20;

int free_slot(const std::vector<CatalogAxis>& axes) {
  for (int slot = 1; slot <= kAxesMax; ++slot) {
    const bool is_taken =
        std::any_of(axes.begin(), axes.end(), [&](const auto& axis) { return axis.row.slot == slot; });
    if (!is_taken) return slot;
  }
  throw Error(Code::limit, fmt::format("at most {} axes are allowed", kAxesMax));
}

// What is to be, without id and slot: what is given, else what is there.
storage::AxisRow merged_axis(const CatalogAxis* known, const AxisInput& given) {
  text::require_code(given.code, "/code");
  storage::AxisRow row = known ? known->row : storage::AxisRow{};
  row.code = given.code;
  if (given.name || !known) text::require_name(row.name = given.name.value_or(""), "/name");
  if (given.kind && known && *given.kind != row.kind) {
    throw Error(Code::conflict, fmt::format("axis '{}' exists as a {} axis", given.code, row.kind), "/kind");
  }
  if (!known) {
    row.kind = given.kind.value_or("");
    row.kind_version = classification::axis_kind(row.kind).version;
    row.definition = "{}";
  }
  row.is_required = given.is_required.value_or(row.is_required);
  if (given.definition) {
    text::require_text(*given.definition, kDefinitionBytesMax, "/definition");
    row.definition = *given.definition;
  }
  return row;
}

}  // namespace

Defined<AxisId> define_axis(Session& session, const AxisInput& given) {
  WriteScope write(session);
  const Catalog& catalog = session.catalog();
  const CatalogAxis* known = catalog.axis(std::string_view(given.code));
  storage::AxisRow row = merged_axis(known, given);
  require_own_column(row.code, catalog.attribute(std::string_view(row.code)) != nullptr);
  if (!known) {
    std::int64_t last = 0;
    for (const auto& other : catalog.axes()) last = std::max(last, other.row.id.value);
    row.id = AxisId{last + 1};
    row.slot = free_slot(catalog.axes());
  }
  const auto made = classification::make_axis(classification::axis_kind(row.kind, row.kind_version),
                                              parse_json(row.definition), load_nodes(write.db(), row.id));
  row.definition = made.definition;
  if (!made.attribute.empty()) {
    const auto* attribute = catalog.attribute(std::string_view(made.attribute));
    if (!attribute || attribute->type == AttributeType::text) {
      throw Error(Code::not_found,
                  fmt::format("no numeric attribute '{}'; defined are: {}", made.attribute,
                              catalog.attribute_codes()),
                  "/definition/attribute");
    }
    if (known && known->axis.definition != row.definition) {
      throw Error(Code::conflict,
                  fmt::format("the bands of axis '{}' are in use; define another axis", row.code),
                  "/definition");
    }
  }
  if (known && row.name == known->row.name && row.is_required == known->row.is_required)
    return {row.id, true};
  storage::CatalogStore(write.db()).put(row);
  if (!made.attribute.empty()) {
    const auto nodes = made.tree.nodes();
    save_nodes(write.db(), row.id, {nodes.begin(), nodes.end()});
  }
  tell_defined(write, kAxisDefined, Json{{"code", row.code}, {"name", row.name}, {"kind", row.kind}});
  write.commit();
  return {row.id, false};
}

void define_ready_made(Session& session, bool has_regions) {
  WriteScope write(session);
  const auto is_missing = [&](std::string_view code) { return session.catalog().axis(code) == nullptr; };
  if (is_missing("region")) define_axis(session, {"region", "区域", "tree", false, "{}"});
  if (has_regions) import_divisions(session, {"region", {}, {}, false});
  if (is_missing("ownership")) {
    define_axis(session, {"ownership", "所有制", "list", false, "{}"});
    put_node_rows(write, require_axis(session.catalog(), "ownership", "/axis"),
                  classification::ownership_nodes());
  }
  if (is_missing("asset_band")) {
    define_attribute(session, {"total_assets", "资产总额", AttributeType::money, std::nullopt, std::nullopt});
    define_axis(session, {"asset_band", "资产规模", "band", false,
                          dump_json(classification::asset_band_definition("total_assets"))});
  }
  write.commit();
}

}  // namespace crmcore::engine
