#include "engine/archive/attributes.hpp"

#include "archive/attributes.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/archive/customer_rows.hpp"
#include "storage/archive_store.hpp"
#include "storage/catalog_store.hpp"

namespace crmcore::engine {

void require_own_column(std::string_view code, bool is_taken) {
  if (!is_taken && !is_customer_field(code)) return;
  throw Error(Code::conflict,
              fmt::format("'{}' already names a field, an attribute or an axis of customers", code), "/code");
}

void tell_defined(WriteScope& write, const ChangeKind& kind, const Json& body) {
  storage::ArchiveStore(write.db()).touch_catalog();
  write.journal().add(kind, {}, dump_json(body));
}

AttributeId define_attribute(Session& session, const AttributeDefinition& attribute) {
  archive::require_definition(attribute);
  WriteScope write(session);
  const Catalog& catalog = session.catalog();
  require_own_column(attribute.code, catalog.axis(std::string_view(attribute.code)) != nullptr);
  storage::AttributeDefinitionRow row{
      {}, attribute.code, attribute.name, attribute.type, attribute.minimum, attribute.maximum};
  if (const auto* known = catalog.attribute(std::string_view(attribute.code))) {
    if (known->type != attribute.type) {
      throw Error(Code::conflict, fmt::format("attribute '{}' exists with another type", attribute.code),
                  "/type");
    }
    row.id = known->id;
    if (known->name == row.name && known->minimum == row.minimum && known->maximum == row.maximum)
      return row.id;
  } else {
    row.id = AttributeId{catalog.attributes().empty() ? 1 : catalog.attributes().back().id.value + 1};
  }
  storage::CatalogStore(write.db()).put(row);
  tell_defined(write, kAttributeDefined,
               Json{{"code", row.code}, {"name", row.name}, {"type", word_of(attribute.type)}});
  write.commit();
  return row.id;
}

}  // namespace crmcore::engine
