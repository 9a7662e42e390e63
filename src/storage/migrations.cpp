#include "storage/migrations.hpp"

namespace crmcore::storage {

std::int32_t schema_version() noexcept { return static_cast<std::int32_t>(migrations().size()); }

void migrate(sqlite::Connection& writer, std::int32_t from) {
  for (const Migration& migration : migrations()) {
    if (migration.number > from) writer.run(sqlite::Sql{migration.script});
  }
  writer.set_user_version(schema_version());
}

}  // namespace crmcore::storage
