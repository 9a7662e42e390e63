// A connection that is in use: from a callback, by another thread, freed under way; and after fork().
#include <pthread.h>
#include <sys/wait.h>

#include "every_call.h"

static struct archive archive;
static crmcore_rows* stray_rows;

static void set_up(void) {
  int32_t has_row = 0;
  archive = new_archive();
  used_conn = archive.conn;
  put_customer(used_conn, "C-001", "云杉");
  put_customer(used_conn, "C-002", "Nordwind");
  OK(crmcore_columns_new(0, &used_columns, &error));
  OK(crmcore_columns_add_text(used_columns, "code", -1, NULL, NULL, &error));
  OK(crmcore_conn_query(used_conn, "SELECT customer_id FROM customer ORDER BY 1", -1, NULL, 0, &used_rows,
                        &error));
  OK(crmcore_rows_next(used_rows, &has_row, &error));
}

static void tear_down(void) {
  crmcore_rows_free(used_rows);
  crmcore_columns_free(used_columns);
  end_archive(&archive);
}

static void* call_all(void* user) {
  (void)user;
  expect_every_call(CRMCORE_E_MISUSE);
  calls_on_values();
  return NULL;
}

static void* free_rows(void* user) {
  (void)user;
  crmcore_rows_free(stray_rows);
  return NULL;
}

// What the callback does while the import runs, before it says that the file is at its end.
typedef void* (*action_fn)(void* user);
struct source {
  action_fn action;
  int is_other_thread;
  int calls;
};

// The thread checks too: nobody else may count meanwhile.
static void in_a_thread(action_fn action) {
  pthread_t thread;
  const int is_started = pthread_create(&thread, NULL, action, NULL) == 0;
  CHECK(is_started && pthread_join(thread, NULL) == 0);
}

static int64_t read_customers(void* user, char* buffer, int64_t size) {
  struct source* source = user;
  static const char text[] = "code,name\nC-003,Dritter\n";
  if (source->calls++ > 0) return 0;
  if (source->is_other_thread) {
    in_a_thread(source->action);
  } else {
    source->action(NULL);
  }
  CHECK(size >= (int64_t)sizeof text);
  memcpy(buffer, text, sizeof text - 1);
  return sizeof text - 1;
}

static int32_t import_with(action_fn action, int is_other_thread) {
  struct source source = {action, is_other_thread, 0};
  return crmcore_customer_import_stream(used_conn, read_customers, &source, NULL, NULL, 0, &buf, &error);
}

static void from_a_callback(void) {
  set_up();
  OK(import_with(call_all, 0));
  TEXT_HAS("\"created\":1");
  tear_down();
}

static void from_another_thread(void) {
  set_up();
  OK(import_with(call_all, 1));
  TEXT_HAS("\"created\":1");
  // Afterwards the other thread may have it.
  OK(crmcore_conn_query(used_conn, "SELECT 1", -1, NULL, 0, &stray_rows, &error));
  in_a_thread(free_rows);
  tear_down();
}

// A garbage collector frees on a thread of its own while the connection works.
static void rows_freed_meanwhile(void) {
  set_up();
  for (int in_transaction = 0; in_transaction < 2; ++in_transaction) {
    if (in_transaction) OK(crmcore_conn_begin(used_conn, &error));
    OK(crmcore_conn_query(used_conn, "SELECT 1", -1, NULL, 0, &stray_rows, &error));
    OK(import_with(free_rows, 1));
    TEXT_HAS(in_transaction ? "\"unchanged\":1" : "\"created\":1");
    if (in_transaction) OK(crmcore_conn_commit(used_conn, &error));
  }
  tear_down();
}

static void* free_everything(void* user) {
  (void)user;
  crmcore_db_free(archive.db);
  crmcore_conn_free(used_conn);
  crmcore_rows_free(used_rows);
  return NULL;
}

// Everything is freed while it is used: the call ends well, then nothing is left.
static void freed_meanwhile(int is_other_thread) {
  set_up();
  OK(import_with(free_everything, is_other_thread));
  TEXT_HAS("\"created\":1");
  REFUSED(CRMCORE_E_MISUSE_FREED, "/conn", crmcore_conn_begin(used_conn, &error));
  OK(crmcore_db_open(archive.path, -1, NULL, 0, &archive.db, &error));
  archive.conn = connect_to(archive.db);
  int64_t id = 0;
  OK(crmcore_customer_find_id(archive.conn, "C-003", -1, &id, &error));
  CHECK(id == 3);
  tear_down();
}

// One thread frees and another reads the same rows, over and over: either it is read or it is refused.
static void* read_stray_rows(void* user) {
  crmcore_error* mine = NULL;
  int32_t has_row = 0;
  const int32_t status = crmcore_rows_next(stray_rows, &has_row, &mine);
  *(int*)user = status == CRMCORE_OK || status == CRMCORE_E_MISUSE;
  crmcore_error_free(mine);
  return NULL;
}

