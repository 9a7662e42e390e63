// Look-ups through the typed C interface, all fields read.
#include <string>
#include <vector>

#include "crmcore.h"
#include "jobs/jobs.hpp"

namespace bench {
namespace {

void require_ok(std::int32_t code, crmcore_error* error) {
  if (code != CRMCORE_OK) fail(std::string("crmcore: ") + crmcore_error_message(error));
}

std::size_t read_all(crmcore_customer* customer) {
  if (customer == nullptr) fail("crmcore: a customer is missing");
  const std::size_t bytes = std::string_view(crmcore_customer_code(customer)).size() +
                            std::string_view(crmcore_customer_name(customer)).size() +
                            std::string_view(crmcore_customer_short_name(customer)).size() +
                            static_cast<std::size_t>(crmcore_customer_id(customer)) +
                            static_cast<std::size_t>(crmcore_customer_kind(customer)) +
                            static_cast<std::size_t>(crmcore_customer_since_day(customer)) +
                            static_cast<std::size_t>(crmcore_customer_version(customer));
  crmcore_customer_free(customer);
  return bytes;
}

}  // namespace

void look_up_typed_c(const Arguments& arguments) {
  const std::size_t count = call_count(arguments, 200'000);
  const bool by_code = arguments.job == "lookup_code_c";
  const std::string path = arguments.place + kCustomersFile;
  crmcore_db* db = nullptr;
  crmcore_conn* conn = nullptr;
  crmcore_error* error = nullptr;
  require_ok(crmcore_db_open(path.data(), static_cast<std::int64_t>(path.size()), nullptr, 0, &db, &error),
             error);
  require_ok(crmcore_conn_open(db, &conn, &error), error);
  const Workload workload(arguments.customers);
  const std::vector<std::int64_t> ids = lookup_ids(arguments.customers, count);
  std::vector<std::string> codes;
  for (const std::int64_t id : ids) codes.push_back(workload.customer(id).code);
  const auto look_up = [&](std::size_t i) {
    crmcore_customer* customer = nullptr;
    const std::int32_t code =
        by_code ? crmcore_customer_find(conn, codes[i].data(), static_cast<std::int64_t>(codes[i].size()),
                                        &customer, &error)
                : crmcore_customer_get(conn, ids[i], &customer, &error);
    require_ok(code, error);
    return read_all(customer);
  };
  look_up(0);  // opens the connection's reader
  std::size_t bytes = 0;
  Stopwatch watch;
  watch.start();
  for (std::size_t i = 0; i < count; ++i) bytes += look_up(i);
  watch.stop();
  if (bytes == 0) fail("crmcore: nothing was read");
  crmcore_conn_free(conn);
  crmcore_db_free(db);
  Report(kUs, arguments, static_cast<std::int64_t>(count), watch).print();
}

}  // namespace bench
