// The ledger: counted once however often delivered; totals, checks, changes.
#include "harness.h"

static struct archive archive;
static int64_t spruce, north;

static int32_t post(const char* document, int32_t line, int64_t amount, int64_t* posted) {
  const struct entry entry = {spruce, DAY_2024_01_01 + 1, CRMCORE_ENTRY_REVENUE, amount, document, line};
  int64_t already = -1;
  const int32_t status = post_entries(archive.conn, "billing", &entry, 1, posted, &already);
  CHECK(status != CRMCORE_OK || *posted + already == 1);
  return status;
}

static void one_by_one(void) {
  crmcore_customer* customer = NULL;
  int64_t posted = -1;
  OK(post("INV-1", 1, 125000, &posted));
  CHECK(posted == 1);
  OK(post("INV-1", 1, 125000, &posted));
  CHECK(posted == 0);
  OK(post("INV-1", 2, 75000, &posted));
  CHECK(posted == 1);
  REFUSED(CRMCORE_E_CONFLICT, "/document/0", post("INV-1", 1, 125001, &posted));
  CHECK(posted == 1);
  OK(crmcore_customer_get(archive.conn, spruce, &customer, &error));
  CHECK(crmcore_customer_status(customer) == CRMCORE_CUSTOMER_EXISTING);
  CHECK(crmcore_customer_first_entry_day(customer) == DAY_2024_01_01 + 1);
  crmcore_customer_free(customer);
}

