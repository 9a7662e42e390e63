// A mini harness for the tests in C: checks that tell where they failed, an archive in a temporary folder,
// and one line for "this call succeeds" and "this call is refused so".
#ifndef HARNESS_H
#define HARNESS_H

#include <crmcore.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#endif

static int checks;
static int failures;
// What the last call left; every call in a test passes &error.
static crmcore_error* error;
static crmcore_buf* buf;

static inline void check(int is_good, const char* what, const char* file, int line) {
  ++checks;
  if (is_good) return;
  ++failures;
  printf("%s:%d: %s\n", file, line, what);
  fflush(stdout);
}
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

static inline void succeed(int32_t status, const char* call, const char* file, int line) {
  check(status == CRMCORE_OK && error == NULL, call, file, line);
  if (error) printf("  %s at '%s'\n", crmcore_error_message(error), crmcore_error_path(error));
  crmcore_error_free(error);
  error = NULL;
}
// The call succeeds and leaves no error.
#define OK(call) succeed((call), #call, __FILE__, __LINE__)

static inline void refuse(int32_t status, int32_t expected, const char* path, const char* call,
                          const char* file, int line) {
  const int is_good = status == (expected & 255) && error != NULL && crmcore_error_code(error) == status &&
                      crmcore_error_extended(error) == expected &&
                      strcmp(crmcore_error_path(error), path) == 0 &&
                      crmcore_error_message(error)[0] != '\0' &&
                      strstr(crmcore_error_violations(error), crmcore_code_name(status)) != NULL;
  check(is_good, call, file, line);
  if (!is_good) {
    printf("  expected %d at '%s'; got %d, %d, '%s' at '%s'\n", expected, path, status,
           crmcore_error_extended(error), crmcore_error_message(error), crmcore_error_path(error));
  }
  crmcore_error_free(error);
  error = NULL;
}
// The call fails with this code or extended code at this path.
#define REFUSED(code, path, call) refuse((call), (code), (path), #call, __FILE__, __LINE__)

// The text in `buf` is, or has in it, this; the buffer is freed.
static inline void expect_text(const char* text, int is_all, const char* what, const char* file, int line) {
  const char* given = crmcore_buf_data(buf) ? crmcore_buf_data(buf) : "(no text)";
  const int is_good = is_all ? strcmp(given, text) == 0 : strstr(given, text) != NULL;
  check(is_good, what, file, line);
  if (!is_good) printf("  expected %s; got %s\n", text, given);
  crmcore_buf_free(buf);
  buf = NULL;
}
#define TEXT_IS(text) expect_text((text), 1, "TEXT_IS", __FILE__, __LINE__)
#define TEXT_HAS(text) expect_text((text), 0, "TEXT_HAS", __FILE__, __LINE__)

struct archive {
  char folder[64];
  char path[128];
  crmcore_db* db;
  crmcore_conn* conn;
};

// 2024-01-15 12:00 UTC: tests do not ask the machine what time it is.
#define TEST_NOW INT64_C(1705320000000000)
#define DAY_2024_01_01 19723

static inline crmcore_conn* connect_to(crmcore_db* db) {
  crmcore_conn* conn = NULL;
  OK(crmcore_conn_open(db, &conn, &error));
  OK(crmcore_conn_set_now(conn, TEST_NOW, &error));
  OK(crmcore_conn_set_actor(conn, "test", -1, &error));
  return conn;
}

static inline struct archive new_archive_with(const char* options) {
  struct archive archive = {"/tmp/crmcore-c-XXXXXX", "", NULL, NULL};
  CHECK(mkdtemp(archive.folder) != NULL);
  snprintf(archive.path, sizeof archive.path, "%s/archive.crm", archive.folder);
  OK(crmcore_db_open(archive.path, -1, options, -1, &archive.db, &error));
  archive.conn = connect_to(archive.db);
  return archive;
}

static inline struct archive new_archive(void) {
  return new_archive_with("{\"create\":true}");
}

static inline void remove_folder(const char* folder) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  CHECK(system(command) == 0);
}

static inline void end_archive(struct archive* archive) {
  crmcore_conn_free(archive->conn);
  crmcore_db_free(archive->db);
  remove_folder(archive->folder);
}

static inline int64_t put_customer(crmcore_conn* conn, const char* code, const char* name) {
  int64_t id = 0;
  OK(crmcore_customer_put(conn, code, -1, name, -1, CRMCORE_CUSTOMER_KEEP, &id, &error));
  return id;
}

struct entry {
  int64_t customer_id, day, kind, amount;
  const char* document;
  int64_t line;
};

// Posts entries as columns; `source` is put into the options as it is.
static inline int32_t post_entries(crmcore_conn* conn, const char* source, const struct entry* entries,
                                   int64_t count, int64_t* posted, int64_t* already) {
  enum { kEntriesMax = 20000 };
  static const char* const names[] = {"customer_id", "day", "kind", "amount", "line"};
  static int64_t integers[5][kEntriesMax];
  static const char* documents[kEntriesMax];
  char options[128];
  crmcore_columns* columns = NULL;
  CHECK(count <= kEntriesMax);
  for (int64_t i = 0; i < count; ++i) {
    integers[0][i] = entries[i].customer_id;
    integers[1][i] = entries[i].day;
    integers[2][i] = entries[i].kind;
    integers[3][i] = entries[i].amount;
    integers[4][i] = entries[i].line;
    documents[i] = entries[i].document;
  }
  snprintf(options, sizeof options, "{\"source\":\"%s\"}", source);
  int32_t status = crmcore_columns_new(count, &columns, &error);
  for (int i = 0; i < 5 && status == CRMCORE_OK; ++i) {
    status = crmcore_columns_add_int64(columns, names[i], -1, integers[i], NULL, &error);
  }
  if (status == CRMCORE_OK) {
    status = crmcore_columns_add_text(columns, "document", -1, documents, NULL, &error);
  }
  if (status == CRMCORE_OK) {
    status = crmcore_entry_post(conn, columns, options, -1, posted, already, &error);
  }
  crmcore_columns_free(columns);
  return status;
}

static inline void post_revenue(crmcore_conn* conn, int64_t customer_id, int64_t day, int64_t amount,
                                const char* document) {
  const struct entry entry = {customer_id, day, CRMCORE_ENTRY_REVENUE, amount, document, 1};
  int64_t posted = 0, already = 0;
  OK(post_entries(conn, "billing", &entry, 1, &posted, &already));
}

// How far the change sequence is: what a refused write must not move.
static inline int64_t last_change(crmcore_conn* conn) {
  int64_t seq = -1;
  int32_t has_row = 0;
  crmcore_rows* rows = NULL;
  OK(crmcore_conn_query(conn, "SELECT coalesce(max(seq), 0) FROM change_log", -1, NULL, 0, &rows, &error));
  OK(crmcore_rows_next(rows, &has_row, &error));
  OK(crmcore_rows_get_int64(rows, 0, &seq, &error));
  crmcore_rows_free(rows);
  return seq;
}

static inline int finish(void) {
  printf("%d checks, %d failed\n", checks, failures);
  return failures != 0 || checks == 0;
}

#endif
