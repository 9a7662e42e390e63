// Customers: put, look-ups, reading, history.
#include "harness.h"

static struct archive archive;

static void put(void) {
  crmcore_conn* conn = archive.conn;
  int64_t id = 0;
  OK(crmcore_customer_put(conn, "C-001", -1, "北京云杉科技", -1, CRMCORE_CUSTOMER_COMPANY, &id, &error));
  CHECK(id == 1);
  OK(crmcore_customer_put(conn, "00123", 5, "Anna Müller", -1, CRMCORE_CUSTOMER_PERSON, &id, &error));
  CHECK(id == 2);
  // The same again: updated where something is given, kept where nothing is.
  OK(crmcore_customer_put(conn, "C-001", -1, NULL, 0, CRMCORE_CUSTOMER_KEEP, &id, &error));
  CHECK(id == 1);
  const int64_t seq = last_change(conn);
  static const struct {
    const char* code;
    int64_t code_size;
    const char* name;
    int32_t kind;
    int32_t expected;
    const char* path;
  } bad[] = {
      {"", -1, "A", 0, CRMCORE_E_INVALID, "/code"},
      {"   ", -1, "A", 0, CRMCORE_E_INVALID, "/code"},
      {"a\nb", -1, "A", 0, CRMCORE_E_INVALID, "/code"},
      {"a\xe2\x80\xae"
       "b",
       -1, "A", 0, CRMCORE_E_INVALID, "/code"},  // bidi override
      {"\xc0\xaf", -1, "A", 0, CRMCORE_E_UTF8, "/code"},
      {"\xed\xa0\x80", -1, "A", 0, CRMCORE_E_UTF8, "/code"},
      {"\xf4\x90\x80\x80", -1, "A", 0, CRMCORE_E_UTF8, "/code"},
      {"雲", 2, "A", 0, CRMCORE_E_UTF8, "/code"},
      {"new", -1, NULL, 0, CRMCORE_E_INVALID, "/name"},
      {"new", -1, "", 0, CRMCORE_E_INVALID, "/name"},
      {"new", -1, "\xb1\xb1\xbe\xa9", 0, CRMCORE_E_UTF8, "/name"},  // GBK
      {"new", -1, "A", 3, CRMCORE_E_INVALID, "/kind"},
      {"new", -1, "A", INT32_MIN, CRMCORE_E_INVALID, "/kind"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    REFUSED(
        bad[i].expected, bad[i].path,
        crmcore_customer_put(conn, bad[i].code, bad[i].code_size, bad[i].name, -1, bad[i].kind, &id, &error));
  }
  char* long_name = malloc(10000000);
  memset(long_name, 'x', 10000000);
  REFUSED(CRMCORE_E_LIMIT, "/name",
          crmcore_customer_put(conn, "new", -1, long_name, 10000000, CRMCORE_CUSTOMER_KEEP, &id, &error));
  free(long_name);
  CHECK(id == 1 && last_change(conn) == seq);
}

static void put_as_json(void) {
  OK(crmcore_customer_put_json(
      archive.conn,
      "{\"customers\":[{\"code\":\"C-003\",\"name\":\"Nordwind GmbH\",\"short_name\":\"Nordwind\","
      "\"since\":\"2023-05-01\",\"contacts\":[{\"name\":\"Jo\"}]}]}",
      -1, &buf, &error));
  TEXT_IS("{\"created\":1,\"updated\":0,\"unchanged\":0}");
  REFUSED(CRMCORE_E_INVALID, "/customers/1/age",
          crmcore_customer_put_json(
              archive.conn,
              "{\"customers\":[{\"code\":\"C-004\",\"name\":\"N\"},{\"code\":\"C-005\",\"age\":7}]}", -1,
              &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/request", crmcore_customer_put_json(archive.conn, "{", -1, &buf, &error));
}

static void look_ups(void) {
  crmcore_conn* conn = archive.conn;
  int64_t id = -1;
  OK(crmcore_customer_find_id(conn, "00123", -1, &id, &error));
  CHECK(id == 2);
  OK(crmcore_customer_find_id(conn, "123", -1, &id, &error));
  CHECK(id == 0);
  const char* codes[] = {"C-003", "nobody", "C-001xyz"};
  const int64_t sizes[] = {5, 6, 5};
  int64_t ids[3] = {-1, -1, -1};
  OK(crmcore_customer_find_ids(conn, 3, codes, sizes, ids, &error));
  CHECK(ids[0] == 3 && ids[1] == 0 && ids[2] == 1);
  OK(crmcore_customer_find_ids(conn, 3, codes, NULL, ids, &error));
  CHECK(ids[0] == 3 && ids[1] == 0 && ids[2] == 0);
  OK(crmcore_customer_find_ids(conn, 0, NULL, NULL, NULL, &error));
  const char* broken[] = {"C-003", "\xff"};
  REFUSED(CRMCORE_E_UTF8, "/codes/1", crmcore_customer_find_ids(conn, 2, broken, NULL, ids, &error));
  CHECK(ids[0] == 3 && ids[1] == 0);
}

static void read_back(void) {
  crmcore_conn* conn = archive.conn;
  crmcore_customer* customer = NULL;
  OK(crmcore_customer_find(conn, "C-003", -1, &customer, &error));
  CHECK(crmcore_customer_id(customer) == 3);
  CHECK(strcmp(crmcore_customer_code(customer), "C-003") == 0);
  CHECK(strcmp(crmcore_customer_name(customer), "Nordwind GmbH") == 0);
  CHECK(strcmp(crmcore_customer_short_name(customer), "Nordwind") == 0);
  CHECK(crmcore_customer_kind(customer) == CRMCORE_CUSTOMER_COMPANY);
  CHECK(crmcore_customer_status(customer) == CRMCORE_CUSTOMER_PROSPECT);
  CHECK(crmcore_customer_since_day(customer) == 19478);
  CHECK(crmcore_customer_first_entry_day(customer) == CRMCORE_NO_DAY);
  const int64_t version = crmcore_customer_version(customer);
  CHECK(version > 0);
  crmcore_customer_free(customer);
  CHECK(crmcore_customer_id(customer) == 0 && crmcore_customer_code(customer) == NULL);
  OK(crmcore_customer_get(conn, 2, &customer, &error));
  CHECK(strcmp(crmcore_customer_name(customer), "Anna Müller") == 0);
  CHECK(strcmp(crmcore_customer_short_name(customer), "") == 0);
  CHECK(crmcore_customer_kind(customer) == CRMCORE_CUSTOMER_PERSON);
  crmcore_customer_free(customer);
  // Who does not exist is no error.
  OK(crmcore_customer_get(conn, 99, &customer, &error));
  CHECK(customer == NULL);
  OK(crmcore_customer_get(conn, INT64_MIN, &customer, &error));
  CHECK(customer == NULL);
  OK(crmcore_customer_find(conn, "nobody", -1, &customer, &error));
  CHECK(customer == NULL);
}

static void lost_and_found(void) {
  crmcore_conn* conn = archive.conn;
  crmcore_customer* customer = NULL;
  OK(crmcore_customer_set_lost(conn, 3, 1, &error));
  OK(crmcore_customer_get(conn, 3, &customer, &error));
  CHECK(crmcore_customer_status(customer) == CRMCORE_CUSTOMER_LOST);
  crmcore_customer_free(customer);
  OK(crmcore_customer_set_lost(conn, 3, 0, &error));
  OK(crmcore_customer_history(conn, 3, 10, &buf, &error));
  TEXT_HAS("customer.regained");
  OK(crmcore_customer_history(conn, 3, 1, &buf, &error));
  CHECK(strstr(crmcore_buf_data(buf), "customer.lost") == NULL);
  TEXT_HAS("customer.created");
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_customer_set_lost(conn, 99, 1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_customer_history(conn, 99, 10, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/limit", crmcore_customer_history(conn, 3, 0, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/limit", crmcore_customer_history(conn, 3, 10001, &buf, &error));
}

int main(void) {
  archive = new_archive();
  put();
  put_as_json();
  look_ups();
  read_back();
  lost_and_found();
  crmcore_customer_free(NULL);
  end_archive(&archive);
  return finish();
}
