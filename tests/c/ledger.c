// The ledger: counted once however often delivered; totals, checks, changes.
#include "harness.h"

static struct archive archive;
static int64_t spruce, north;

static int32_t post(const char* document, int32_t line, int64_t amount, int32_t* was_new) {
  return crmcore_post(archive.conn, "billing", -1, spruce, DAY_2024_01_01 + 1, CRMCORE_ENTRY_REVENUE, amount,
                      document, -1, line, was_new, &error);
}

static void one_by_one(void) {
  crmcore_customer* customer = NULL;
  int32_t was_new = -1;
  OK(post("INV-1", 1, 125000, &was_new));
  CHECK(was_new == 1);
  OK(post("INV-1", 1, 125000, &was_new));
  CHECK(was_new == 0);
  OK(post("INV-1", 2, 75000, &was_new));
  CHECK(was_new == 1);
  REFUSED(CRMCORE_E_CONFLICT, "/entries/0", post("INV-1", 1, 125001, &was_new));
  CHECK(was_new == 1);
  OK(crmcore_customer_get(archive.conn, spruce, &customer, &error));
  CHECK(crmcore_customer_get_status(customer) == CRMCORE_STATUS_EXISTING);
  CHECK(crmcore_customer_get_first_entry_day(customer) == DAY_2024_01_01 + 1);
  crmcore_customer_free(customer);
}

