#include "engine/archive/links.hpp"

#include "archive/details.hpp"
#include "base/format.hpp"
#include "storage/detail_store.hpp"
#include "storage/gone_store.hpp"

namespace crmcore::engine {

CustomerId above(sqlite::Connection& db, CustomerId customer, std::string_view use) {
  const CustomerId other = storage::DetailStore(db).linked(customer, use);
  return other ? storage::OwnerLookup(db).owner_of(other) : other;
}

bool is_above(sqlite::Connection& db, CustomerId other, CustomerId customer, std::string_view use) {
  CustomerId at = customer;
  for (int i = 0; i < kLinksAboveMax && at; ++i) {
    at = above(db, at, use);
    if (at == other) return true;
  }
  return false;
}

std::string circle_of(sqlite::Connection& db, CustomerId customer, CustomerId other, std::string_view use) {
  if (storage::OwnerLookup(db).owner_of(other) == customer) return "a customer is not linked to itself";
  if (!archive::is_tree_link(use)) return {};
  CustomerId at = other;
  for (int i = 0; i < kLinksAboveMax; ++i) {
    if (!at) return {};
    if (at == customer) return fmt::format("it stands below the customer already ({})", use);
    at = above(db, at, use);
  }
  return fmt::format("more than {} customers stand above it ({})", kLinksAboveMax, use);
}

}  // namespace crmcore::engine
