#include "engine/core/naming.hpp"

#include <cmath>
#include <utility>

#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"

namespace crmcore::engine {

std::string told_customer(sqlite::Connection& db, CustomerId id) {
  const auto row = storage::CustomerStore(db).find(id);
  return row ? fmt::format("{} ({})", row->name, row->code) : fmt::format("with id {}", id.value);
}

void throw_no_customer(sqlite::Connection& db, CustomerId id, const std::string& path) {
  std::string message = fmt::format("no customer with id {}", id.value);
  if (const auto gone = storage::GoneStore(db).find(id)) {
    message += gone->owner ? fmt::format(" any more: it was merged into {}", told_customer(db, gone->owner))
                           : std::string(" any more: the import that made it was taken back");
  }
  throw Error(Code::not_found, std::move(message), path);
}

std::string told_amount(const ArchiveFacts& facts, std::int64_t minor) {
  return format_money(Money{minor}, facts.currency_digits) + " " + facts.base_currency;
}

void add_amount_beside(Json& object, std::string_view member, const ArchiveFacts& facts) {
  const Json& value = object[member];
  if (!value.is_number()) return;
  const double minor = value.get<double>();
  if (std::abs(minor) > static_cast<double>(kIntegerMax)) return;
  object[std::string(member).append("_amount")] =
      format_money(Money{std::llround(minor)}, facts.currency_digits);
}

Json told_amount_answer() {
  return schema::about("the same in units of the currency", schema::text());
}

}  // namespace crmcore::engine
