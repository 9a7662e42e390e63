// Grading and assignment: schemes, policies, preview and commit, who and why.
#include "harness.h"

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
    "\"senior\"],"
    "\"weights\":{\"A\":5,\"B\":2,\"C\":1},\"stages\":[{\"rule\":\"keep_current\"},{\"rule\":\"quality\","
    "\"params\":{\"table\":[{\"grade\":\"A\",\"min_level\":\"senior\"}]}},{\"rule\":\"least_loaded\"}]}";
static const char* const kManagers =
    "{\"managers\":[{\"code\":\"m1\",\"name\":\"Wei\",\"level\":\"senior\",\"span\":10},"
    "{\"code\":\"m2\",\"name\":\"Ines\",\"level\":\"ordinary\",\"span\":10}]}";
enum { kAsOf = DAY_2024_01_01 + 14 };

static struct archive archive;

// What follows `name` in the JSON of `buf`, up to the next quote; the buffer is freed.
static void take_text(const char* name, char* text, size_t size) {
  const char* found = crmcore_buf_data(buf) ? strstr(crmcore_buf_data(buf), name) : NULL;
  CHECK(found != NULL);
  if (found) snprintf(text, size, "%.*s", (int)strcspn(found + strlen(name), "\""), found + strlen(name));
  crmcore_buf_free(buf);
  buf = NULL;
}

// Options with a plan.
static const char* with_plan(const char* plan) {
  static char options[192];
  snprintf(options, sizeof options, "{\"plan\":\"%s\"}", plan);
  return options;
}

static int32_t preview(const char* scheme, int32_t as_of_day, const char* options) {
  return crmcore_review_preview(archive.conn, scheme, -1, as_of_day, options, -1, &buf, &error);
}

static int32_t commit(int32_t as_of_day, const char* options) {
  return crmcore_review_commit(archive.conn, "value", -1, as_of_day, options, -1, &buf, &error);
}

static void grade(void) {
  crmcore_conn* conn = archive.conn;
  int32_t version = 0;
  char plan[128] = "";
  OK(crmcore_scheme_put(conn, kScheme, -1, &version, &error));
  CHECK(version == 1);
  REFUSED(CRMCORE_E_INVALID, "/factors/0/code",
          crmcore_scheme_put(conn, "{\"code\":\"x\",\"factors\":[{\"colour\":1}]}", -1, &version, &error));
  REFUSED(CRMCORE_E_INVALID, "/document", crmcore_scheme_put(conn, "{", -1, &version, &error));
  OK(crmcore_grade_get(conn, 1, "value", -1, &buf, &error));
  CHECK(buf == NULL);
  OK(preview("value", kAsOf, NULL));
  take_text("\"plan\":\"", plan, sizeof plan);
  // The data moves between preview and commit.
  post_revenue(conn, 2, DAY_2024_01_01 + 3, 50000, "INV-9");
  REFUSED(CRMCORE_E_MOVED, "/plan", commit(kAsOf, with_plan(plan)));
  OK(preview("value", kAsOf, "{\"kind\":\"scheduled\",\"version\":1}"));
  take_text("\"plan\":\"", plan, sizeof plan);
  OK(commit(kAsOf, with_plan(plan)));
  TEXT_HAS(plan);
  OK(commit(kAsOf, NULL));
  TEXT_HAS("\"is_repeat\":true");
  // Without a day it is today's.
  OK(preview("value", CRMCORE_NO_DAY, "{\"kind\":\"ad_hoc\"}"));
  TEXT_HAS("\"as_of\":\"2024-01-15\",\"kind\":\"ad_hoc\"");
  OK(crmcore_grade_get(conn, 1, "value", -1, &buf, &error));
  TEXT_IS("A");
  OK(crmcore_grade_get(conn, 2, "value", -1, &buf, &error));
  TEXT_IS("B");
  OK(crmcore_grade_explain(conn, 1, "value", -1, &buf, &error));
  TEXT_HAS("\"grade\":\"A\"");
}

