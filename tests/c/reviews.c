// Grading and assignment: schemes, policies, preview and commit, who and why.
#include "harness.h"

static const char* const kScheme =
    "{\"code\":\"value\",\"calendar\":{\"timezone\":\"Asia/Shanghai\"},\"returns\":\"net_own\","
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

static void grade(void) {
  crmcore_conn* conn = archive.conn;
  int32_t version = 0, was_new = 0;
  char plan[128] = "";
  OK(crmcore_put_scheme(conn, kScheme, -1, &version, &error));
  CHECK(version == 1);
  REFUSED(CRMCORE_E_INVALID, "/factors/0/code",
          crmcore_put_scheme(conn, "{\"code\":\"x\",\"factors\":[{\"colour\":1}]}", -1, &version, &error));
  OK(crmcore_grade_of(conn, 1, "value", -1, &buf, &error));
  CHECK(buf == NULL);
  OK(crmcore_review_preview(conn, "value", -1, kAsOf, CRMCORE_REVIEW_SCHEDULED, &buf, &error));
  take_text("\"plan\":\"", plan, sizeof plan);
  // The data moves between preview and commit.
  OK(crmcore_post(conn, "billing", -1, 2, DAY_2024_01_01 + 3, CRMCORE_ENTRY_REVENUE, 50000, "INV-9", -1, 1,
                  &was_new, &error));
  REFUSED(CRMCORE_E_MOVED, "/plan",
          crmcore_review_commit(conn, "value", -1, kAsOf, CRMCORE_REVIEW_SCHEDULED, plan, -1, &buf, &error));
  OK(crmcore_review_preview(conn, "value", -1, kAsOf, CRMCORE_REVIEW_SCHEDULED, &buf, &error));
  take_text("\"plan\":\"", plan, sizeof plan);
  OK(crmcore_review_commit(conn, "value", -1, kAsOf, CRMCORE_REVIEW_SCHEDULED, plan, -1, &buf, &error));
  TEXT_HAS(plan);
  OK(crmcore_review_commit(conn, "value", -1, kAsOf, CRMCORE_REVIEW_SCHEDULED, NULL, 0, &buf, &error));
  TEXT_HAS("\"is_repeat\":true");
  OK(crmcore_grade_of(conn, 1, "value", -1, &buf, &error));
  TEXT_IS("A");
  OK(crmcore_grade_of(conn, 2, "value", -1, &buf, &error));
  TEXT_IS("B");
  OK(crmcore_explain_grade(conn, 1, "value", -1, &buf, &error));
  TEXT_HAS("\"grade\":\"A\"");
  REFUSED(CRMCORE_E_NOT_FOUND, "/scheme", crmcore_grade_of(conn, 1, "beauty", -1, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/scheme", crmcore_explain_grade(conn, 1, "beauty", -1, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer", crmcore_explain_grade(conn, 99, "value", -1, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/kind", crmcore_review_preview(conn, "value", -1, kAsOf, 3, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/kind",
          crmcore_review_commit(conn, "value", -1, kAsOf, -1, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/as_of",
          crmcore_review_preview(conn, "value", -1, INT32_MAX, CRMCORE_REVIEW_SCHEDULED, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/as_of",
          crmcore_review_preview(conn, "value", -1, CRMCORE_NO_DAY, CRMCORE_REVIEW_SCHEDULED, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/scheme",
          crmcore_review_preview(conn, "beauty", -1, kAsOf, CRMCORE_REVIEW_SCHEDULED, &buf, &error));
}

static void serve(void) {
  crmcore_conn* conn = archive.conn;
  int32_t version = 0;
  char plan[128] = "";
  OK(crmcore_call(conn, "assignment.put_managers", -1, kManagers, -1, &buf, &error));
  TEXT_HAS("\"created\":2");
  OK(crmcore_put_policy(conn, kPolicy, -1, &version, &error));
  CHECK(version == 1);
  REFUSED(CRMCORE_E_INVALID, "/stages",
          crmcore_put_policy(conn, "{\"code\":\"x\",\"grades\":[\"A\"],\"levels\":[\"one\"],\"stages\":[]}",
                             -1, &version, &error));
  OK(crmcore_manager_of(conn, 1, CRMCORE_NO_DAY, &buf, &error));
  CHECK(buf == NULL);
  OK(crmcore_assignment_preview(conn, "service", -1, kAsOf, &buf, &error));
  take_text("\"plan\":\"", plan, sizeof plan);
  OK(crmcore_assignment_commit(conn, "service", -1, kAsOf, plan, -1, &buf, &error));
  TEXT_HAS("\"placed\":3");
  OK(crmcore_manager_of(conn, 1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("m1");
  OK(crmcore_manager_of(conn, 1, kAsOf - 1, &buf, &error));
  CHECK(buf == NULL);
  OK(crmcore_explain_assignment(conn, 1, &buf, &error));
  TEXT_HAS("\"m1\"");
  REFUSED(CRMCORE_E_MOVED, "/plan",
          crmcore_assignment_commit(conn, "service", -1, kAsOf, plan, -1, &buf, &error));
  OK(crmcore_assignment_commit(conn, "service", -1, kAsOf, NULL, 0, &buf, &error));
  TEXT_HAS("\"stayed\":3");
  REFUSED(CRMCORE_E_NOT_FOUND, "/policy", crmcore_assignment_preview(conn, "magic", -1, kAsOf, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/policy",
          crmcore_assignment_commit(conn, "magic", -1, kAsOf, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/as_of",
          crmcore_assignment_preview(conn, "service", -1, INT32_MAX, &buf, &error));
}

static void serve_by_hand(void) {
  crmcore_conn* conn = archive.conn;
  OK(crmcore_assign(conn, 2, "m2", -1, "asked for her", -1, &error));
  OK(crmcore_manager_of(conn, 2, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("m2");
  const int64_t seq = last_change(conn);
  REFUSED(CRMCORE_E_NOT_FOUND, "/manager", crmcore_assign(conn, 2, "nobody", -1, NULL, 0, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer", crmcore_assign(conn, 99, "m2", -1, NULL, 0, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer", crmcore_manager_of(conn, 99, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/as_of", crmcore_manager_of(conn, 2, INT32_MAX, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer", crmcore_explain_assignment(conn, 99, &buf, &error));
  CHECK(last_change(conn) == seq);
}

int main(void) {
  int32_t was_new = 0;
  archive = new_archive();
  static const char* const codes[] = {"C-001", "C-002", "C-003"};
  for (int i = 0; i < 3; ++i) {
    const int64_t id = put_customer(archive.conn, codes[i], "Customer");
    OK(crmcore_post(archive.conn, "billing", -1, id, DAY_2024_01_01, CRMCORE_ENTRY_REVENUE,
                    100000 / (1 + 9 * i), codes[i], -1, 1, &was_new, &error));
  }
  grade();
  serve();
  serve_by_hand();
  end_archive(&archive);
  return finish();
}
