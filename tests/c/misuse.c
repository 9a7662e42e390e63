// Every function with every argument wrong: the right code at the right place, and nothing changed.
#include "harness.h"

static struct archive archive;
static crmcore_conn* conn;
static int64_t spruce;
// Live, but of no type that is asked for below.
static crmcore_buf* other;
static crmcore_db* freed_crmcore_db;
static crmcore_conn* freed_crmcore_conn;
static crmcore_rows* freed_crmcore_rows;
static crmcore_columns* freed_crmcore_columns;

static const int32_t bad_handle_codes[] = {CRMCORE_E_MISUSE_NULL, CRMCORE_E_MISUSE_HANDLE,
                                           CRMCORE_E_MISUSE_FREED};

// The call, with `bad` for the handle, is refused at the handle's parameter: for NULL, for a handle of
// another type, for one that was freed.
#define BAD_HANDLE(type, where, call)                                      \
  do {                                                                     \
    type* const bad_handles[] = {NULL, (type*)(void*)other, freed_##type}; \
    for (int i = 0; i < 3; ++i) {                                          \
      type* const bad = bad_handles[i];                                    \
      REFUSED(bad_handle_codes[i], where, call);                           \
    }                                                                      \
  } while (0)
#define BAD_CONN(call) BAD_HANDLE(crmcore_conn, "/conn", call)
#define BAD_ROWS(call) BAD_HANDLE(crmcore_rows, "/rows", call)

#define NO_OUT(where, call) REFUSED(CRMCORE_E_MISUSE_NULL, where, call)

static const struct bad_text {
  const char* text;
  int64_t size;
  int32_t code;
} bad_texts[] = {{"x", -2, CRMCORE_E_MISUSE_SIZE}, {"x", INT64_MIN, CRMCORE_E_MISUSE_SIZE},
                 {NULL, 3, CRMCORE_E_MISUSE_NULL}, {"x", INT64_MAX, CRMCORE_E_LIMIT},
                 {"\xff", 1, CRMCORE_E_UTF8},      {"\xe4\xba", 2, CRMCORE_E_UTF8},
                 {"a\0b", 3, CRMCORE_E_INVALID},   {NULL, -1, CRMCORE_E_MISUSE_NULL}};
enum { kFileTexts = 4, kOptionalTexts = 7, kRequiredTexts = 8 };

// The call, with `text` and `size` for one of its texts, is refused at `where`.
#define BAD_TEXTS(count, where, call)           \
  for (int i = 0; i < (count); ++i) {           \
    const char* const text = bad_texts[i].text; \
    const int64_t size = bad_texts[i].size;     \
    REFUSED(bad_texts[i].code, where, (call));  \
  }
#define BAD_TEXT(where, call) BAD_TEXTS(kRequiredTexts, where, call)
#define BAD_OPTION(where, call) BAD_TEXTS(kOptionalTexts, where, call)

static void files(void) {
  crmcore_db* db = NULL;
  crmcore_conn* fresh = NULL;
  BAD_TEXT("/path", crmcore_db_open(text, size, NULL, 0, &db, &error));
  BAD_OPTION("/options", crmcore_db_open("/tmp/never.crm", -1, text, size, &db, &error));
  NO_OUT("/db", crmcore_db_open("/tmp/never.crm", -1, NULL, 0, NULL, &error));
  CHECK(access("/tmp/never.crm", F_OK) != 0);
  BAD_HANDLE(crmcore_db, "/db", crmcore_conn_open(bad, &fresh, &error));
  NO_OUT("/conn", crmcore_conn_open(archive.db, NULL, &error));
  CHECK(db == NULL && fresh == NULL);
  CHECK(crmcore_conn_open(NULL, &fresh, NULL) == CRMCORE_E_MISUSE);
  CHECK(crmcore_db_open(NULL, -1, NULL, 0, &db, NULL) == CRMCORE_E_MISUSE);
}

static void connections(void) {
  int32_t is_open = -1;
  BAD_CONN(crmcore_conn_set_now(bad, 0, &error));
  BAD_CONN(crmcore_conn_clear_now(bad, &error));
  BAD_CONN(crmcore_conn_set_actor(bad, "a", -1, &error));
  BAD_TEXT("/actor", crmcore_conn_set_actor(conn, text, size, &error));
  BAD_CONN(crmcore_conn_set_progress(bad, NULL, NULL, NULL, &error));
  BAD_CONN(crmcore_conn_interrupt(bad, &error));
  BAD_CONN(crmcore_conn_begin(bad, &error));
  BAD_CONN(crmcore_conn_commit(bad, &error));
  BAD_CONN(crmcore_conn_rollback(bad, &error));
  BAD_CONN(crmcore_conn_is_in_transaction(bad, &is_open, &error));
  NO_OUT("/is_open", crmcore_conn_is_in_transaction(conn, NULL, &error));
  CHECK(is_open == -1);
}

static void gateway_and_queries(void) {
  crmcore_rows* rows = NULL;
  BAD_CONN(crmcore_conn_call(bad, "database.info", -1, NULL, 0, &buf, &error));
  BAD_TEXT("/method", crmcore_conn_call(conn, text, size, NULL, 0, &buf, &error));
  BAD_OPTION("/request", crmcore_conn_call(conn, "database.info", -1, text, size, &buf, &error));
  NO_OUT("/response", crmcore_conn_call(conn, "database.info", -1, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_conn_query(bad, "SELECT 1", -1, NULL, 0, &rows, &error));
  BAD_TEXT("/sql", crmcore_conn_query(conn, text, size, NULL, 0, &rows, &error));
  BAD_OPTION("/parameters", crmcore_conn_query(conn, "SELECT 1", -1, text, size, &rows, &error));
  NO_OUT("/rows", crmcore_conn_query(conn, "SELECT 1", -1, NULL, 0, NULL, &error));
  CHECK(rows == NULL);
}

static void rows_of_queries(void) {
  crmcore_rows* rows = NULL;
  int32_t word = -1;
  int64_t whole = -1;
  double real = -1;
  const char* text = NULL;
  OK(crmcore_conn_query(conn, "SELECT 1", -1, NULL, 0, &rows, &error));
  BAD_ROWS(crmcore_rows_next(bad, &word, &error));
  NO_OUT("/has_row", crmcore_rows_next(rows, NULL, &error));
  CHECK(crmcore_rows_column_count(NULL) == 0 && crmcore_rows_column_count(freed_crmcore_rows) == 0);
  CHECK(crmcore_rows_column_name(NULL, 0) == NULL && crmcore_rows_column_name(freed_crmcore_rows, 0) == NULL);
  BAD_ROWS(crmcore_rows_column_type(bad, 0, &word, &error));
  NO_OUT("/type", crmcore_rows_column_type(rows, 0, NULL, &error));
  BAD_ROWS(crmcore_rows_is_null(bad, 0, &word, &error));
  NO_OUT("/is_null", crmcore_rows_is_null(rows, 0, NULL, &error));
  BAD_ROWS(crmcore_rows_get_int64(bad, 0, &whole, &error));
  NO_OUT("/value", crmcore_rows_get_int64(rows, 0, NULL, &error));
  BAD_ROWS(crmcore_rows_get_double(bad, 0, &real, &error));
  NO_OUT("/value", crmcore_rows_get_double(rows, 0, NULL, &error));
  BAD_ROWS(crmcore_rows_get_text(bad, 0, &text, &whole, &error));
  NO_OUT("/text", crmcore_rows_get_text(rows, 0, NULL, &whole, &error));
  NO_OUT("/size", crmcore_rows_get_text(rows, 0, &text, NULL, &error));
  BAD_ROWS(crmcore_rows_read_json(bad, 1, &buf, &error));
  NO_OUT("/json", crmcore_rows_read_json(rows, 1, NULL, &error));
  BAD_ROWS(crmcore_rows_to_json(bad, &buf, &error));
  NO_OUT("/json", crmcore_rows_to_json(rows, NULL, &error));
  BAD_ROWS(crmcore_rows_to_csv(bad, 0, &buf, &error));
  NO_OUT("/csv", crmcore_rows_to_csv(rows, 0, NULL, &error));
  CHECK(word == -1 && whole == -1 && real < 0 && text == NULL && buf == NULL);
  crmcore_rows_free(rows);
}

static void customers(void) {
  int64_t id = -1;
  crmcore_customer* customer = NULL;
  const char* codes[] = {"a"};
  const char* no_codes[] = {NULL};
  const int64_t bad_sizes[] = {-2}, huge_sizes[] = {INT64_MAX};
  BAD_CONN(crmcore_customer_put(bad, "a", -1, "A", -1, 0, &id, &error));
  BAD_TEXT("/code", crmcore_customer_put(conn, text, size, "A", -1, 0, &id, &error));
  BAD_OPTION("/name", crmcore_customer_put(conn, "a", -1, text, size, 0, &id, &error));
  NO_OUT("/customer_id", crmcore_customer_put(conn, "a", -1, "A", -1, 0, NULL, &error));
  BAD_CONN(crmcore_customer_put_json(bad, "{}", -1, &buf, &error));
  BAD_TEXT("/request", crmcore_customer_put_json(conn, text, size, &buf, &error));
  NO_OUT("/response", crmcore_customer_put_json(conn, "{}", -1, NULL, &error));
  BAD_CONN(crmcore_customer_find_id(bad, "a", -1, &id, &error));
  BAD_TEXT("/code", crmcore_customer_find_id(conn, text, size, &id, &error));
  NO_OUT("/customer_id", crmcore_customer_find_id(conn, "a", -1, NULL, &error));
  BAD_CONN(crmcore_customer_find_ids(bad, 1, codes, NULL, &id, &error));
  REFUSED(CRMCORE_E_MISUSE_SIZE, "/count", crmcore_customer_find_ids(conn, -1, codes, NULL, &id, &error));
  REFUSED(CRMCORE_E_LIMIT, "/count", crmcore_customer_find_ids(conn, INT64_MAX, codes, NULL, &id, &error));
  REFUSED(CRMCORE_E_MISUSE_NULL, "/codes", crmcore_customer_find_ids(conn, 1, NULL, NULL, &id, &error));
  REFUSED(CRMCORE_E_MISUSE_NULL, "/codes/0", crmcore_customer_find_ids(conn, 1, no_codes, NULL, &id, &error));
  REFUSED(CRMCORE_E_MISUSE_SIZE, "/codes/0",
          crmcore_customer_find_ids(conn, 1, codes, bad_sizes, &id, &error));
  REFUSED(CRMCORE_E_LIMIT, "/codes/0", crmcore_customer_find_ids(conn, 1, codes, huge_sizes, &id, &error));
  NO_OUT("/customer_ids", crmcore_customer_find_ids(conn, 1, codes, NULL, NULL, &error));
  BAD_CONN(crmcore_customer_find(bad, "a", -1, &customer, &error));
  BAD_TEXT("/code", crmcore_customer_find(conn, text, size, &customer, &error));
  NO_OUT("/customer", crmcore_customer_find(conn, "a", -1, NULL, &error));
  BAD_CONN(crmcore_customer_get(bad, spruce, &customer, &error));
  NO_OUT("/customer", crmcore_customer_get(conn, spruce, NULL, &error));
  BAD_CONN(crmcore_customer_set_lost(bad, spruce, 1, &error));
  BAD_CONN(crmcore_customer_history(bad, spruce, 10, &buf, &error));
  NO_OUT("/history", crmcore_customer_history(conn, spruce, 10, NULL, &error));
  CHECK(id == -1 && customer == NULL);
}

static void getters_of_customers(void) {
  crmcore_customer* freed = NULL;
  OK(crmcore_customer_get(conn, spruce, &freed, &error));
  crmcore_customer_free(freed);
  crmcore_customer* const handles[] = {NULL, (crmcore_customer*)(void*)other, freed};
  for (int i = 0; i < 3; ++i) {
    crmcore_customer* const bad = handles[i];
    CHECK(crmcore_customer_id(bad) == 0 && crmcore_customer_kind(bad) == 0);
    CHECK(crmcore_customer_code(bad) == NULL && crmcore_customer_name(bad) == NULL);
    CHECK(crmcore_customer_short_name(bad) == NULL && crmcore_customer_status(bad) == 0);
    CHECK(crmcore_customer_since_day(bad) == CRMCORE_NO_DAY && crmcore_customer_version(bad) == 0);
    CHECK(crmcore_customer_first_entry_day(bad) == CRMCORE_NO_DAY);
    crmcore_customer_free(bad);
  }
}

static void classification(void) {
  const char* const node = "{\"code\":\"n\",\"name\":\"N\"}";
  BAD_CONN(crmcore_axis_define_ready_made(bad, &error));
  BAD_CONN(crmcore_attribute_define(bad, "{}", -1, &error));
  BAD_TEXT("/definition", crmcore_attribute_define(conn, text, size, &error));
  BAD_CONN(crmcore_axis_define(bad, "{}", -1, &error));
  BAD_TEXT("/definition", crmcore_axis_define(conn, text, size, &error));
  BAD_CONN(crmcore_node_put(bad, "region", -1, node, -1, &error));
  BAD_TEXT("/axis", crmcore_node_put(conn, text, size, node, -1, &error));
  BAD_TEXT("/node", crmcore_node_put(conn, "region", -1, text, size, &error));
  BAD_CONN(crmcore_node_resolve(bad, "region", -1, "CN", -1, &buf, &error));
  BAD_TEXT("/axis", crmcore_node_resolve(conn, text, size, "CN", -1, &buf, &error));
  BAD_TEXT("/text", crmcore_node_resolve(conn, "region", -1, text, size, &buf, &error));
  NO_OUT("/node", crmcore_node_resolve(conn, "region", -1, "CN", -1, NULL, &error));
  BAD_CONN(crmcore_class_set(bad, spruce, "region", -1, "CN", -1, &error));
  BAD_TEXT("/axis", crmcore_class_set(conn, spruce, text, size, "CN", -1, &error));
  BAD_TEXT("/node", crmcore_class_set(conn, spruce, "region", -1, text, size, &error));
  BAD_CONN(crmcore_class_get(bad, spruce, "region", -1, 0, &buf, &error));
  BAD_TEXT("/axis", crmcore_class_get(conn, spruce, text, size, 0, &buf, &error));
  NO_OUT("/node", crmcore_class_get(conn, spruce, "region", -1, 0, NULL, &error));
}

static int64_t read_nothing(void* user, char* buffer, int64_t size) {
  (void)user, (void)buffer, (void)size;
  return 0;
}

static void imports(void) {
  crmcore_columns* columns = NULL;
  const char* texts[] = {"a"};
  const int64_t bad_sizes[] = {-2}, integers[] = {1};
  const char* const source = "{\"source\":\"s\"}";
  REFUSED(CRMCORE_E_MISUSE_SIZE, "/row_count", crmcore_columns_new(-1, &columns, &error));
  REFUSED(CRMCORE_E_LIMIT, "/row_count", crmcore_columns_new(INT64_MAX, &columns, &error));
  NO_OUT("/columns", crmcore_columns_new(1, NULL, &error));
  OK(crmcore_columns_new(1, &columns, &error));
  BAD_HANDLE(crmcore_columns, "/columns", crmcore_columns_add_text(bad, "code", -1, texts, NULL, &error));
  BAD_TEXT("/name", crmcore_columns_add_text(columns, text, size, texts, NULL, &error));
  REFUSED(CRMCORE_E_MISUSE_NULL, "/texts", crmcore_columns_add_text(columns, "code", -1, NULL, NULL, &error));
  REFUSED(CRMCORE_E_MISUSE_SIZE, "/texts/0",
          crmcore_columns_add_text(columns, "code", -1, texts, bad_sizes, &error));
  BAD_HANDLE(crmcore_columns, "/columns", crmcore_columns_add_int64(bad, "kind", -1, integers, NULL, &error));
  BAD_TEXT("/name", crmcore_columns_add_int64(columns, text, size, integers, NULL, &error));
  REFUSED(CRMCORE_E_MISUSE_NULL, "/integers",
          crmcore_columns_add_int64(columns, "kind", -1, NULL, NULL, &error));
  BAD_CONN(crmcore_customer_import(bad, columns, NULL, 0, &buf, &error));
  BAD_HANDLE(crmcore_columns, "/columns", crmcore_customer_import(conn, bad, NULL, 0, &buf, &error));
  BAD_OPTION("/options", crmcore_customer_import(conn, columns, text, size, &buf, &error));
  NO_OUT("/report", crmcore_customer_import(conn, columns, NULL, 0, NULL, &error));
  crmcore_columns_free(columns);
  BAD_CONN(crmcore_customer_import_csv(bad, "code\n", -1, NULL, 0, &buf, &error));
  BAD_TEXTS(kFileTexts, "/csv", crmcore_customer_import_csv(conn, text, size, NULL, 0, &buf, &error));
  BAD_OPTION("/options", crmcore_customer_import_csv(conn, "code\n", -1, text, size, &buf, &error));
  NO_OUT("/report", crmcore_customer_import_csv(conn, "code\n", -1, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_customer_import_stream(bad, read_nothing, NULL, NULL, NULL, 0, &buf, &error));
  NO_OUT("/read", crmcore_customer_import_stream(conn, NULL, NULL, NULL, NULL, 0, &buf, &error));
  BAD_OPTION("/options",
             crmcore_customer_import_stream(conn, read_nothing, NULL, NULL, text, size, &buf, &error));
  NO_OUT("/report", crmcore_customer_import_stream(conn, read_nothing, NULL, NULL, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_entry_import_csv(bad, "a\n", -1, source, -1, &buf, &error));
  BAD_TEXTS(kFileTexts, "/csv", crmcore_entry_import_csv(conn, text, size, source, -1, &buf, &error));
  BAD_OPTION("/options", crmcore_entry_import_csv(conn, "a\n", -1, text, size, &buf, &error));
  NO_OUT("/report", crmcore_entry_import_csv(conn, "a\n", -1, source, -1, NULL, &error));
  BAD_CONN(crmcore_entry_import_stream(bad, read_nothing, NULL, NULL, source, -1, &buf, &error));
  NO_OUT("/read", crmcore_entry_import_stream(conn, NULL, NULL, NULL, source, -1, &buf, &error));
  BAD_OPTION("/options",
             crmcore_entry_import_stream(conn, read_nothing, NULL, NULL, text, size, &buf, &error));
  NO_OUT("/report", crmcore_entry_import_stream(conn, read_nothing, NULL, NULL, source, -1, NULL, &error));
}

static void ledger(void) {
  const char* const source = "{\"source\":\"s\"}";
  crmcore_columns* columns = NULL;
  int64_t posted = -1, already = -1;
  OK(crmcore_columns_new(0, &columns, &error));
  BAD_CONN(crmcore_entry_post(bad, columns, source, -1, &posted, &already, &error));
  BAD_HANDLE(crmcore_columns, "/columns",
             crmcore_entry_post(conn, bad, source, -1, &posted, &already, &error));
  BAD_OPTION("/options", crmcore_entry_post(conn, columns, text, size, &posted, &already, &error));
  NO_OUT("/posted", crmcore_entry_post(conn, columns, source, -1, NULL, &already, &error));
  NO_OUT("/already", crmcore_entry_post(conn, columns, source, -1, &posted, NULL, &error));
  CHECK(posted == -1 && already == -1);
  crmcore_columns_free(columns);
  BAD_CONN(crmcore_entry_post_json(bad, "{}", -1, &buf, &error));
  BAD_TEXT("/request", crmcore_entry_post_json(conn, text, size, &buf, &error));
  NO_OUT("/response", crmcore_entry_post_json(conn, "{}", -1, NULL, &error));
  BAD_CONN(crmcore_month_list(bad, spruce, 0, 1, &buf, &error));
  NO_OUT("/months", crmcore_month_list(conn, spruce, 0, 1, NULL, &error));
  BAD_CONN(crmcore_db_verify(bad, 0, &buf, &error));
  NO_OUT("/findings", crmcore_db_verify(conn, 0, NULL, &error));
  BAD_CONN(crmcore_db_backup(bad, "/nowhere/x.crm", -1, &buf, &error));
  BAD_TEXT("/path", crmcore_db_backup(conn, text, size, &buf, &error));
  NO_OUT("/findings", crmcore_db_backup(conn, "/nowhere/x.crm", -1, NULL, &error));
  BAD_CONN(crmcore_db_changes(bad, 0, 1, &buf, &error));
  NO_OUT("/changes", crmcore_db_changes(conn, 0, 1, NULL, &error));
}

static void grading_and_assignment(void) {
  int32_t version = -1;
  BAD_CONN(crmcore_scheme_put(bad, "{}", -1, &version, &error));
  BAD_TEXT("/document", crmcore_scheme_put(conn, text, size, &version, &error));
  NO_OUT("/version", crmcore_scheme_put(conn, "{}", -1, NULL, &error));
  BAD_CONN(crmcore_review_preview(bad, "s", -1, 0, NULL, 0, &buf, &error));
  BAD_TEXT("/scheme", crmcore_review_preview(conn, text, size, 0, NULL, 0, &buf, &error));
  BAD_OPTION("/options", crmcore_review_preview(conn, "s", -1, 0, text, size, &buf, &error));
  NO_OUT("/summary", crmcore_review_preview(conn, "s", -1, 0, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_review_commit(bad, "s", -1, 0, NULL, 0, &buf, &error));
  BAD_TEXT("/scheme", crmcore_review_commit(conn, text, size, 0, NULL, 0, &buf, &error));
  BAD_OPTION("/options", crmcore_review_commit(conn, "s", -1, 0, text, size, &buf, &error));
  NO_OUT("/summary", crmcore_review_commit(conn, "s", -1, 0, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_grade_get(bad, spruce, "s", -1, &buf, &error));
  BAD_TEXT("/scheme", crmcore_grade_get(conn, spruce, text, size, &buf, &error));
  NO_OUT("/grade", crmcore_grade_get(conn, spruce, "s", -1, NULL, &error));
  BAD_CONN(crmcore_grade_explain(bad, spruce, "s", -1, &buf, &error));
  BAD_TEXT("/scheme", crmcore_grade_explain(conn, spruce, text, size, &buf, &error));
  NO_OUT("/explanation", crmcore_grade_explain(conn, spruce, "s", -1, NULL, &error));
  BAD_CONN(crmcore_policy_put(bad, "{}", -1, &version, &error));
  BAD_TEXT("/document", crmcore_policy_put(conn, text, size, &version, &error));
  NO_OUT("/version", crmcore_policy_put(conn, "{}", -1, NULL, &error));
  BAD_CONN(crmcore_assignment_preview(bad, "p", -1, 0, NULL, 0, &buf, &error));
  BAD_TEXT("/policy", crmcore_assignment_preview(conn, text, size, 0, NULL, 0, &buf, &error));
  BAD_OPTION("/options", crmcore_assignment_preview(conn, "p", -1, 0, text, size, &buf, &error));
  NO_OUT("/summary", crmcore_assignment_preview(conn, "p", -1, 0, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_assignment_commit(bad, "p", -1, 0, NULL, 0, &buf, &error));
  BAD_TEXT("/policy", crmcore_assignment_commit(conn, text, size, 0, NULL, 0, &buf, &error));
  BAD_OPTION("/options", crmcore_assignment_commit(conn, "p", -1, 0, text, size, &buf, &error));
  NO_OUT("/summary", crmcore_assignment_commit(conn, "p", -1, 0, NULL, 0, NULL, &error));
  BAD_CONN(crmcore_manager_assign(bad, spruce, "m", -1, NULL, 0, &error));
  BAD_TEXT("/manager", crmcore_manager_assign(conn, spruce, text, size, NULL, 0, &error));
  BAD_OPTION("/reason", crmcore_manager_assign(conn, spruce, "m", -1, text, size, &error));
  BAD_CONN(crmcore_manager_get(bad, spruce, 0, &buf, &error));
  NO_OUT("/manager", crmcore_manager_get(conn, spruce, 0, NULL, &error));
  BAD_CONN(crmcore_assignment_explain(bad, spruce, &buf, &error));
  NO_OUT("/explanation", crmcore_assignment_explain(conn, spruce, NULL, &error));
  CHECK(version == -1);
}

static void freed_twice(void) {
  crmcore_db_free(freed_crmcore_db);
  crmcore_conn_free(freed_crmcore_conn);
  crmcore_rows_free(freed_crmcore_rows);
  crmcore_columns_free(freed_crmcore_columns);
  // Freed as what it is not: nothing happens to it.
  crmcore_db_free((crmcore_db*)(void*)other);
  crmcore_conn_free((crmcore_conn*)(void*)other);
  crmcore_rows_free((crmcore_rows*)(void*)other);
  crmcore_columns_free((crmcore_columns*)(void*)other);
  crmcore_error_free((crmcore_error*)(void*)other);
  CHECK(crmcore_buf_size(other) > 0);
}

int main(void) {
  archive = new_archive();
  conn = archive.conn;
  spruce = put_customer(conn, "C-001", "云杉");
  OK(crmcore_library_describe(&other, &error));
  char path[192];
  snprintf(path, sizeof path, "%s/freed.crm", archive.folder);
  OK(crmcore_db_open(path, -1, "{\"create\":true}", -1, &freed_crmcore_db, &error));
  OK(crmcore_conn_open(freed_crmcore_db, &freed_crmcore_conn, &error));
  OK(crmcore_conn_query(freed_crmcore_conn, "SELECT 1", -1, NULL, 0, &freed_crmcore_rows, &error));
  OK(crmcore_columns_new(1, &freed_crmcore_columns, &error));
  const int64_t seq = last_change(conn);
  static void (*const groups[])(void) = {
      files,     connections,           gateway_and_queries, rows_of_queries,
      customers, getters_of_customers,  classification,      imports,
      ledger,    grading_and_assignment};
  crmcore_db_free(freed_crmcore_db);
  crmcore_conn_free(freed_crmcore_conn);
  crmcore_rows_free(freed_crmcore_rows);
  crmcore_columns_free(freed_crmcore_columns);
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; ++i) groups[i]();
  freed_twice();
  CHECK(last_change(conn) == seq);
  crmcore_buf_free(other);
  end_archive(&archive);
  return finish();
}
