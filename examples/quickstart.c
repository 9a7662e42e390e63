/* A first program in C99: open a file, put customers, post what they bought, grade them, read the result.
 * Build: cc quickstart.c $(pkg-config --cflags --libs crmcore). Run: ./quickstart [FILE] */
#include <crmcore.h>
#include <inttypes.h>
#include <stdio.h>

static const char* const kScheme =
    "{\"code\":\"value\",\"population\":{\"status\":[\"existing\"]},"
    "\"grades\":{\"order\":[\"A\",\"B\",\"C\"],\"blocked\":\"X\"},\"calendar\":{\"timezone\":\"Asia/"
    "Shanghai\"},"
    "\"returns\":\"gross\",\"factors\":[{\"code\":\"revenue\",\"metric\":{\"kind\":\"revenue\","
    "\"window\":{\"kind\":\"rolling\",\"months\":12}}}],"
    "\"cut\":{\"kind\":\"pareto\",\"on\":\"revenue\",\"cuts\":[70,90]}}";

/* Puts three customers with what they bought in 2024-03. */
static int32_t fill(crmcore_conn* conn, crmcore_error** error) {
  static const char* const codes[] = {"C-001", "C-002", "C-003"};
  static const char* const names[] = {"北京云杉科技", "Harbour Trading Ltd", "老王杂货铺"};
  static const char* const invoices[] = {"INV-1", "INV-2", "INV-3"};
  static const char* const dates[] = {"2024-03-01", "2024-03-01", "2024-03-02"};
  static const int64_t fen[] = {48000000, 15000000, 900000}; /* money is integers in minor units */
  crmcore_columns* entries = NULL;
  int64_t posted = 0, already = 0;
  int32_t code = crmcore_axis_define_ready_made(conn, error);
  for (int i = 0; i < 3 && code == CRMCORE_OK; ++i) {
    int64_t id = 0;
    code = crmcore_customer_put(conn, codes[i], -1, names[i], -1, CRMCORE_CUSTOMER_COMPANY, &id, error);
    if (code == CRMCORE_OK) code = crmcore_class_set(conn, id, "ownership", -1, "private", -1, error);
  }
  if (code == CRMCORE_OK) code = crmcore_columns_new(3, &entries, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_text(entries, "customer", -1, codes, NULL, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_text(entries, "date", -1, dates, NULL, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_int64(entries, "amount", -1, fen, NULL, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_text(entries, "document", -1, invoices, NULL, error);
  if (code == CRMCORE_OK) {
    code = crmcore_entry_post(conn, entries, "{\"source\":\"billing\"}", -1, &posted, &already, error);
  }
  crmcore_columns_free(entries);
  return code;
}

/* Grades them by revenue. */
static int32_t grade(crmcore_conn* conn, crmcore_error** error) {
  const int32_t day = 19814; /* 2024-04-01, days since 1970 */
  int32_t version = 0;
  crmcore_buf* summary = NULL;
  int32_t code = crmcore_scheme_put(conn, kScheme, -1, &version, error);
  if (code == CRMCORE_OK) {
    code = crmcore_review_commit(conn, "value", -1, day, "{\"kind\":\"ad_hoc\"}", -1, &summary, error);
  }
  crmcore_buf_free(summary);
  return code;
}

static int32_t print_customers(crmcore_conn* conn, crmcore_error** error) {
  crmcore_rows* rows = NULL;
  int32_t has_row = 0;
  int32_t code = crmcore_conn_query(conn,
                                    "SELECT c.code, g.grade, m.revenue, c.name FROM customer c "
                                    "JOIN grade_current g ON g.customer_id = c.customer_id "
                                    "JOIN ledger_month m ON m.customer_id = c.customer_id ORDER BY c.code",
                                    -1, NULL, 0, &rows, error);
  while (code == CRMCORE_OK && (code = crmcore_rows_next(rows, &has_row, error)) == CRMCORE_OK && has_row) {
    const char *customer = "", *grade = "", *name = "";
    int64_t revenue = 0, size = 0;
    crmcore_rows_get_text(rows, 0, &customer, &size, NULL);
    crmcore_rows_get_text(rows, 1, &grade, &size, NULL);
    crmcore_rows_get_int64(rows, 2, &revenue, NULL);
    crmcore_rows_get_text(rows, 3, &name, &size, NULL);
    printf("%s\t%s\t%" PRId64 ".%02" PRId64 "\t%s\n", customer, grade, revenue / 100, revenue % 100, name);
  }
  crmcore_rows_free(rows);
  return code;
}

int main(int count, char** arguments) {
  crmcore_db* db = NULL;
  crmcore_conn* conn = NULL;
  crmcore_error* error = NULL;
  const char* options = "{\"create\":true,\"time_zone\":\"Asia/Shanghai\"}";
  int32_t code = crmcore_db_open(count > 1 ? arguments[1] : "quickstart.crm", -1, options, -1, &db, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_open(db, &conn, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_begin(conn, &error); /* all of it, or nothing */
  if (code == CRMCORE_OK) code = fill(conn, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_commit(conn, &error);
  if (code == CRMCORE_OK) code = grade(conn, &error);
  if (code == CRMCORE_OK) code = print_customers(conn, &error);
  if (code != CRMCORE_OK) {
    fprintf(stderr, "%s %s: %s\n", crmcore_code_name(code), crmcore_error_path(error),
            crmcore_error_message(error));
  }
  crmcore_error_free(error); /* in any order; NULL is nothing to free */
  crmcore_conn_free(conn);
  crmcore_db_free(db);
  return code == CRMCORE_OK ? 0 : 1;
}
