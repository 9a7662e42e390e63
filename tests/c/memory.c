// Memory that runs out: the n-th allocation of an operation fails, once or from then on, for every n until
// the operation succeeds. Each time it is answered with CRMCORE_E_NO_MEMORY, nothing was applied, and the
// handles work on. The allocator is replaced by this program's, so a sanitizer's build runs the operations as
// they are.
//
// Writes that answer with a text are left out: their answer is made after the commit, so that memory that
// runs out there is told of a write that was applied.
#include <errno.h>

#include "harness.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#endif

static int64_t until_failure = -1;  // allocations that still succeed; -1: all do
static int fails_on;                // and so do those after it
static int64_t failed;

#ifndef HAS_SANITIZER
extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* memory, size_t size);

static int must_fail(void) {
  if (until_failure < 0) return 0;
  if (until_failure > 0) {
    --until_failure;
    return 0;
  }
  if (!fails_on) until_failure = -1;
  ++failed;
  errno = ENOMEM;
  return 1;
}

// Hidden ones would be this program's alone, and the library would not see them.
#pragma GCC visibility push(default)
void* malloc(size_t size) {
  return must_fail() ? NULL : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  return must_fail() ? NULL : __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  return must_fail() ? NULL : __libc_realloc(memory, size);
}
#pragma GCC visibility pop
#endif

static struct archive archive;
static char path[192];
static int64_t number;  // of the operation's attempt, for names that are new each time

static int32_t open_file(void) {
  crmcore_db* db = NULL;
  const int32_t status = crmcore_db_open(path, -1, NULL, 0, &db, &error);
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
  const int32_t status =
      crmcore_conn_call(archive.conn, "archive.get", -1, "{\"customer\":\"C-001\"}", -1, &buf, &error);
  crmcore_buf_free(buf);
  buf = NULL;
  return status;
}

static int32_t find(void) {
  crmcore_customer* customer = NULL;
  const int32_t status = crmcore_customer_find(archive.conn, "C-001", -1, &customer, &error);
  crmcore_customer_free(customer);
  return status;
}

static int32_t query(void) {
  crmcore_rows* rows = NULL;
  int32_t status = crmcore_conn_query(archive.conn, "SELECT code, name FROM customer ORDER BY name", -1, NULL,
                                      0, &rows, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_to_json(rows, &buf, &error);
  crmcore_rows_free(rows);
  crmcore_buf_free(buf);
  buf = NULL;
  return status;
}

static int32_t transaction(void) {
  int32_t status = crmcore_conn_begin(archive.conn, &error);
  if (status != CRMCORE_OK) return status;
  status = put();
  if (status == CRMCORE_OK) status = find();
  if (status == CRMCORE_OK) return crmcore_conn_commit(archive.conn, &error);
  until_failure = -1;
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

static const struct operation {
  const char* name;
  int32_t (*run)(void);
} operations[] = {{"open_file", open_file},
                  {"connect_and_read", connect_and_read},
                  {"put", put},
                  {"post", post},
                  {"call", call},
                  {"find", find},
                  {"query", query},
                  {"transaction", transaction},
                  {"refuse_wrong_input", refuse_wrong_input}};

// Runs the operation with its n-th allocation failing; 1 when none failed any more.
static int attempt(const struct operation* operation, int64_t n) {
  const int64_t before = last_change(archive.conn);
  const int64_t failed_before = failed;
  ++number;
  until_failure = n;
  const int32_t status = operation->run();
  until_failure = -1;
  const int has_failed = failed > failed_before;
  if (status == CRMCORE_OK) {
    CHECK(error == NULL);
    return !has_failed;
  }
  int is_good = has_failed && status == CRMCORE_E_NO_MEMORY && crmcore_error_code(error) == status &&
                crmcore_error_message(error)[0] != '\0';
  crmcore_error* const left = error;
  error = NULL;
  is_good = last_change(archive.conn) == before && is_good;
  CHECK(is_good);
  if (!is_good) {
    printf("  %s, allocation %d%s: %s: %s\n", operation->name, (int)n, fails_on ? " and on" : "",
           crmcore_code_name(status), crmcore_error_message(left));
  }
  crmcore_error_free(left);
  return 0;
}

int main(void) {
  archive = new_archive();
  snprintf(path, sizeof path, "%s/other.crm", archive.folder);
  put_customer(archive.conn, "C-001", "云杉");
  for (fails_on = 0; fails_on < 2; ++fails_on) {
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; ++i) {
      int64_t n = 0;
      while (failures < 50 && !attempt(&operations[i], n)) ++n;
      printf("%s: %d allocations%s\n", operations[i].name, (int)n,
             fails_on ? ", all failing from one on" : "");
    }
  }
#ifndef HAS_SANITIZER
  CHECK(failed > 1000);  // the allocator is the one that the library uses
#endif
  OK(crmcore_db_verify(archive.conn, 0, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  end_archive(&archive);
  return finish();
}
