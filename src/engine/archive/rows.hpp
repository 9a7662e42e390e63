// Rows of the store as the values that hosts and rules know, and back.
#pragma once

#include "crmcore/archive.hpp"

#include "archive/attributes.hpp"
#include "storage/catalog_store.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

// Without standing: a prospect that has had no entry.
Customer to_customer(storage::CustomerRow&& row);
Customer to_customer(storage::WholeCustomerRow&& whole);
Contact to_contact(storage::ContactRow&& row);
Identifier to_identifier(storage::IdentifierRow&& row);
archive::DatedValue to_value(storage::AttributeRow&& row);
archive::AttributeRule to_rule(const storage::AttributeDefinitionRow& row);  // `row` must outlive it

storage::CustomerRow to_row(Customer&& customer);
storage::ContactRow to_row(Contact&& contact);
storage::IdentifierRow to_row(Identifier&& identifier);
storage::AttributeRow to_row(AttributeId attribute, archive::DatedValue&& held);

}  // namespace crmcore::engine
