// Defining the attributes of customers.
#pragma once

#include <string_view>

#include "crmcore/archive.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kAttributeDefined{10, "attribute.defined", storage::ToldRows::catalogue};

// What a definition made, or found as it was.
template <class Id>
struct Defined {
  Id id;
  bool is_unchanged = false;
};

Defined<AttributeId> define_attribute(Session& session, const AttributeDefinition& attribute);

// An import names fields, attributes and axes alike by a column: one name, one meaning. Throws
// Error(conflict) at "/code" for the name of a field, and when it `is_taken`.
void require_own_column(std::string_view code, bool is_taken);
// Appends a change of what is defined, and makes every connection read the definitions anew.
void tell_defined(WriteScope& write, const ChangeKind& kind, const Json& body);

}  // namespace crmcore::engine
