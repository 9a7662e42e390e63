#include "engine/classification/define.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "classification/ready_made.hpp"
#include "classification/rules.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/archive/put_customers.hpp"
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

void require_numeric(const Catalog& catalog, const std::string& code, const std::string& path,
                     std::vector<Diagnostic>& found) {
  const auto* attribute = catalog.attribute(std::string_view(code));
  if (attribute != nullptr && attribute->type != AttributeType::text) return;
  found.push_back(
      {Code::not_found, path,
       fmt::format("no numeric attribute '{}'; defined are: {}", code, catalog.attribute_codes())});
}

void require_source(const Catalog& catalog, const classification::Condition& condition,
                    const std::string& path, std::vector<Diagnostic>& found) {
  using Of = classification::Condition::Of;
  if (condition.of == Of::attribute && condition.is.empty()) {
    require_numeric(catalog, condition.code, path + "/attribute", found);
  } else if (condition.of == Of::attribute) {
    const auto* attribute = catalog.attribute(std::string_view(condition.code));
    if (attribute != nullptr && attribute->type == AttributeType::text) return;
    found.push_back(
        {Code::not_found, path + "/attribute",
         fmt::format("no text attribute '{}'; defined are: {}", condition.code, catalog.attribute_codes())});
  } else if (condition.of == Of::axis) {
    const CatalogAxis* axis = catalog.axis(std::string_view(condition.code));
    if (axis == nullptr) {
      found.push_back({Code::not_found, path + "/axis",
                       fmt::format("no axis '{}' was defined before; defined are: {}", condition.code,
                                   catalog.axis_codes())});
    } else if (axis->axis.tree.find(std::string_view(condition.under)) == kNowhere) {
      found.push_back(
          {Code::not_found, path + "/under",
           fmt::format("no node {} on axis '{}'", text::quoted(condition.under), condition.code)});
    }
  }
}

// What a derived axis asks for must be there. Its own axis is not yet, nor is any that will ask for it: rules
// never change, so that no axis follows from itself.
void require_sources(const Catalog& catalog, const classification::Axis& made) {
  std::vector<Diagnostic> found;
  if (made.rules == nullptr) {
    require_numeric(catalog, made.attribute, "/definition/attribute", found);
  } else {
    const auto rules = made.rules->rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      for (std::size_t k = 0; k < rules[i].when.size(); ++k)
        require_source(catalog, rules[i].when[k], fmt::format("/definition/rules/{}/when/{}", i, k), found);
    }
  }
  throw_if_any(std::move(found));
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
  if (made.is_derived()) {
    if (known && known->axis.definition != row.definition) {
      throw Error(Code::conflict,
                  fmt::format("the {} of axis '{}' are in use; define another axis",
                              made.rules ? "rules" : "bands", row.code),
                  "/definition");
    }
    if (!known) require_sources(catalog, made);
  }
  if (known && row.name == known->row.name && row.is_required == known->row.is_required)
    return {row.id, true};
  storage::CatalogStore(write.db()).put(row);
  if (made.is_derived()) {
    const auto nodes = made.tree.nodes();
    save_nodes(write.db(), row.id, {nodes.begin(), nodes.end()});
  }
  tell_defined(write, kAxisDefined, Json{{"code", row.code}, {"name", row.name}, {"kind", row.kind}});
  if (made.is_derived() && !known) derive_everybody(session, write, "/definition");
  write.commit();
  return {row.id, false};
}

void define_ready_made(Session& session, bool has_regions) {
  WriteScope write(session);
  const auto is_missing = [&](std::string_view code) { return session.catalog().axis(code) == nullptr; };
  if (is_missing("region")) define_axis(session, {"region", "区域", "tree", false, "{}"});
  if (has_regions) import_divisions(session, {"region", {}, {}, {}, false});
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
