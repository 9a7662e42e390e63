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

Defined<AttributeId> define_attribute(Session& session, const AttributeDefinition& attribute) {
  WriteScope write(session);
  const Catalog& catalog = session.catalog();
  const auto* known = catalog.attribute(std::string_view(attribute.code));
  std::optional<archive::AttributeTerms> before;
  if (known) before = {known->name, known->type, known->minimum, known->maximum};
  const archive::AttributeTerms terms = archive::merge_terms(before ? &*before : nullptr, attribute);
  require_own_column(attribute.code, catalog.axis(std::string_view(attribute.code)) != nullptr);
  if (before == terms) return {known->id, true};
  const AttributeId last = catalog.attributes().empty() ? AttributeId{} : catalog.attributes().back().id;
  const storage::AttributeDefinitionRow row{known ? known->id : AttributeId{last.value + 1},
                                            attribute.code,
                                            terms.name,
                                            terms.type,
                                            terms.minimum,
                                            terms.maximum};
  storage::CatalogStore(write.db()).put(row);
  tell_defined(write, kAttributeDefined,
               Json{{"code", row.code}, {"name", row.name}, {"type", word_of(row.type)}});
  write.commit();
  return {row.id, false};
}

}  // namespace crmcore::engine