static void bad_entries(void) {
  const int64_t seq = last_change(archive.conn);
  static const struct {
    const char* source;
    int64_t customer;
    int32_t day, kind;
    int64_t amount;
    const char* document;
    int32_t line, code;
    const char* path;
  } bad[] = {
      {"billing", 99, 19723, 0, 1, "X", 1, CRMCORE_E_NOT_FOUND, "/entries/0/customer"},
      {"billing", 0, 19723, 0, 1, "X", 1, CRMCORE_E_NOT_FOUND, "/entries/0/customer"},
      {"billing", INT64_MIN, 19723, 0, 1, "X", 1, CRMCORE_E_NOT_FOUND, "/entries/0/customer"},
      {"billing", 1, INT32_MAX, 0, 1, "X", 1, CRMCORE_E_RANGE, "/entries/0/date"},
      {"billing", 1, CRMCORE_NO_DAY, 0, 1, "X", 1, CRMCORE_E_RANGE, "/entries/0/date"},
      {"billing", 1, 19723, 4, 1, "X", 1, CRMCORE_E_INVALID, "/entries/0/kind"},
      {"billing", 1, 19723, -1, 1, "X", 1, CRMCORE_E_INVALID, "/entries/0/kind"},
      {"billing", 1, 19723, 0, -1, "X", 1, CRMCORE_E_INVALID, "/entries/0/amount"},
      {"billing", 1, 19723, 2, -1, "X", 1, CRMCORE_E_INVALID, "/entries/0/amount"},
      {"billing", 1, 19723, 0, INT64_C(9007199254740992), "X", 1, CRMCORE_E_RANGE, "/entries/0/amount"},
      {"billing", 1, 19723, 1, INT64_MIN, "X", 1, CRMCORE_E_RANGE, "/entries/0/amount"},
      {"billing", 1, 19723, 0, 1, "", 1, CRMCORE_E_INVALID, "/entries/0/document"},
      {"billing", 1, 19723, 0, 1, "X", -1, CRMCORE_E_RANGE, "/entries/0/line"},
      {"", 1, 19723, 0, 1, "X", 1, CRMCORE_E_INVALID, "/source"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    int32_t was_new = -7;
    REFUSED(bad[i].code, bad[i].path,
            crmcore_post(archive.conn, bad[i].source, -1, bad[i].customer, bad[i].day, bad[i].kind,
                         bad[i].amount, bad[i].document, -1, bad[i].line, &was_new, &error));
    CHECK(was_new == -7);
  }
  CHECK(last_change(archive.conn) == seq);
}

static void in_columns(void) {
  const int64_t customers[] = {spruce, north, north};
  const int32_t days[] = {DAY_2024_01_01 + 40, DAY_2024_01_01 + 41, DAY_2024_01_01 + 42};
  const int32_t kinds[] = {CRMCORE_ENTRY_REVENUE, CRMCORE_ENTRY_COST, CRMCORE_ENTRY_REVERSAL};
  const int64_t amounts[] = {5000, -100, 300};
  const char* documents[] = {"INV-2xx", "INV-3", "INV-4"};
  const int64_t sizes[] = {5, 5, 5};
  const int32_t lines[] = {1, 7, 1};
  const int32_t originals[] = {CRMCORE_NO_DAY, CRMCORE_NO_DAY, DAY_2024_01_01};
  int64_t posted = -1, already = -1;
  OK(crmcore_post_columns(archive.conn, "billing", -1, "day-1", -1, 3, customers, days, kinds, amounts,
                          documents, sizes, lines, originals, &posted, &already, &error));
  CHECK(posted == 3 && already == 0);
  OK(crmcore_post_columns(archive.conn, "billing", -1, "day-1", -1, 3, customers, days, kinds, amounts,
                          documents, sizes, lines, originals, &posted, &already, &error));
  CHECK(posted == 0 && already == 3);
  REFUSED(CRMCORE_E_CONFLICT, "/batch",
          crmcore_post_columns(archive.conn, "billing", -1, "day-1", -1, 2, customers, days, kinds, amounts,
                               documents, sizes, lines, originals, &posted, &already, &error));
  const int64_t seq = last_change(archive.conn);
  // The second entry is wrong: the first is not posted either.
  const int64_t nobody[] = {spruce, 99};
  const char* new_documents[] = {"INV-5", "INV-6"};
  REFUSED(CRMCORE_E_NOT_FOUND, "/entries/1/customer",
          crmcore_post_columns(archive.conn, "billing", -1, NULL, 0, 2, nobody, days, NULL, amounts,
                               new_documents, NULL, NULL, NULL, &posted, &already, &error));
  REFUSED(CRMCORE_E_INVALID, "/entries/1/amount",
          crmcore_post_columns(archive.conn, "billing", -1, NULL, 0, 2, customers, days, NULL, amounts,
                               new_documents, NULL, NULL, NULL, &posted, &already, &error));
  CHECK(posted == 0 && already == 3 && last_change(archive.conn) == seq);
  const int64_t two[] = {1, 2};
  OK(crmcore_post_columns(archive.conn, "billing", -1, NULL, 0, 2, customers, days, NULL, two, new_documents,
                          NULL, NULL, NULL, &posted, &already, &error));
  CHECK(posted == 2 && already == 0);
  OK(crmcore_post_columns(archive.conn, "billing", -1, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                          NULL, &posted, &already, &error));
  CHECK(posted == 0 && already == 0);
}

static void totals(void) {
  OK(crmcore_months(archive.conn, spruce, CRMCORE_NO_DAY, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS(
      "{\"customer\":\"C-001\",\"months\":[{\"month\":\"2024-01\",\"revenue\":200000,\"cost\":0,\"reversal_"
      "own\":0,"
      "\"reversal_original\":0,\"activity_cost\":0,\"orders\":1,\"entries\":2},{\"month\":\"2024-02\","
      "\"revenue\":5001,"
      "\"cost\":0,\"reversal_own\":0,\"reversal_original\":0,\"activity_cost\":0,\"orders\":2,\"entries\":2}]"
      "}");
  OK(crmcore_months(archive.conn, north, DAY_2024_01_01, DAY_2024_01_01 + 31, &buf, &error));
  TEXT_HAS(
      "\"months\":[{\"month\":\"2024-01\",\"revenue\":0,\"cost\":0,\"reversal_own\":0,\"reversal_original\":"
      "300");
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id",
          crmcore_months(archive.conn, 99, CRMCORE_NO_DAY, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/from", crmcore_months(archive.conn, spruce, INT32_MIN + 1, 0, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/to", crmcore_months(archive.conn, spruce, 0, INT32_MAX, &buf, &error));
}

static void backup(void) {
  char path[192];
  crmcore_db* db = NULL;
  snprintf(path, sizeof path, "%s/copy.crm", archive.folder);
  OK(crmcore_begin(archive.conn, &error));
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_backup(archive.conn, path, -1, &buf, &error));
  OK(crmcore_rollback(archive.conn, &error));
  REFUSED(CRMCORE_E_CONFLICT, "/path", crmcore_backup(archive.conn, archive.path, -1, &buf, &error));
  REFUSED(CRMCORE_E_IO, "", crmcore_backup(archive.conn, "/nowhere/x.crm", -1, &buf, &error));
  OK(crmcore_backup(archive.conn, path, -1, &buf, &error));
  TEXT_HAS("\"ok\":true");
  REFUSED(CRMCORE_E_CONFLICT, "/path", crmcore_backup(archive.conn, path, -1, &buf, &error));
  OK(crmcore_open(path, -1, "{\"create\":false}", -1, &db, &error));
  crmcore_conn* conn = connect_to(db);
  CHECK(last_change(conn) == last_change(archive.conn));
  crmcore_conn_free(conn);
  crmcore_db_free(db);
}

static void checks_and_changes(void) {
  OK(crmcore_verify(archive.conn, 0, &buf, &error));
  TEXT_HAS("\"ok\":true");
  OK(crmcore_verify(archive.conn, 1, &buf, &error));
  TEXT_HAS("\"ok\":true");
  OK(crmcore_changes(archive.conn, 0, 1, &buf, &error));
  TEXT_HAS("\"last_seq\":1}");
  OK(crmcore_changes(archive.conn, 1, 10000, &buf, &error));
  TEXT_HAS("{\"seq\":2,");
  OK(crmcore_changes(archive.conn, 1000000, 1, &buf, &error));
  TEXT_IS("{\"changes\":[],\"last_seq\":1000000}");
  REFUSED(CRMCORE_E_RANGE, "/after_seq", crmcore_changes(archive.conn, -1, 1, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/limit", crmcore_changes(archive.conn, 0, INT64_MIN, &buf, &error));
}

int main(void) {
  archive = new_archive();
  spruce = put_customer(archive.conn, "C-001", "云杉");
  north = put_customer(archive.conn, "C-002", "Nordwind");
  one_by_one();
  bad_entries();
  in_columns();
  totals();
  checks_and_changes();
  backup();
  end_archive(&archive);
  return finish();
}
