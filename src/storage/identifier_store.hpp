// Identifiers by what they are, whoever has them, and what the archive declares of their kinds.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "crmcore/archive.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

class IdentifierStore {
 public:
  explicit IdentifierStore(sqlite::Connection& db) : db_(db) {}

  // Whether a kind is declared to be unique; nothing: it is not declared.
  std::optional<bool> is_unique(IdentifierKind kind);
  void declare(IdentifierKind kind, bool is_unique);

  // Visits who has it, by id, until `visit` says false.
  void owners(IdentifierKind kind, std::string_view key, const std::function<bool(CustomerId)>& visit);
  // The first customer but this one who has it; none: nobody.
  CustomerId owner_beside(CustomerId customer, IdentifierKind kind, std::string_view key);
  // Visits, in the order of keys, those that more than one customer has, with two of these, until `visit`
  // says false.
  void shared(IdentifierKind kind,
              const std::function<bool(std::string_view key, CustomerId one, CustomerId other)>& visit);
  // Those of the kinds that any customer has, in their order.
  void kinds(const std::function<void(IdentifierKind)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
