// Memory that runs out in the typed functions that answer with a text, and in those beside them: imports,
// classes, reviews, assignments, what is read of them.
#include "failing_memory.h"

static const char* const kScheme =
    "{\"code\":\"value\",\"calendar\":{\"timezone\":\"UTC\"},\"returns\":\"net_own\","
    "\"reviews\":{\"first\":\"2023-01-15\",\"every_months\":1},"
    "\"factors\":[{\"code\":\"revenue\",\"weight\":100,"
    "\"metric\":{\"kind\":\"revenue\",\"window\":{\"kind\":\"rolling\",\"months\":3}},"
    "\"scale\":{\"kind\":\"points\",\"points\":[[0,0],[100000,100]]}}],"
    "\"cut\":{\"kind\":\"score\",\"thresholds\":[{\"grade\":\"A\",\"enter\":80},{\"grade\":\"B\",\"enter\":"
    "40}]}}";
static const char* const kPolicy =
    "{\"code\":\"service\",\"scheme\":\"value\",\"grades\":[\"A\",\"B\",\"C\"],\"levels\":[\"ordinary\","
    "\"senior\"],\"weights\":{\"A\":5,\"B\":2,\"C\":1},"
    "\"stages\":[{\"rule\":\"keep_current\"},{\"rule\":\"least_loaded\"}]}";
static const char* const kManagers =
    "{\"managers\":[{\"code\":\"m1\",\"name\":\"Wei\",\"level\":\"senior\",\"span\":1000},"
    "{\"code\":\"m2\",\"name\":\"Ines\",\"level\":\"ordinary\",\"span\":1000}]}";
enum { kAsOf = DAY_2024_01_01 + 14 };

static const char* customers_csv(void) {
  static char csv[128];
  snprintf(csv, sizeof csv, "code,name,kind,region\nI-%d,From a file,company,CN\n", (int)number);
  return csv;
}

static const char* entries_csv(void) {
  static char csv[128];
  snprintf(csv, sizeof csv, "customer,date,amount,document\nC-001,2024-01-03,12.50,F-%d\n", (int)number);
  return csv;
}

// Gives a text once; `user` points to what is left of it.
static int64_t read_text(void* user, char* buffer, int64_t size) {
  const char** const rest = user;
  int64_t count = (int64_t)strlen(*rest);
  if (count > size) count = size;
  memcpy(buffer, *rest, (size_t)count);
  *rest += count;
  return count;
}

static int32_t import_columns(void) {
  char code[32];
  snprintf(code, sizeof code, "K-%d", (int)number);
  const char* const codes[] = {code};
  const char* const names[] = {"A name that is too long for any small string"};
  const int64_t since[] = {DAY_2024_01_01};
  crmcore_columns* columns = NULL;
  int32_t status = crmcore_columns_new(1, &columns, &error);
  if (status == CRMCORE_OK) status = crmcore_columns_add_text(columns, "code", -1, codes, NULL, &error);
  if (status == CRMCORE_OK) status = crmcore_columns_add_text(columns, "name", -1, names, NULL, &error);
  if (status == CRMCORE_OK) status = crmcore_columns_add_int64(columns, "since", -1, since, NULL, &error);
  if (status == CRMCORE_OK) {
    status = crmcore_customer_import(archive.conn, columns, NULL, 0, &buf, &error);
  }
  crmcore_columns_free(columns);
  return drop_buf(status);
}

// What memory is missing for is no row that fails and is skipped.
static int32_t import_customers(void) {
  const int32_t status = crmcore_customer_import_csv(archive.conn, customers_csv(), -1,
                                                     "{\"on_failure\":\"skip\"}", -1, &buf, &error);
  if (status == CRMCORE_OK) CHECK(strstr(crmcore_buf_data(buf), "\"created\":1") != NULL);
  return drop_buf(status);
}

static int32_t stream_customers(void) {
  const char* rest = customers_csv();
  return drop_buf(
      crmcore_customer_import_stream(archive.conn, read_text, &rest, NULL, NULL, 0, &buf, &error));
}