static void refused_reviews(void) {
  crmcore_conn* conn = archive.conn;
  REFUSED(CRMCORE_E_NOT_FOUND, "/scheme", crmcore_grade_get(conn, 1, "beauty", -1, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/scheme", crmcore_grade_explain(conn, 1, "beauty", -1, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_grade_explain(conn, 99, "value", -1, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/kind", preview("value", kAsOf, "{\"kind\":\"yearly\"}"));
  REFUSED(CRMCORE_E_INVALID, "/kind", commit(kAsOf, "{\"kind\":3}"));
  REFUSED(CRMCORE_E_INVALID, "/as_of_day", commit(kAsOf + 1, "{\"kind\":\"ad_hoc\"}"));
  REFUSED(CRMCORE_E_INVALID, "/colour", commit(kAsOf, "{\"colour\":\"red\"}"));
  REFUSED(CRMCORE_E_INVALID, "/options", commit(kAsOf, "{"));
  REFUSED(CRMCORE_E_INVALID, "/options", preview("value", kAsOf, "[]"));
  REFUSED(CRMCORE_E_NOT_FOUND, "/version", preview("value", kAsOf, "{\"version\":7}"));
  REFUSED(CRMCORE_E_RANGE, "/as_of_day", preview("value", INT32_MAX, NULL));
  REFUSED(CRMCORE_E_CONFLICT, "/as_of_day", commit(kAsOf - 31, NULL));
  REFUSED(CRMCORE_E_NOT_FOUND, "/scheme", preview("beauty", kAsOf, NULL));
}

static int32_t preview_run(const char* policy, int32_t as_of_day, const char* options) {
  return crmcore_assignment_preview(archive.conn, policy, -1, as_of_day, options, -1, &buf, &error);
}

static int32_t commit_run(const char* policy, int32_t as_of_day, const char* options) {
  return crmcore_assignment_commit(archive.conn, policy, -1, as_of_day, options, -1, &buf, &error);
}

static void serve(void) {
  crmcore_conn* conn = archive.conn;
  int32_t version = 0;
  char plan[128] = "";
  OK(crmcore_conn_call(conn, "assignment.put_managers", -1, kManagers, -1, &buf, &error));
  TEXT_HAS("\"created\":2");
  OK(crmcore_policy_put(conn, kPolicy, -1, &version, &error));
  CHECK(version == 1);
  REFUSED(CRMCORE_E_INVALID, "/stages",
          crmcore_policy_put(conn, "{\"code\":\"x\",\"grades\":[\"A\"],\"levels\":[\"one\"],\"stages\":[]}",
                             -1, &version, &error));
  OK(crmcore_manager_get(conn, 1, CRMCORE_NO_DAY, &buf, &error));
  CHECK(buf == NULL);
  OK(preview_run("service", kAsOf, "{\"limit\":1}"));
  take_text("\"plan\":\"", plan, sizeof plan);
  OK(commit_run("service", kAsOf, with_plan(plan)));
  TEXT_HAS("\"placed\":3");
  OK(crmcore_manager_get(conn, 1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("m1");
  OK(crmcore_manager_get(conn, 1, kAsOf - 1, &buf, &error));
  CHECK(buf == NULL);
  OK(crmcore_assignment_explain(conn, 1, &buf, &error));
  TEXT_HAS("\"m1\"");
  REFUSED(CRMCORE_E_MOVED, "/plan", commit_run("service", kAsOf, with_plan(plan)));
  OK(commit_run("service", CRMCORE_NO_DAY, NULL));
  TEXT_HAS("\"stayed\":3");
  REFUSED(CRMCORE_E_NOT_FOUND, "/policy", preview_run("magic", kAsOf, NULL));
  REFUSED(CRMCORE_E_NOT_FOUND, "/policy", commit_run("magic", kAsOf, NULL));
  REFUSED(CRMCORE_E_NOT_FOUND, "/version", preview_run("service", kAsOf, "{\"version\":7}"));
  REFUSED(CRMCORE_E_RANGE, "/as_of_day", preview_run("service", INT32_MAX, NULL));
  REFUSED(CRMCORE_E_RANGE, "/limit", preview_run("service", kAsOf, "{\"limit\":-1}"));
  REFUSED(CRMCORE_E_INVALID, "/colour", commit_run("service", kAsOf, "{\"colour\":1}"));
  REFUSED(CRMCORE_E_INVALID, "/options", commit_run("service", kAsOf, "plan"));
}

static void serve_by_hand(void) {
  crmcore_conn* conn = archive.conn;
  OK(crmcore_manager_assign(conn, 2, "m2", -1, "asked for her", -1, &error));
  OK(crmcore_manager_get(conn, 2, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("m2");
  const int64_t seq = last_change(conn);
  REFUSED(CRMCORE_E_NOT_FOUND, "/manager", crmcore_manager_assign(conn, 2, "nobody", -1, NULL, 0, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_manager_assign(conn, 99, "m2", -1, NULL, 0, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_manager_get(conn, 99, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/as_of_day", crmcore_manager_get(conn, 2, INT32_MAX, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_assignment_explain(conn, 99, &buf, &error));
  CHECK(last_change(conn) == seq);
}

int main(void) {
  archive = new_archive();
  static const char* const codes[] = {"C-001", "C-002", "C-003"};
  for (int i = 0; i < 3; ++i) {
    const int64_t id = put_customer(archive.conn, codes[i], "Customer");
    post_revenue(archive.conn, id, DAY_2024_01_01, 100000 / (1 + 9 * i), codes[i]);
  }
  grade();
  refused_reviews();
  serve();
  serve_by_hand();
  end_archive(&archive);
  return finish();
}
