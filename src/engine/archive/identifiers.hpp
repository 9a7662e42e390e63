// What the archive declares of kinds of identifiers.
#pragma once

#include <optional>

#include "crmcore/archive.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kIdentifierDefined{14, "identifier.defined", storage::ToldRows::identifiers};

struct IdentifierDefinition {
  IdentifierKind kind = IdentifierKind::uscc;
  std::optional<bool> is_unique;  // absent: as it is
};

IdentifierDefinition read_identifier_definition(ObjectReader& in);
// Throws Error(conflict) at "/is_unique" naming the customers who share one where it is to be unique.
Json define_identifier(Session& session, const IdentifierDefinition& definition);
Json define_identifier_answer();

}  // namespace crmcore::engine