static int32_t import_entries(void) {
  return drop_buf(
      crmcore_entry_import_csv(archive.conn, entries_csv(), -1, "{\"source\":\"files\"}", -1, &buf, &error));
}

static int32_t stream_entries(void) {
  const char* rest = entries_csv();
  return drop_buf(crmcore_entry_import_stream(archive.conn, read_text, &rest, NULL, "{\"source\":\"files\"}",
                                              -1, &buf, &error));
}

static int32_t put_json(void) {
  char request[96];
  snprintf(request, sizeof request, "{\"customers\":[{\"code\":\"J-%d\",\"name\":\"N\"}]}", (int)number);
  return drop_buf(crmcore_customer_put_json(archive.conn, request, -1, &buf, &error));
}

static int32_t post_json(void) {
  char request[192];
  snprintf(request, sizeof request,
           "{\"source\":\"billing\",\"batch\":\"B-%d\",\"entries\":[{\"customer\":\"C-001\","
           "\"date\":\"2024-01-05\",\"amount\":7,\"document\":\"J-%d\"}]}",
           (int)number, (int)number);
  return drop_buf(crmcore_entry_post_json(archive.conn, request, -1, &buf, &error));
}

static int32_t define_attribute(void) {
  return crmcore_attribute_define(archive.conn,
                                  "{\"code\":\"staff\",\"name\":\"Staff\",\"type\":\"integer\"}", -1, &error);
}

static int32_t define_axis(void) {
  return crmcore_axis_define(archive.conn, "{\"code\":\"industry\",\"name\":\"Industry\",\"kind\":\"tree\"}",
                             -1, &error);
}

static int32_t put_node(void) {
  return crmcore_node_put(archive.conn, "region", -1, "{\"code\":\"DE\",\"name\":\"Germany\"}", -1, &error);
}

static int32_t set_class(void) {
  return crmcore_class_set(archive.conn, 1, "region", -1, "CN", -1, &error);
}

static int32_t tell_class(void) {
  const int32_t status = crmcore_class_get(archive.conn, 1, "region", -1, CRMCORE_NO_DAY, &buf, &error);
  if (status != CRMCORE_OK) return drop_buf(status);
  drop_buf(status);
  return drop_buf(crmcore_node_resolve(archive.conn, "region", -1, "CN", -1, &buf, &error));
}

static int32_t set_lost(void) {
  return crmcore_customer_set_lost(archive.conn, 1, 1, &error);
}

static int32_t put_scheme(void) {
  int32_t version = 0;
  return crmcore_scheme_put(archive.conn, kScheme, -1, &version, &error);
}

static int32_t preview_review(void) {
  return drop_buf(
      crmcore_review_preview(archive.conn, "value", -1, kAsOf, "{\"kind\":\"ad_hoc\"}", -1, &buf, &error));
}

static int32_t commit_review(void) {
  return drop_buf(crmcore_review_commit(archive.conn, "value", -1, kAsOf, NULL, 0, &buf, &error));
}

static int32_t tell_grade(void) {
  const int32_t status = crmcore_grade_get(archive.conn, 1, "value", -1, &buf, &error);
  if (status != CRMCORE_OK) return drop_buf(status);
  drop_buf(status);
  return drop_buf(crmcore_grade_explain(archive.conn, 1, "value", -1, &buf, &error));
}

static int32_t put_policy(void) {
  int32_t version = 0;
  return crmcore_policy_put(archive.conn, kPolicy, -1, &version, &error);
}

static int32_t preview_assignment(void) {
  return drop_buf(
      crmcore_assignment_preview(archive.conn, "service", -1, CRMCORE_NO_DAY, NULL, 0, &buf, &error));
}

static int32_t commit_assignment(void) {
  return drop_buf(
      crmcore_assignment_commit(archive.conn, "service", -1, CRMCORE_NO_DAY, NULL, 0, &buf, &error));
}

static int32_t assign(void) {
  return crmcore_manager_assign(archive.conn, 1, "m2", -1, "asked for her", -1, &error);
}

