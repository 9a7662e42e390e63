// The ledger.
#include "crmcore/ledger.hpp"

#include "arguments.hpp"
#include "columns.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_entry_post(crmcore_conn* conn, const crmcore_columns* columns, const char* options,
                           int64_t options_size, int64_t* posted, int64_t* already, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    const Use given(columns, "columns");
    int64_t& posted_out = required(posted, "posted");
    int64_t& already_out = required(already, "already");
    const auto how = options_of(options, options_size, PostOptions::from_json);
    const PostResult result = Ledger(*use).post_columns(how, given->views());
    posted_out = result.posted;
    already_out = result.already;
  });
}

int32_t crmcore_entry_post_json(crmcore_conn* conn, const char* request, int64_t request_size,
                                crmcore_buf** response, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(response, "response");
    const auto json = text(request, request_size, "request");
    answer_write(*use, out, [&] {
      return in_terms({{"", "/request"}}, [&] { return use->call("ledger.post", json); });
    });
  });
}

int32_t crmcore_month_list(crmcore_conn* conn, int64_t customer_id, int32_t from_day, int32_t to_day,
                           crmcore_buf** months, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(months, "months");
    const auto from = optional_day(from_day, "from_day").value_or(kDateMin);
    const auto to = optional_day(to_day, "to_day").value_or(kDateMax);
    const auto customer = Archive(*use).find(CustomerId{customer_id});
    if (!customer) {
      throw Error(Code::not_found, "no customer with id " + std::to_string(customer_id), "/customer_id");
    }
    out = make_buf(months_json(customer->code, Ledger(*use).months(customer->id, from, to)));
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
