// Files, connections, transactions, the gateway.
#include "harness.h"

static void options(void) {
  struct archive archive = new_archive();
  crmcore_db* db = NULL;
  REFUSED(CRMCORE_E_LOCKED, "", crmcore_db_open(archive.path, -1, NULL, 0, &db, &error));
  char path[192];
  snprintf(path, sizeof path, "%s/yen.crm", archive.folder);
  REFUSED(CRMCORE_E_NOT_FOUND, "/path", crmcore_db_open(path, -1, "{\"create\":false}", -1, &db, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/path", crmcore_db_open(path, -1, NULL, 0, &db, &error));
  REFUSED(CRMCORE_E_INVALID, "/base_currency",
          crmcore_db_open(path, -1, "{\"create\":true,\"base_currency\":\"XYZ\"}", -1, &db, &error));
  REFUSED(CRMCORE_E_RANGE, "/currency_digits",
          crmcore_db_open(path, -1, "{\"create\":true,\"currency_digits\":7}", -1, &db, &error));
  REFUSED(CRMCORE_E_INVALID, "/time_zone",
          crmcore_db_open(path, -1, "{\"create\":true,\"time_zone\":\"Mars/Phobos\"}", -1, &db, &error));
  REFUSED(CRMCORE_E_RANGE, "/busy_timeout_ms",
          crmcore_db_open(path, -1, "{\"create\":true,\"busy_timeout_ms\":600001}", -1, &db, &error));
  REFUSED(CRMCORE_E_INVALID, "/options", crmcore_db_open(path, -1, "{\"create\":true} x", -1, &db, &error));
  REFUSED(CRMCORE_E_NOT_A_DATABASE, "", crmcore_db_open(archive.folder, -1, NULL, -1, &db, &error));
  CHECK(access(path, F_OK) != 0);
  CHECK(db == NULL);
  OK(crmcore_db_open(path, (int64_t)strlen(path),
                     "{\"create\":true,\"base_currency\":\"JPY\",\"durability\":\"relaxed\"}", -1, &db,
                     &error));
  CHECK(strcmp(crmcore_db_base_currency(db), "JPY") == 0);
  CHECK(crmcore_db_currency_digits(db) == 0);
  CHECK(strcmp(crmcore_db_path(db), path) == 0);
  crmcore_db_free(db);
  CHECK(crmcore_db_path(db) == NULL && crmcore_db_base_currency(db) == NULL &&
        crmcore_db_currency_digits(db) == 0);
  CHECK(crmcore_db_path(NULL) == NULL);
  crmcore_db_free(NULL);
  end_archive(&archive);
}

// 2026-11-05 00:30 in Shanghai, when it is 4 November in UTC.
static void time_zone(void) {
  struct archive archive = new_archive();
  crmcore_db* db = NULL;
  crmcore_conn* conn = NULL;
  char path[192];
  snprintf(path, sizeof path, "%s/zone.crm", archive.folder);
  OK(crmcore_db_open(path, -1, "{\"create\":true,\"time_zone\":\"Asia/Shanghai\"}", -1, &db, &error));
  OK(crmcore_conn_open(db, &conn, &error));
  OK(crmcore_conn_set_now(conn, INT64_C(1793809800000000), &error));
  OK(crmcore_conn_call(conn, "database.info", -1, "{}", -1, &buf, &error));
  TEXT_HAS("\"time_zone\":\"Asia/Shanghai\",\"today\":\"2026-11-05\"");
  crmcore_conn_free(conn);
  crmcore_db_free(db);
  db = NULL;
  REFUSED(CRMCORE_E_CONFLICT, "/time_zone",
          crmcore_db_open(path, -1, "{\"time_zone\":\"UTC\"}", -1, &db, &error));
  OK(crmcore_db_open(path, -1, "{\"create\":false}", -1, &db, &error));
  crmcore_db_free(db);
  end_archive(&archive);
}

static void freed_in_any_order(void) {
  struct archive archive = new_archive();
  crmcore_rows* rows = NULL;
  int32_t has_row = 0;
  put_customer(archive.conn, "a", "A");
  OK(crmcore_conn_query(archive.conn, "SELECT code FROM customer", -1, NULL, 0, &rows, &error));
  crmcore_db_free(archive.db);
  crmcore_conn_free(archive.conn);
  OK(crmcore_rows_next(rows, &has_row, &error));
  CHECK(has_row == 1);
  crmcore_rows_free(rows);
  // The last of them closed the file.
  OK(crmcore_db_open(archive.path, -1, "{\"create\":false}", -1, &archive.db, &error));
  archive.conn = NULL;
  crmcore_conn_free(NULL);
  end_archive(&archive);
}

static void transactions(void) {
  struct archive archive = new_archive();
  crmcore_conn* conn = archive.conn;
  int32_t is_open = -1;
  int64_t id = -1;
  OK(crmcore_conn_is_in_transaction(conn, &is_open, &error));
  CHECK(is_open == 0);
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_conn_commit(conn, &error));
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_conn_rollback(conn, &error));
  OK(crmcore_conn_begin(conn, &error));
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_conn_begin(conn, &error));
  OK(crmcore_conn_is_in_transaction(conn, &is_open, &error));
  CHECK(is_open == 1);
  put_customer(conn, "a", "A");
  // A statement that fails applies nothing and leaves the transaction as it was.
  REFUSED(CRMCORE_E_INVALID, "/name",
          crmcore_customer_put(conn, "b", -1, NULL, 0, CRMCORE_CUSTOMER_KEEP, &id, &error));
  OK(crmcore_conn_rollback(conn, &error));
  OK(crmcore_customer_find_id(conn, "a", -1, &id, &error));
  CHECK(id == 0);
  OK(crmcore_conn_begin(conn, &error));
  put_customer(conn, "a", "A");
  OK(crmcore_conn_commit(conn, &error));
  OK(crmcore_customer_find_id(conn, "a", -1, &id, &error));
  CHECK(id == 1);
  // A connection freed in a transaction rolls it back.
  OK(crmcore_conn_begin(conn, &error));
  put_customer(conn, "b", "B");
  crmcore_conn_free(conn);
  archive.conn = connect_to(archive.db);
  OK(crmcore_customer_find_id(archive.conn, "b", -1, &id, &error));
  CHECK(id == 0);
  end_archive(&archive);
}

