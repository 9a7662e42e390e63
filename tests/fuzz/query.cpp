// A query: a line with its parameters, then the SQL. It reads, is refused, or is stopped; it never writes.
#include "fuzz/target.hpp"

using namespace crmcore;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view sql = fuzz::text_of(data, size);
  const std::string_view parameters = fuzz::take_line(sql);
  for (const bool is_json : {true, false}) {
    fuzz::Archive::instance().try_out([&](Connection& connection) {
      Rows rows = connection.query(sql, parameters);
      if (is_json) {
        rows.drain_json();
      } else {
        rows.drain_csv(size % 2 == 0);
      }
    });
  }
  return 0;
}
