// Every function that needs a connection's turn, to be answered alike: while it is in use, and after fork().
#ifndef EVERY_CALL_H
#define EVERY_CALL_H

#include "harness.h"

static crmcore_conn* used_conn;
static crmcore_rows* used_rows;  // on a row
static crmcore_columns* used_columns;
static int32_t expected_answer;

static inline void answer(int32_t status, const char* call, int line) {
  check(status == expected_answer && error != NULL, call, "every_call.h", line);
  if (status != expected_answer) printf("  answered %s\n", crmcore_code_name(status));
  crmcore_error_free(error);
  error = NULL;
}
#define ANSWERS(call) answer((call), #call, __LINE__)

static int64_t no_bytes(void* user, char* buffer, int64_t size) {
  (void)user, (void)buffer, (void)size;
  return 0;
}

static inline void calls_of_connections(void) {
  crmcore_conn* const c = used_conn;
  crmcore_rows* rows = NULL;
  int32_t word = 0;
  ANSWERS(crmcore_conn_set_now(c, 0, &error));
  ANSWERS(crmcore_conn_clear_now(c, &error));
  ANSWERS(crmcore_conn_set_actor(c, "a", -1, &error));
  ANSWERS(crmcore_conn_set_progress(c, NULL, NULL, NULL, &error));
  ANSWERS(crmcore_conn_begin(c, &error));
  ANSWERS(crmcore_conn_commit(c, &error));
  ANSWERS(crmcore_conn_rollback(c, &error));
  ANSWERS(crmcore_conn_is_in_transaction(c, &word, &error));
  ANSWERS(crmcore_conn_call(c, "database.info", -1, NULL, 0, &buf, &error));
  ANSWERS(crmcore_conn_query(c, "SELECT 1", -1, NULL, 0, &rows, &error));
  ANSWERS(crmcore_rows_next(used_rows, &word, &error));
  ANSWERS(crmcore_rows_read_json(used_rows, 1, &buf, &error));
  ANSWERS(crmcore_rows_to_json(used_rows, &buf, &error));
  ANSWERS(crmcore_rows_to_csv(used_rows, 0, &buf, &error));
}

static inline void calls_on_values(void) {
  int32_t word = 0;
  int64_t whole = 0;
  double real = 0;
  const char* text = NULL;
  ANSWERS(crmcore_rows_column_type(used_rows, 0, &word, &error));
  ANSWERS(crmcore_rows_is_null(used_rows, 0, &word, &error));
  ANSWERS(crmcore_rows_get_int64(used_rows, 0, &whole, &error));
  ANSWERS(crmcore_rows_get_double(used_rows, 0, &real, &error));
  ANSWERS(crmcore_rows_get_text(used_rows, 0, &text, &whole, &error));
}

static inline void calls_of_the_archive(void) {
  crmcore_conn* const c = used_conn;
  crmcore_customer* customer = NULL;
  int64_t whole = 0;
  const char* codes[] = {"C-001"};
  ANSWERS(crmcore_customer_put(c, "x", -1, "X", -1, 0, &whole, &error));
  ANSWERS(crmcore_customer_put_json(c, "{\"customers\":[]}", -1, &buf, &error));
  ANSWERS(crmcore_customer_find_id(c, "C-001", -1, &whole, &error));
  ANSWERS(crmcore_customer_find_ids(c, 1, codes, NULL, &whole, &error));
  ANSWERS(crmcore_customer_find(c, "C-001", -1, &customer, &error));
  ANSWERS(crmcore_customer_get(c, 1, &customer, &error));
  ANSWERS(crmcore_customer_set_lost(c, 1, 1, &error));
  ANSWERS(crmcore_customer_history(c, 1, 10, &buf, &error));
  ANSWERS(crmcore_axis_define_ready_made(c, &error));
  ANSWERS(crmcore_attribute_define(c, "{}", -1, &error));
  ANSWERS(crmcore_axis_define(c, "{}", -1, &error));
  ANSWERS(crmcore_node_put(c, "region", -1, "{\"code\":\"x\",\"name\":\"X\"}", -1, &error));
  ANSWERS(crmcore_node_resolve(c, "region", -1, "x", -1, &buf, &error));
  ANSWERS(crmcore_class_set(c, 1, "region", -1, "x", -1, &error));
  ANSWERS(crmcore_class_get(c, 1, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  ANSWERS(crmcore_customer_import(c, used_columns, NULL, 0, &buf, &error));
  ANSWERS(crmcore_customer_import_csv(c, "code\n", -1, NULL, 0, &buf, &error));
  ANSWERS(crmcore_customer_import_stream(c, no_bytes, NULL, NULL, NULL, 0, &buf, &error));
}

static inline void calls_of_the_ledger(void) {
  crmcore_conn* const c = used_conn;
  const char* const source = "{\"source\":\"s\"}";
  int32_t word = 0;
  int64_t whole = 0;
  ANSWERS(crmcore_entry_import_csv(c, "a\n", -1, source, -1, &buf, &error));
  ANSWERS(crmcore_entry_import_stream(c, no_bytes, NULL, NULL, source, -1, &buf, &error));
  ANSWERS(crmcore_entry_post(c, used_columns, source, -1, &whole, &whole, &error));
  ANSWERS(crmcore_entry_post_json(c, "{}", -1, &buf, &error));
  ANSWERS(crmcore_month_list(c, 1, 0, 1, &buf, &error));
  ANSWERS(crmcore_db_verify(c, 1, &buf, &error));
  ANSWERS(crmcore_db_backup(c, "/nowhere/x.crm", -1, &buf, &error));
  ANSWERS(crmcore_db_changes(c, 0, 1, &buf, &error));
  ANSWERS(crmcore_scheme_put(c, "{}", -1, &word, &error));
  ANSWERS(crmcore_review_preview(c, "s", -1, 0, NULL, 0, &buf, &error));
  ANSWERS(crmcore_review_commit(c, "s", -1, 0, NULL, 0, &buf, &error));
  ANSWERS(crmcore_grade_get(c, 1, "s", -1, &buf, &error));
  ANSWERS(crmcore_grade_explain(c, 1, "s", -1, &buf, &error));
  ANSWERS(crmcore_policy_put(c, "{}", -1, &word, &error));
  ANSWERS(crmcore_assignment_preview(c, "p", -1, 0, NULL, 0, &buf, &error));
  ANSWERS(crmcore_assignment_commit(c, "p", -1, 0, NULL, 0, &buf, &error));
  ANSWERS(crmcore_manager_assign(c, 1, "m", -1, NULL, 0, &error));
  ANSWERS(crmcore_manager_get(c, 1, 0, &buf, &error));
  ANSWERS(crmcore_assignment_explain(c, 1, &buf, &error));
}

// Calls all of them; none leaves a result.
static inline void expect_every_call(int32_t expected) {
  expected_answer = expected;
  calls_of_connections();
  calls_of_the_archive();
  calls_of_the_ledger();
  CHECK(buf == NULL);
}

#endif