static void one_writer(void) {
  struct archive archive = new_archive();
  crmcore_db* db = NULL;
  int64_t id = 0;
  char path[192];
  snprintf(path, sizeof path, "%s/impatient.crm", archive.folder);
  OK(crmcore_db_open(path, -1, "{\"create\":true,\"busy_timeout_ms\":1}", -1, &db, &error));
  crmcore_conn* first = connect_to(db);
  crmcore_conn* second = connect_to(db);
  OK(crmcore_conn_begin(first, &error));
  REFUSED(CRMCORE_E_BUSY, "", crmcore_conn_begin(second, &error));
  REFUSED(CRMCORE_E_BUSY, "",
          crmcore_customer_put(second, "b", -1, "B", -1, CRMCORE_CUSTOMER_KEEP, &id, &error));
  OK(crmcore_conn_commit(first, &error));
  OK(crmcore_customer_put(second, "b", -1, "B", -1, CRMCORE_CUSTOMER_KEEP, &id, &error));
  crmcore_db_free(db);
  crmcore_conn_free(first);
  crmcore_conn_free(second);
  end_archive(&archive);
}

static void time_and_actor(void) {
  struct archive archive = new_archive();
  crmcore_conn* conn = archive.conn;
  REFUSED(CRMCORE_E_RANGE, "/microseconds", crmcore_conn_set_now(conn, INT64_MAX, &error));
  const int64_t id = put_customer(conn, "a", "A");
  OK(crmcore_customer_history(conn, id, 10, &buf, &error));
  TEXT_HAS(
      "\"at_us\":1705320000000000,\"at\":\"2024-01-15T12:00:00+00:00\",\"actor\":\"test\",\"kind\":"
      "\"customer.created\"");
  OK(crmcore_conn_clear_now(conn, &error));
  put_customer(conn, "b", "B");
  OK(crmcore_db_changes(conn, 1, 10, &buf, &error));
  CHECK(strstr(crmcore_buf_data(buf), "\"at_us\":1705320000000000") == NULL);
  TEXT_HAS("\"seq\":2,");
  end_archive(&archive);
}

