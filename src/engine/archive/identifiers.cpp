#include "engine/archive/identifiers.hpp"

#include <utility>
#include <vector>

#include "archive/identifiers.hpp"
#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "storage/customer_store.hpp"
#include "storage/identifier_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

void require_unshared(sqlite::Connection& db, IdentifierKind kind) {
  storage::CustomerStore customers(db);
  std::vector<Diagnostic> found;
  const auto code = [&](CustomerId id) { return storage::named(customers.find(id), id, "customer").code; };
  storage::IdentifierStore(db).shared(kind, [&](std::string_view key, CustomerId one, CustomerId other) {
    found.push_back({Code::conflict, "/is_unique",
                     fmt::format("customers '{}' and '{}' have the same {}, {}", code(one), code(other),
                                 word_of(kind), text::quoted(key))});
    return found.size() < kViolationsMax;
  });
  throw_if_any(std::move(found));
}

}  // namespace

IdentifierDefinition read_identifier_definition(ObjectReader& in) {
  in.absent_keeps();
  return {in.require_word<IdentifierKind>("kind"),
          in.about("no two customers may have the same one").boolean("is_unique")};
}

Json define_identifier(Session& session, const IdentifierDefinition& definition) {
  WriteScope write(session);
  storage::IdentifierStore store(write.db());
  const IdentifierKind kind = definition.kind;
  const bool was_unique = store.is_unique(kind).value_or(archive::is_unique_by_default(kind));
  const bool is_unique = definition.is_unique.value_or(was_unique);
  if (is_unique != was_unique) {
    if (is_unique) require_unshared(write.db(), kind);
    store.declare(kind, is_unique);
    write.journal().add(kIdentifierDefined, {},
                        dump_json(Json{{"kind", word_of(kind)}, {"is_unique", is_unique}}));
    write.commit();
  }
  return {{"kind", word_of(kind)}, {"is_unique", is_unique}, {"is_unchanged", is_unique == was_unique}};
}

Json define_identifier_answer() {
  return schema::object({{"kind", schema::word<IdentifierKind>()},
                         {"is_unique", schema::boolean()},
                         {"is_unchanged", schema::about("it was so already", schema::boolean())}});
}

}  // namespace crmcore::engine
