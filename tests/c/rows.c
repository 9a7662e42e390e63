// Queries: parameters, typed values, what may not be read, draining.
#include "harness.h"

static struct archive archive;
static crmcore_rows* rows;
static int32_t has_row;

static void query(const char* sql, const char* parameters) {
  OK(crmcore_conn_query(archive.conn, sql, -1, parameters, -1, &rows, &error));
}

static void free_rows(void) {
  crmcore_rows_free(rows);
  rows = NULL;
}

static void typed_values(void) {
  int32_t type = 0, is_null = -1;
  int64_t integer = 0, size = -1;
  double real = 0;
  const char* text = NULL;
  query(
      "SELECT 42 AS whole, 1.5 AS broken, code, NULL AS none, x'00ff' AS bytes FROM customer ORDER BY "
      "code",
      NULL);
  CHECK(crmcore_rows_column_count(rows) == 5);
  CHECK(strcmp(crmcore_rows_column_name(rows, 2), "code") == 0);
  CHECK(crmcore_rows_column_name(rows, 5) == NULL && crmcore_rows_column_name(rows, -1) == NULL);
  REFUSED(CRMCORE_E_MISUSE_NO_ROW, "/rows", crmcore_rows_get_int64(rows, 0, &integer, &error));
  OK(crmcore_rows_next(rows, &has_row, &error));
  CHECK(has_row == 1);
  static const int32_t types[] = {CRMCORE_COLUMN_INTEGER, CRMCORE_COLUMN_REAL, CRMCORE_COLUMN_TEXT,
                                  CRMCORE_COLUMN_NULL, CRMCORE_COLUMN_BLOB};
  for (int32_t column = 0; column < 5; ++column) {
    OK(crmcore_rows_column_type(rows, column, &type, &error));
    CHECK(type == types[column]);
    OK(crmcore_rows_is_null(rows, column, &is_null, &error));
    CHECK(is_null == (column == 3));
  }
  OK(crmcore_rows_get_int64(rows, 0, &integer, &error));
  CHECK(integer == 42);
  OK(crmcore_rows_get_double(rows, 0, &real, &error));
  CHECK(real > 41.99 && real < 42.01);
  OK(crmcore_rows_get_double(rows, 1, &real, &error));
  CHECK(real > 1.49 && real < 1.51);
  OK(crmcore_rows_get_text(rows, 2, &text, &size, &error));
  CHECK(size == 1 && strcmp(text, "a") == 0);
  OK(crmcore_rows_get_text(rows, 0, &text, &size, &error));
  CHECK(size == 2 && strcmp(text, "42") == 0);
  OK(crmcore_rows_get_text(rows, 3, &text, &size, &error));
  CHECK(text == NULL && size == 0);
  // Nothing is converted silently.
  integer = 7;
  REFUSED(CRMCORE_E_MISUSE_TYPE, "/column", crmcore_rows_get_int64(rows, 1, &integer, &error));
  REFUSED(CRMCORE_E_MISUSE_TYPE, "/column", crmcore_rows_get_int64(rows, 2, &integer, &error));
  REFUSED(CRMCORE_E_MISUSE_TYPE, "/column", crmcore_rows_get_int64(rows, 3, &integer, &error));
  REFUSED(CRMCORE_E_MISUSE_TYPE, "/column", crmcore_rows_get_double(rows, 2, &real, &error));
  REFUSED(CRMCORE_E_MISUSE_TYPE, "/column", crmcore_rows_get_double(rows, 3, &real, &error));
  REFUSED(CRMCORE_E_MISUSE_COLUMN, "/column", crmcore_rows_get_int64(rows, 5, &integer, &error));
  REFUSED(CRMCORE_E_MISUSE_COLUMN, "/column", crmcore_rows_get_text(rows, -1, &text, &size, &error));
  CHECK(integer == 7);
  OK(crmcore_rows_next(rows, &has_row, &error));
  OK(crmcore_rows_next(rows, &has_row, &error));
  CHECK(has_row == 0);
  OK(crmcore_rows_next(rows, &has_row, &error));
  CHECK(has_row == 0);
  REFUSED(CRMCORE_E_MISUSE_NO_ROW, "/rows", crmcore_rows_is_null(rows, 0, &is_null, &error));
  free_rows();
}