static void gateway(void) {
  struct archive archive = new_archive();
  crmcore_conn* conn = archive.conn;
  OK(crmcore_conn_call(conn, "database.info", -1, NULL, 0, &buf, &error));
  TEXT_HAS("\"base_currency\":\"CNY\",\"currency_digits\":2");
  OK(crmcore_conn_call(conn, "archive.put@1", -1, "{\"customers\":[{\"code\":\"a\",\"name\":\"雲杉\"}]}", -1,
                       &buf, &error));
  TEXT_IS("{\"created\":1,\"updated\":0,\"unchanged\":0}");
  OK(crmcore_conn_call(conn, "archive.get", -1, "{\"customer\":\"a\"}", -1, &buf, &error));
  TEXT_HAS("\"name\":\"雲杉\"");
  REFUSED(CRMCORE_E_NOT_FOUND, "/method", crmcore_conn_call(conn, "archive.fly", -1, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/method",
          crmcore_conn_call(conn, "archive.put@2", -1, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/colour",
          crmcore_conn_call(conn, "database.info", -1, "{\"colour\":1}", -1, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/customers/0/name",
          crmcore_conn_call(conn, "archive.put", -1, "{\"customers\":[{\"code\":\"b\"}]}", -1, &buf, &error));
  REFUSED(CRMCORE_E_UTF8, "/request",
          crmcore_conn_call(conn, "archive.get", -1, "{\"customer\":\"\xff\"}", -1, &buf, &error));
  end_archive(&archive);
}

static int32_t stop_at_once(void* user, int64_t done, int64_t total) {
  (void)done, (void)total;
  ++*(int*)user;
  return 1;
}

static void count_free(void* user) {
  ++*(int*)user;
}

static void progress(void) {
  struct archive archive = new_archive();
  int asked = 0;
  int freed = 0;
  int64_t id = 0;
  const char* slow =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM "
      "n";
  crmcore_rows* rows = NULL;
  int32_t has_row = 0;
  OK(crmcore_conn_set_progress(archive.conn, stop_at_once, &asked, NULL, &error));
  OK(crmcore_conn_query(archive.conn, slow, -1, NULL, 0, &rows, &error));
  REFUSED(CRMCORE_E_CANCELLED, "", crmcore_rows_next(rows, &has_row, &error));
  crmcore_rows_free(rows);
  CHECK(asked == 1);
  OK(crmcore_conn_set_progress(archive.conn, stop_at_once, &freed, count_free, &error));
  OK(crmcore_conn_set_progress(archive.conn, NULL, NULL, NULL, &error));
  CHECK(freed == 1);
  OK(crmcore_conn_set_progress(archive.conn, stop_at_once, &freed, count_free, &error));
  CHECK(freed == 1);
  // Also when it is refused.
  REFUSED(CRMCORE_E_MISUSE_NULL, "/conn",
          crmcore_conn_set_progress(NULL, stop_at_once, &freed, count_free, &error));
  CHECK(freed == 2);
  crmcore_conn_free(archive.conn);
  CHECK(freed == 3);
  archive.conn = connect_to(archive.db);
  OK(crmcore_conn_interrupt(archive.conn, &error));  // of nothing: what comes later is not touched
  OK(crmcore_customer_find_id(archive.conn, "a", -1, &id, &error));
  end_archive(&archive);
}

int main(void) {
  options();
  time_zone();
  freed_in_any_order();
  transactions();
  one_writer();
  time_and_actor();
  gateway();
  progress();
  return finish();
}
