// A contact's field as a column of an import.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

#include "engine/archive/import_table.hpp"

namespace crmcore::engine {

// So many contacts may stand in a customer's row.
inline constexpr std::size_t kContactsOfRowMax = 3;

// "contact.phone" of the first, "contact2.phone" of the second.
std::string contact_name(std::size_t number, std::string_view field);

// The fields of a contact in the order of set_contact(); named as contact_name() says, or by the field alone
// with `number` 0.
std::vector<ImportField> contact_fields(std::size_t number);

// Sets the field of this place; empty, or what is allowed.
std::string set_contact(ContactInput& contact, std::size_t field, std::string_view text);

// What makes a value that is taken a strange one, in words: a telephone number without digits, an e-mail
// address without @. Empty for nothing. `field` as of set_contact().
std::string_view what_is_odd(std::size_t field, std::string_view text);

}  // namespace crmcore::engine
