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

}  // namespace

AxisId define_axis(Session& session, const AxisInput& axis) {
  text::require_code(axis.code, "/code");
  text::require_name(axis.name, "/name");
  text::require_text(axis.definition, kDefinitionBytesMax, "/definition");
  const Json definition = parse_json(axis.definition);
  WriteScope write(session);
  const Catalog& catalog = session.catalog();
  require_own_column(axis.code, catalog.attribute(std::string_view(axis.code)) != nullptr);
  const auto& kind = classification::axis_kind(axis.kind);
  storage::AxisRow row{{},           axis.code, axis.name,        axis.kind,
                       kind.version, 0,         axis.is_required, dump_json(definition)};
  const CatalogAxis* known = catalog.axis(std::string_view(axis.code));
  if (known) {
    if (known->row.kind != axis.kind) {
      throw Error(Code::conflict, fmt::format("axis '{}' exists as a {} axis", axis.code, known->row.kind),
                  "/kind");
    }
    row.id = known->row.id;
    row.slot = known->row.slot;
  } else {
    std::int64_t last = 0;
    for (const auto& other : catalog.axes()) last = std::max(last, other.row.id.value);
    row.id = AxisId{last + 1};
    row.slot = free_slot(catalog.axes());
  }
  const auto made = classification::make_axis(kind, definition, load_nodes(write.db(), row.id));
  if (!made.attribute.empty()) {
    const auto* attribute = catalog.attribute(std::string_view(made.attribute));
    if (!attribute || attribute->type == AttributeType::text) {
      throw Error(Code::not_found,
                  fmt::format("no numeric attribute '{}'; defined are: {}", made.attribute,
                              catalog.attribute_codes()),
                  "/definition/attribute");
    }
    if (known && known->row.definition != row.definition) {
      throw Error(Code::conflict,
                  fmt::format("the bands of axis '{}' are in use; define another axis", axis.code),
                  "/definition");
    }
  }
  storage::CatalogStore(write.db()).put(row);
  if (!made.attribute.empty()) {
    const auto nodes = made.tree.nodes();
    save_nodes(write.db(), row.id, {nodes.begin(), nodes.end()});
  }
  tell_defined(write, kAxisDefined, Json{{"code", row.code}, {"name", row.name}, {"kind", row.kind}});
  write.commit();
  return row.id;
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