static int32_t tell_manager(void) {
  const int32_t status = crmcore_manager_get(archive.conn, 1, CRMCORE_NO_DAY, &buf, &error);
  if (status != CRMCORE_OK) return drop_buf(status);
  drop_buf(status);
  return drop_buf(crmcore_assignment_explain(archive.conn, 1, &buf, &error));
}

static int32_t tell_months(void) {
  return drop_buf(crmcore_month_list(archive.conn, 1, CRMCORE_NO_DAY, CRMCORE_NO_DAY, &buf, &error));
}

static int32_t tell_changes(void) {
  const int32_t status = crmcore_customer_history(archive.conn, 1, 10, &buf, &error);
  if (status != CRMCORE_OK) return drop_buf(status);
  drop_buf(status);
  return drop_buf(crmcore_db_changes(archive.conn, 0, 10, &buf, &error));
}

static int32_t back_up(void) {
  char path[160];
  snprintf(path, sizeof path, "%s/copy.crm", archive.folder);
  remove(path);
  const int32_t status = crmcore_db_backup(archive.conn, path, -1, &buf, &error);
  CHECK((status == CRMCORE_OK) == (access(path, F_OK) == 0));
  return drop_buf(status);
}

// A CSV that is told wrong when a number could not be made a text has a shorter answer.
static int32_t to_csv(void) {
  static const char kAll[] = "code,id\r\nC-001,1\r\n";
  crmcore_rows* rows = NULL;
  int32_t status =
      crmcore_conn_query(archive.conn, "SELECT code, customer_id AS id FROM customer WHERE customer_id < ?1",
                         -1, "[2]", -1, &rows, &error);
  if (status == CRMCORE_OK) status = crmcore_rows_to_csv(rows, 0, &buf, &error);
  if (status == CRMCORE_OK) CHECK(strcmp(crmcore_buf_data(buf), kAll) == 0);
  crmcore_rows_free(rows);
  return drop_buf(status);
}

// In this order: what is applied when the last attempt succeeds is what those below read.
#define WRITE(run) \
  { #run, run, 1 }
#define CALL(run) \
  { #run, run, 0 }
static const struct operation operations[] = {CALL(import_columns),
                                              CALL(import_customers),
                                              CALL(stream_customers),
                                              CALL(import_entries),
                                              CALL(stream_entries),
                                              CALL(put_json),
                                              CALL(post_json),
                                              WRITE(import_columns),
                                              WRITE(import_customers),
                                              WRITE(import_entries),
                                              WRITE(define_attribute),
                                              WRITE(define_axis),
                                              WRITE(put_node),
                                              WRITE(set_class),
                                              CALL(set_class),
                                              CALL(tell_class),
                                              WRITE(set_lost),
                                              WRITE(put_scheme),
                                              CALL(put_scheme),
                                              CALL(preview_review),
                                              WRITE(commit_review),
                                              CALL(commit_review),
                                              CALL(tell_grade),
                                              WRITE(put_policy),
                                              CALL(put_policy),
                                              CALL(preview_assignment),
                                              WRITE(commit_assignment),
                                              CALL(commit_assignment),
                                              WRITE(assign),
                                              CALL(assign),
                                              CALL(tell_manager),
                                              CALL(tell_months),
                                              CALL(tell_changes),
                                              CALL(back_up),
                                              CALL(to_csv)};

int main(void) {
  for (way = kFailsOnce; way < kWays; ++way) {
    archive = new_archive();
    const int64_t id = put_customer(archive.conn, "C-001", "云杉");
    post_revenue(archive.conn, id, DAY_2024_01_01, 100000, "INV-1");
    OK(crmcore_axis_define_ready_made(archive.conn, &error));
    OK(crmcore_node_put(archive.conn, "region", -1, "{\"code\":\"CN\",\"name\":\"China\"}", -1, &error));
    OK(crmcore_conn_call(archive.conn, "assignment.put_managers", -1, kManagers, -1, &buf, &error));
    drop_buf(CRMCORE_OK);
    run_out_in_all(operations, sizeof operations / sizeof operations[0]);
    end_memory();
  }
  return finish();
}