static void parameters(void) {
  static const struct {
    const char* sql;
    const char* parameters;
    const char* json;
  } good[] = {
      {"SELECT code FROM customer WHERE code = ?1", "[\"b\"]", "[{\"code\":\"b\"}]"},
      {"SELECT code FROM customer WHERE code = :code", "{\"code\":\"b\"}", "[{\"code\":\"b\"}]"},
      {"SELECT ?1 AS a, ?2 AS b, ?3 AS c, ?4 AS d", "[1, 0.5, null, true]",
       "[{\"a\":1,\"b\":0.5,\"c\":null,\"d\":1}]"},
      {"SELECT ?1 AS text", "[\"'; DROP TABLE customer_row; --\"]",
       "[{\"text\":\"'; DROP TABLE customer_row; --\"}]"},
      {"SELECT 1 AS one WHERE 0", "[]", "[]"},
  };
  for (size_t i = 0; i < sizeof good / sizeof good[0]; ++i) {
    query(good[i].sql, good[i].parameters);
    OK(crmcore_rows_to_json(rows, &buf, &error));
    TEXT_IS(good[i].json);
    free_rows();
  }
  static const struct {
    const char* sql;
    const char* parameters;
    int32_t code;
    const char* path;
  } bad[] = {
      {"SELECT code FROM customer WHERE code = ?1", NULL, CRMCORE_E_INVALID, "/parameters"},
      {"SELECT 1", "[1]", CRMCORE_E_INVALID, "/parameters"},
      {"SELECT :a", "{\"b\":1}", CRMCORE_E_INVALID, "/parameters/b"},
      {"SELECT ?1", "[[1]]", CRMCORE_E_INVALID, "/parameters/0"},
      {"SELECT ?1", "7", CRMCORE_E_INVALID, "/parameters"},
      {"SELECT ?1", "x", CRMCORE_E_INVALID, "/parameters"},
      {"SELECT ?1", "[9007199254740992]", CRMCORE_E_RANGE, "/parameters/0"},
      {"SELECT", NULL, CRMCORE_E_INVALID, "/sql"},
      {"DELETE FROM customer_row", NULL, CRMCORE_E_DENIED, "/sql"},
      {"SELECT * FROM customer_row", NULL, CRMCORE_E_DENIED, "/sql"},
      {"SELECT 1; SELECT 2", NULL, CRMCORE_E_DENIED, "/sql"},
      {"PRAGMA user_version", NULL, CRMCORE_E_DENIED, "/sql"},
      {"ATTACH 'x' AS y", NULL, CRMCORE_E_DENIED, "/sql"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    REFUSED(bad[i].code, bad[i].path,
            crmcore_conn_query(archive.conn, bad[i].sql, -1, bad[i].parameters, -1, &rows, &error));
    CHECK(rows == NULL);
  }
}

static void drained(void) {
  const char* sql = "SELECT code, name, CASE code WHEN 'a' THEN -1 END AS n FROM customer ORDER BY code";
  query(sql, NULL);
  OK(crmcore_rows_to_json(rows, &buf, &error));
  TEXT_IS(
      "[{\"code\":\"a\",\"name\":\"=1+1\",\"n\":-1},{\"code\":\"b\",\"name\":\"B \\\"b\\\", "
      "雲\",\"n\":null}]");
  OK(crmcore_rows_to_json(rows, &buf, &error));  // nothing is left
  TEXT_IS("[]");
  free_rows();
  query("SELECT code, 9223372036854775807 AS n, x'00ff' AS bytes, NULL AS none FROM customer ORDER BY code",
        NULL);
  REFUSED(CRMCORE_E_RANGE, "/count", crmcore_rows_read_json(rows, 0, &buf, &error));
  OK(crmcore_rows_read_json(rows, 1, &buf, &error));
  TEXT_IS("[[\"a\",9223372036854775807,{\"blob\":\"00ff\"},null]]");
  OK(crmcore_rows_read_json(rows, 100000, &buf, &error));
  TEXT_IS("[[\"b\",9223372036854775807,{\"blob\":\"00ff\"},null]]");
  OK(crmcore_rows_read_json(rows, 1, &buf, &error));
  TEXT_IS("[]");
  free_rows();
  query(sql, NULL);
  OK(crmcore_rows_to_csv(rows, 0, &buf, &error));
  TEXT_IS("code,name,n\r\na,'=1+1,-1\r\nb,\"B \"\"b\"\", 雲\",\r\n");
  free_rows();
  query(sql, NULL);
  OK(crmcore_rows_next(rows, &has_row, &error));
  OK(crmcore_rows_to_csv(rows, 1, &buf, &error));
  TEXT_IS("code,name,n\r\nb,\"B \"\"b\"\", 雲\",\r\n");
  free_rows();
}

static void within_transactions(void) {
  int64_t count = 0;
  query("SELECT count(*) FROM customer", NULL);  // a snapshot from before
  OK(crmcore_conn_begin(archive.conn, &error));
  put_customer(archive.conn, "c", "C");
  OK(crmcore_rows_next(rows, &has_row, &error));
  OK(crmcore_rows_get_int64(rows, 0, &count, &error));
  CHECK(count == 2);
  free_rows();
  query("SELECT count(*) FROM customer", NULL);  // its own writes
  OK(crmcore_rows_next(rows, &has_row, &error));
  OK(crmcore_rows_get_int64(rows, 0, &count, &error));
  CHECK(count == 3);
  OK(crmcore_conn_rollback(archive.conn, &error));
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_rows_next(rows, &has_row, &error));
  REFUSED(CRMCORE_E_MISUSE, "", crmcore_rows_get_int64(rows, 0, &count, &error));
  CHECK(crmcore_rows_column_count(rows) == 1);
  free_rows();
}

int main(void) {
  archive = new_archive();
  put_customer(archive.conn, "a", "=1+1");
  put_customer(archive.conn, "b", "B \"b\", 雲");
  typed_values();
  parameters();
  drained();
  within_transactions();
  crmcore_rows_free(NULL);
  end_archive(&archive);
  return finish();
}