static void bad_entries(void) {
  const int64_t seq = last_change(archive.conn);
  static const struct {
    const char* source;
    struct entry entry;
    int32_t code;
    const char* path;
  } bad[] = {
      {"billing", {99, 19723, 0, 1, "X", 1}, CRMCORE_E_NOT_FOUND, "/customer_id/0"},
      {"billing", {0, 19723, 0, 1, "X", 1}, CRMCORE_E_NOT_FOUND, "/customer_id/0"},
      {"billing", {INT64_MIN, 19723, 0, 1, "X", 1}, CRMCORE_E_NOT_FOUND, "/customer_id/0"},
      {"billing", {1, INT32_MAX, 0, 1, "X", 1}, CRMCORE_E_RANGE, "/day/0"},
      {"billing", {1, INT64_MAX, 0, 1, "X", 1}, CRMCORE_E_RANGE, "/day/0"},
      {"billing", {1, CRMCORE_NO_DAY, 0, 1, "X", 1}, CRMCORE_E_RANGE, "/day/0"},
      // Days that nobody says are meant: in 2062, and in 1969.
      {"billing", {1, 33604, 0, 1, "X", 1}, CRMCORE_E_INVALID, "/day/0"},
      {"billing", {1, -1, 0, 1, "X", 1}, CRMCORE_E_INVALID, "/day/0"},
      {"billing", {1, 19723, 4, 1, "X", 1}, CRMCORE_E_INVALID, "/kind/0"},
      {"billing", {1, 19723, -1, 1, "X", 1}, CRMCORE_E_INVALID, "/kind/0"},
      {"billing", {1, 19723, INT64_C(4294967296), 1, "X", 1}, CRMCORE_E_INVALID, "/kind/0"},
      {"billing", {1, 19723, 0, -1, "X", 1}, CRMCORE_E_INVALID, "/amount/0"},
      {"billing", {1, 19723, 2, -1, "X", 1}, CRMCORE_E_INVALID, "/amount/0"},
      {"billing", {1, 19723, 0, INT64_C(9007199254740992), "X", 1}, CRMCORE_E_RANGE, "/amount/0"},
      {"billing", {1, 19723, 1, INT64_MIN, "X", 1}, CRMCORE_E_RANGE, "/amount/0"},
      {"billing", {1, 19723, 0, 1, "", 1}, CRMCORE_E_INVALID, "/document/0"},
      {"billing", {1, 19723, 0, 1, NULL, 1}, CRMCORE_E_INVALID, "/document/0"},
      {"billing", {1, 19723, 0, 1, "\xff", 1}, CRMCORE_E_UTF8, "/document/0"},
      {"billing", {1, 19723, 0, 1, "X", -1}, CRMCORE_E_RANGE, "/line/0"},
      {"billing", {1, 19723, 0, 1, "X", INT64_C(2147483648)}, CRMCORE_E_RANGE, "/line/0"},
      {"", {1, 19723, 0, 1, "X", 1}, CRMCORE_E_INVALID, "/source"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    int64_t posted = -7, already = -7;
    REFUSED(bad[i].code, bad[i].path,
            post_entries(archive.conn, bad[i].source, &bad[i].entry, 1, &posted, &already));
    CHECK(posted == -7 && already == -7);
  }
  CHECK(last_change(archive.conn) == seq);
}

static const char* const kDayOne = "{\"source\":\"billing\",\"batch\":\"day-1\"}";
static const char* const kBilling = "{\"source\":\"billing\"}";

// Three entries, of which the second's customer is `second`.
static crmcore_columns* three_entries(int64_t second) {
  const int64_t customers[] = {spruce, second, north};
  const int64_t days[] = {DAY_2024_01_01 + 40, DAY_2024_01_01 + 41, DAY_2024_01_01 + 42};
  const int64_t kinds[] = {CRMCORE_ENTRY_REVENUE, CRMCORE_ENTRY_COST, CRMCORE_ENTRY_REVERSAL};
  const int64_t amounts[] = {5000, -100, 300};
  const char* documents[] = {"INV-2xx", "INV-3", "INV-4"};
  const int64_t sizes[] = {5, 5, 5};
  const int64_t lines[] = {77, 7, 1};
  const int64_t originals[] = {0, 0, DAY_2024_01_01};
  const uint8_t has_line[] = {0, 1, 1}, has_original[] = {0, 0, 1};
  crmcore_columns* columns = NULL;
  OK(crmcore_columns_new(3, &columns, &error));
  OK(crmcore_columns_add_int64(columns, "customer_id", -1, customers, NULL, &error));
  OK(crmcore_columns_add_int64(columns, "day", -1, days, NULL, &error));
  OK(crmcore_columns_add_int64(columns, "kind", -1, kinds, NULL, &error));
  OK(crmcore_columns_add_int64(columns, "amount", -1, amounts, NULL, &error));
  OK(crmcore_columns_add_text(columns, "document", -1, documents, sizes, &error));
  OK(crmcore_columns_add_int64(columns, "line", -1, lines, has_line, &error));
  OK(crmcore_columns_add_int64(columns, "original_day", -1, originals, has_original, &error));
  return columns;
}

static void in_columns(void) {
  int64_t posted = -1, already = -1;
  crmcore_columns* columns = three_entries(north);
  crmcore_columns* others = three_entries(spruce);
  OK(crmcore_entry_post(archive.conn, columns, kDayOne, -1, &posted, &already, &error));
  CHECK(posted == 3 && already == 0);
  OK(crmcore_entry_post(archive.conn, columns, kDayOne, -1, &posted, &already, &error));
  CHECK(posted == 0 && already == 3);
  const int64_t seq = last_change(archive.conn);
  REFUSED(CRMCORE_E_CONFLICT, "/batch",
          crmcore_entry_post(archive.conn, others, kDayOne, -1, &posted, &already, &error));
  REFUSED(CRMCORE_E_CONFLICT, "/document/1",
          crmcore_entry_post(archive.conn, others, kBilling, -1, &posted, &already, &error));
  CHECK(posted == 0 && already == 3 && last_change(archive.conn) == seq);
  crmcore_columns_free(columns);
  crmcore_columns_free(others);
}

static void all_or_nothing(void) {
  int64_t posted = -1, already = -1;
  const int64_t seq = last_change(archive.conn);
  const int32_t day = DAY_2024_01_01 + 40;
  struct entry entries[] = {{spruce, day, 0, 1, "INV-5", 1}, {99, day + 1, 0, 2, "INV-6", 1}};
  // The second entry is wrong: the first is not posted either.
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id/1",
          post_entries(archive.conn, "billing", entries, 2, &posted, &already));
  entries[1].customer_id = north;
  entries[1].amount = -100;
  REFUSED(CRMCORE_E_INVALID, "/amount/1",
          post_entries(archive.conn, "billing", entries, 2, &posted, &already));
  CHECK(posted == -1 && already == -1 && last_change(archive.conn) == seq);
  entries[1].amount = 2;
  OK(post_entries(archive.conn, "billing", entries, 2, &posted, &already));
  CHECK(posted == 2 && already == 0);
  OK(post_entries(archive.conn, "billing", entries, 0, &posted, &already));
  CHECK(posted == 0 && already == 0);
}

