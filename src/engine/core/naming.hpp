// How messages and answers name what people know: customers by name and code, amounts in the currency.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/file.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

// "北京云杉科技 (C-001)"; "with id 7" for one that is not there.
std::string told_customer(sqlite::Connection& db, CustomerId id);
// Refuses an id of nobody, or of one who is gone, Error(not_found), and says whom to take instead.
[[noreturn]] void throw_no_customer(sqlite::Connection& db, CustomerId id, const std::string& path);
// Minor units of the base currency as "125.00 CNY".
std::string told_amount(const ArchiveFacts& facts, std::int64_t minor);

// Sets "<member>_amount" beside a member that is an amount in minor units of the base currency: the same in
// units of it, "125.00". A member that is no number gets none.
void add_amount_beside(Json& object, std::string_view member, const ArchiveFacts& facts);
Json told_amount_answer();

}  // namespace crmcore::engine
