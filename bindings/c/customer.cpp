// The customer archive.
#include "crmcore/archive.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

struct crmcore_customer final : crmcore::c::Shell<crmcore::Customer, crmcore::c::Kind::customer> {
  using Shell::Shell;
};

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_customer_put(crmcore_conn* conn, const char* code, int64_t code_size, const char* name,
                             int64_t name_size, int32_t kind, int64_t* customer_id, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int64_t& out = required(customer_id, "customer_id");
    CustomerInput input;
    input.code = text(code, code_size, "code");
    if (const auto given = optional_text(name, name_size, "name")) input.name = *given;
    if (kind != CRMCORE_CUSTOMER_KEEP) input.kind = static_cast<CustomerKind>(kind);
    out = Archive(*use).put(input).value;
  });
}

int32_t crmcore_customer_put_json(crmcore_conn* conn, const char* request, int64_t request_size,
                                  crmcore_buf** response, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(response, "response");
    const auto json = text(request, request_size, "request");
    answer_write(*use, out, [&] {
      return in_terms({{"", "/request"}}, [&] { return use->call("archive.put", json); });
    });
  });
}

int32_t crmcore_customer_find_id(crmcore_conn* conn, const char* code, int64_t code_size,
                                 int64_t* customer_id, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int64_t& out = required(customer_id, "customer_id");
    out = Archive(*use).id_of(text(code, code_size, "code")).value_or(CustomerId{}).value;
  });
}

int32_t crmcore_customer_find_ids(crmcore_conn* conn, int64_t count, const char* const* codes,
                                  const int64_t* sizes, int64_t* customer_ids, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    constexpr int64_t kCodesMax = 10'000'000;
    const std::size_t size = checked_count(count, kCodesMax, "count");
    required_array(codes, size, "codes");
    required_array(customer_ids, size, "customer_ids");
    Archive archive(*use);
    std::vector<int64_t> ids(size);
    for (std::size_t i = 0; i < size; ++i) {
      const auto code = element(codes, sizes, i, "codes");
      if (!code) throw Misuse(CRMCORE_E_MISUSE_NULL, "a code is NULL", element_path("codes", i));
      require_text(*code, kArgumentBytesMax, element_path("codes", i));
      ids[i] = archive.id_of(*code).value_or(CustomerId{}).value;
    }
    std::copy(ids.begin(), ids.end(), customer_ids);
  });
}

int32_t crmcore_customer_find(crmcore_conn* conn, const char* code, int64_t code_size,
                              crmcore_customer** customer, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_customer*& out = required(customer, "customer");
    auto found = Archive(*use).find(text(code, code_size, "code"));
    out = found ? make<crmcore_customer>(std::move(*found)) : nullptr;
  });
}

int32_t crmcore_customer_get(crmcore_conn* conn, int64_t customer_id, crmcore_customer** customer,
                             crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_customer*& out = required(customer, "customer");
    auto found = Archive(*use).find(CustomerId{customer_id});
    out = found ? make<crmcore_customer>(std::move(*found)) : nullptr;
  });
}

int32_t crmcore_customer_set_lost(crmcore_conn* conn, int64_t customer_id, int32_t is_lost,
                                  crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    in_terms(kTyped, [&] { Archive(*use).set_lost(CustomerId{customer_id}, is_lost != 0); });
  });
}

int32_t crmcore_customer_history(crmcore_conn* conn, int64_t customer_id, int64_t limit,
                                 crmcore_buf** history, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(history, "history");
    out = make_buf(in_terms(
        kTyped, [&] { return history_json(Archive(*use).history(CustomerId{customer_id}, limit)); }));
  });
}

int64_t crmcore_customer_id(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? read->id.value : 0;
}

const char* crmcore_customer_code(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? read->code.c_str() : nullptr;
}

const char* crmcore_customer_name(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? read->name.c_str() : nullptr;
}

const char* crmcore_customer_short_name(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? read->short_name.c_str() : nullptr;
}

int32_t crmcore_customer_kind(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? static_cast<int32_t>(read->kind) : 0;
}

int32_t crmcore_customer_status(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? static_cast<int32_t>(read->status) : 0;
}

int32_t crmcore_customer_since_day(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? read->since.days : CRMCORE_NO_DAY;
}

int32_t crmcore_customer_first_entry_day(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read && read->first_entry ? read->first_entry->days : CRMCORE_NO_DAY;
}

int64_t crmcore_customer_version(const crmcore_customer* customer) {
  const Customer* read = peek(customer);
  return read ? read->version : 0;
}

void crmcore_customer_free(crmcore_customer* customer) {
  free_handle(customer);
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