static void freed_and_read_at_once(void) {
  set_up();
  for (int i = 0; i < 200; ++i) {
    int is_good = 0;
    pthread_t thread;
    OK(crmcore_conn_query(used_conn, "SELECT * FROM customer", -1, NULL, 0, &stray_rows, &error));
    CHECK(pthread_create(&thread, NULL, read_stray_rows, &is_good) == 0);
    crmcore_rows_free(stray_rows);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(is_good);
  }
  tear_down();
}

static void* interrupt(void* user) {
  (void)user;
  CHECK(crmcore_conn_interrupt(used_conn, NULL) == CRMCORE_OK);
  return NULL;
}

static int32_t interrupt_once(void* user, int64_t done, int64_t total) {
  (void)done, (void)total;
  if ((*(int*)user)++ == 0) in_a_thread(interrupt);
  return 0;
}

static void interrupted(void) {
  const char* endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  crmcore_rows* rows = NULL;
  int32_t has_row = 0;
  int asked = 0;
  set_up();
  OK(crmcore_conn_set_progress(used_conn, interrupt_once, &asked, NULL, &error));
  OK(crmcore_conn_query(used_conn, endless, -1, NULL, 0, &rows, &error));
  REFUSED(CRMCORE_E_CANCELLED, "", crmcore_rows_next(rows, &has_row, &error));
  crmcore_rows_free(rows);
  tear_down();
}

// Writes on another connection, which waits for the one whose call this is; says how often it was refused.
static crmcore_conn* second_conn;
static int32_t write_beside(void* user, int64_t done, int64_t total) {
  (void)done, (void)total;
  crmcore_error* mine = NULL;
  int64_t id = 0;
  const int32_t status =
      crmcore_customer_put(second_conn, "C-009", -1, "x", -1, CRMCORE_CUSTOMER_KEEP, &id, &mine);
  *(int*)user += status == CRMCORE_E_MISUSE;
  CHECK(status == CRMCORE_E_MISUSE);
  crmcore_error_free(mine);
  return 0;
}

static void write_from_a_callback(void) {
  enum { kCount = 20000 };
  static struct entry entries[kCount];
  static char documents[kCount][16];
  int refused = 0;
  int64_t posted = 0, already = 0;
  set_up();
  second_conn = connect_to(archive.db);
  for (int i = 0; i < kCount; ++i) {
    snprintf(documents[i], sizeof documents[i], "D-%d", i);
    entries[i] = (struct entry){1, 19000, CRMCORE_ENTRY_REVENUE, 100, documents[i], 1};
  }
  OK(crmcore_conn_begin(used_conn, &error));
  OK(crmcore_conn_set_progress(used_conn, write_beside, &refused, NULL, &error));
  OK(post_entries(used_conn, "erp", entries, kCount, &posted, &already));
  OK(crmcore_conn_set_progress(used_conn, NULL, NULL, NULL, &error));
  OK(crmcore_conn_commit(used_conn, &error));
  CHECK(refused > 0 && posted == kCount);
  CHECK(put_customer(second_conn, "C-009", "x") == 3);
  crmcore_conn_free(second_conn);
  tear_down();
}

static void in_a_child(void) {
  crmcore_conn* fresh = NULL;
  crmcore_db* db = NULL;
  int64_t id = 0;
  expect_every_call(CRMCORE_E_FORKED);
  REFUSED(CRMCORE_E_FORKED, "", crmcore_conn_open(archive.db, &fresh, &error));
  REFUSED(CRMCORE_E_FORKED, "", crmcore_db_open(archive.path, -1, NULL, 0, &db, &error));
  OK(crmcore_rows_get_int64(used_rows, 0, &id, &error));  // what was read stays readable
  CHECK(id == 1 && strcmp(crmcore_db_path(archive.db), archive.path) == 0);
  crmcore_rows_free(used_rows);
  crmcore_conn_free(used_conn);
  crmcore_db_free(archive.db);
  fflush(stdout);
  _exit(failures != 0);
}

static void after_fork(int is_in_transaction) {
  int status = -1;
  set_up();
  if (is_in_transaction) {
    OK(crmcore_conn_begin(used_conn, &error));
    put_customer(used_conn, "C-004", "Vierte");
  }
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) in_a_child();
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  // The parent's file is as it was.
  if (is_in_transaction) OK(crmcore_conn_commit(used_conn, &error));
  CHECK(put_customer(used_conn, "C-005", "Fünfte") == (is_in_transaction ? 4 : 3));
  OK(crmcore_db_verify(used_conn, 0, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  tear_down();
}

int main(void) {
  from_a_callback();
  from_another_thread();
  rows_freed_meanwhile();
  freed_meanwhile(0);
  freed_meanwhile(1);
  freed_and_read_at_once();
  interrupted();
  write_from_a_callback();
  after_fork(0);
  after_fork(1);
  return finish();
}
