// Memory that runs out in the typed functions: files, connections, customers, entries, queries, transactions.
#include "failing_memory.h"

static char path[192];

static int32_t open_file(void) {
  crmcore_db* db = NULL;
  const int32_t status = crmcore_db_open(path, -1, "{\"create\":true}", -1, &db, &error);
  crmcore_db_free(db);
  return status;
}

static int32_t connect_and_read(void) {
  crmcore_conn* conn = NULL;
  int64_t id = 0;
  int32_t status = crmcore_conn_open(archive.db, &conn, &error);
  if (status == CRMCORE_OK) status = crmcore_customer_find_id(conn, "C-001", -1, &id, &error);
  crmcore_conn_free(conn);
  return status;
}

static int32_t put(void) {
  char code[32];
  int64_t id = 0;
  snprintf(code, sizeof code, "P-%d", (int)number);
  return crmcore_customer_put(archive.conn, code, -1, "A name that is too long for any small string", -1, 0,
                              &id, &error);
}

static int32_t post(void) {
  char document[32];
  snprintf(document, sizeof document, "D-%d", (int)number);
  const struct entry entry = {1, DAY_2024_01_01, CRMCORE_ENTRY_REVENUE, 100, document, 1};
  int64_t posted = 0, already = 0;
  return post_entries(archive.conn, "billing", &entry, 1, &posted, &already);
}

static int32_t call(void) {
  char request[128];
  snprintf(request, sizeof request, "{\"customers\":[{\"code\":\"J-%d\",\"name\":\"From JSON\"}]}",
           (int)number);
  return drop_buf(crmcore_conn_call(archive.conn, "archive.put", -1, request, -1, &buf, &error));
}

static int32_t find(void) {
  crmcore_customer* customer = NULL;
  const int32_t status = crmcore_customer_find(archive.conn, "C-001", -1, &customer, &error);
  crmcore_customer_free(customer);
  return status;
}

static int32_t read_by_id(void) {
  const char* const codes[] = {"C-001", "no one"};
  int64_t ids[2] = {0, 0};
  crmcore_customer* customer = NULL;
  int32_t status = crmcore_customer_find_ids(archive.conn, 2, codes, NULL, ids, &error);
  if (status == CRMCORE_OK) status = crmcore_customer_get(archive.conn, ids[0], &customer, &error);
  crmcore_customer_free(customer);
  return status;
}

static int32_t read_values(void) {
  crmcore_rows* rows = NULL;
  int32_t word = 0;
  int64_t whole = 0, size = 0;
  double real = 0;
  const char* text = NULL;
  int32_t status = crmcore_conn_query(
      archive.conn, "SELECT customer_id, 0.5, name, NULL FROM customer UNION ALL SELECT 9, 1.5, '', 1", -1,
      NULL, 0, &rows, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_next(rows, &word, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_column_type(rows, 2, &word, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_get_int64(rows, 0, &whole, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_get_double(rows, 1, &real, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_get_text(rows, 2, &text, &size, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_is_null(rows, 3, &word, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_read_json(rows, 1, &buf, &error);
  crmcore_rows_free(rows);
  return drop_buf(status);
}

static int32_t no_stop(void* user, int64_t done, int64_t total) {
  (void)user, (void)done, (void)total;
  return 0;
}

static int32_t change_settings(void) {
  int32_t word = 0;
  int32_t status = crmcore_conn_set_now(archive.conn, 1704067200000000, &error);
  if (status == CRMCORE_OK) status = crmcore_conn_clear_now(archive.conn, &error);
  if (status == CRMCORE_OK) status = crmcore_conn_set_progress(archive.conn, no_stop, NULL, NULL, &error);
  if (status == CRMCORE_OK) status = crmcore_conn_set_progress(archive.conn, NULL, NULL, NULL, &error);
  if (status == CRMCORE_OK) status = crmcore_conn_is_in_transaction(archive.conn, &word, &error);
  if (status == CRMCORE_OK) status = crmcore_conn_interrupt(archive.conn, &error);
  return status;
}

static int32_t query(void) {
  crmcore_rows* rows = NULL;
  int32_t status = crmcore_conn_query(archive.conn, "SELECT code, name FROM customer ORDER BY name", -1, NULL,
                                      0, &rows, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_to_json(rows, &buf, &error);
  crmcore_rows_free(rows);
  return drop_buf(status);
}

static int32_t transaction(void) {
  int32_t status = crmcore_conn_begin(archive.conn, &error);
  if (status != CRMCORE_OK) return status;
  status = put();
  if (status == CRMCORE_OK) status = find();
  if (status == CRMCORE_OK) return crmcore_conn_commit(archive.conn, &error);
  have_enough();
  CHECK(crmcore_conn_rollback(archive.conn, NULL) == CRMCORE_OK);
  return status;
}

static int32_t refuse_wrong_input(void) {
  int64_t id = 0;
  const int32_t status = crmcore_customer_put(archive.conn, "C-002", -1, "\n", -1, 0, &id, &error);
  if (status != CRMCORE_E_INVALID) return status;
  crmcore_error_free(error);
  error = NULL;
  return CRMCORE_OK;
}

static int32_t verify(void) {
  return drop_buf(crmcore_db_verify(archive.conn, 1, &buf, &error));
}

static const struct operation operations[] = {{"open_file", open_file, 0},
                                              {"connect_and_read", connect_and_read, 0},
                                              {"put", put, 0},
                                              {"put_in_transaction", put, 1},
                                              {"post", post, 0},
                                              {"call", call, 0},
                                              {"call_in_transaction", call, 1},
                                              {"find", find, 0},
                                              {"read_by_id", read_by_id, 0},
                                              {"read_values", read_values, 0},
                                              {"change_settings", change_settings, 0},
                                              {"query", query, 0},
                                              {"transaction", transaction, 0},
                                              {"refuse_wrong_input", refuse_wrong_input, 0},
                                              {"verify", verify, 0}};

int main(void) {
  archive = new_archive();
  snprintf(path, sizeof path, "%s/other.crm", archive.folder);
  put_customer(archive.conn, "C-001", "云杉");
  OK(crmcore_axis_define_ready_made(archive.conn, &error));  // with bands, in which each customer has a place
  for (way = kFailsOnce; way < kWays; ++way) {
    run_out_in_all(operations, sizeof operations / sizeof operations[0]);
  }
  end_memory();
  return finish();
}