static void totals(void) {
  OK(crmcore_month_list(archive.conn, spruce, CRMCORE_NO_DAY, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS(
      "{\"customer\":\"C-001\",\"months\":[{\"month\":\"2024-01\",\"revenue\":200000,\"cost\":0,\"reversal_"
      "own\":0,"
      "\"reversal_original\":0,\"activity_cost\":0,\"orders\":1,\"entries\":2},{\"month\":\"2024-02\","
      "\"revenue\":5001,"
      "\"cost\":0,\"reversal_own\":0,\"reversal_original\":0,\"activity_cost\":0,\"orders\":2,\"entries\":2}]"
      "}");
  OK(crmcore_month_list(archive.conn, north, DAY_2024_01_01, DAY_2024_01_01 + 31, &buf, &error));
  TEXT_HAS(
      "\"months\":[{\"month\":\"2024-01\",\"revenue\":0,\"cost\":0,\"reversal_own\":0,\"reversal_original\":"
      "300");
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id",
          crmcore_month_list(archive.conn, 99, CRMCORE_NO_DAY, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/from_day",
          crmcore_month_list(archive.conn, spruce, INT32_MIN + 1, 0, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/to_day", crmcore_month_list(archive.conn, spruce, 0, INT32_MAX, &buf, &error));
}

static void backup(void) {
  char path[192];
  crmcore_db* db = NULL;
  snprintf(path, sizeof path, "%s/copy.crm", archive.folder);
  OK(crmcore_conn_begin(archive.conn, &error));
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_db_backup(archive.conn, path, -1, &buf, &error));
  OK(crmcore_conn_rollback(archive.conn, &error));
  REFUSED(CRMCORE_E_CONFLICT, "/path", crmcore_db_backup(archive.conn, archive.path, -1, &buf, &error));
  REFUSED(CRMCORE_E_IO, "", crmcore_db_backup(archive.conn, "/nowhere/x.crm", -1, &buf, &error));
  OK(crmcore_db_backup(archive.conn, path, -1, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  REFUSED(CRMCORE_E_CONFLICT, "/path", crmcore_db_backup(archive.conn, path, -1, &buf, &error));
  OK(crmcore_db_open(path, -1, "{\"create\":false}", -1, &db, &error));
  crmcore_conn* conn = connect_to(db);
  CHECK(last_change(conn) == last_change(archive.conn));
  crmcore_conn_free(conn);
  crmcore_db_free(db);
}

static void checks_and_changes(void) {
  OK(crmcore_db_verify(archive.conn, 0, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  OK(crmcore_db_verify(archive.conn, 1, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  OK(crmcore_db_changes(archive.conn, 0, 1, &buf, &error));
  TEXT_HAS("\"last_seq\":1}");
  OK(crmcore_db_changes(archive.conn, 1, 10000, &buf, &error));
  TEXT_HAS("{\"seq\":2,");
  OK(crmcore_db_changes(archive.conn, 1000000, 1, &buf, &error));
  TEXT_IS("{\"changes\":[],\"last_seq\":1000000}");
  REFUSED(CRMCORE_E_RANGE, "/after_seq", crmcore_db_changes(archive.conn, -1, 1, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/limit", crmcore_db_changes(archive.conn, 0, INT64_MIN, &buf, &error));
}

int main(void) {
  archive = new_archive();
  spruce = put_customer(archive.conn, "C-001", "云杉");
  north = put_customer(archive.conn, "C-002", "Nordwind");
  one_by_one();
  bad_entries();
  OK(crmcore_conn_set_now(archive.conn, TEST_NOW + INT64_C(60) * 86400 * 1000000, &error));
  in_columns();
  all_or_nothing();
  totals();
  checks_and_changes();
  backup();
  end_archive(&archive);
  return finish();
}
