// Entries as columns of texts and as JSON, and columns that are none of an entry's.
#include "harness.h"

static struct archive archive;
static const char* const kBilling = "{\"source\":\"billing\"}";

// A column of one row: of texts, unless `text` is NULL.
struct column {
  const char* name;
  const char* text;
  int64_t integer;
};
enum { kColumns = 6 };

static int32_t post(const struct column* given, const char* options, int64_t* posted) {
  crmcore_columns* columns = NULL;
  int64_t already = 0;
  OK(crmcore_columns_new(1, &columns, &error));
  for (int i = 0; i < kColumns && given[i].name; ++i) {
    if (given[i].text) {
      OK(crmcore_columns_add_text(columns, given[i].name, -1, &given[i].text, NULL, &error));
    } else {
      OK(crmcore_columns_add_int64(columns, given[i].name, -1, &given[i].integer, NULL, &error));
    }
  }
  const int32_t status = crmcore_entry_post(archive.conn, columns, options, -1, posted, &already, &error);
  crmcore_columns_free(columns);
  return status;
}

static void by_code_and_date(void) {
  int64_t posted = -1;
  const struct column reversal[] = {{"customer", "C-001", 0}, {"date", "2024-02-29", 0},
                                    {"kind", "reversal", 0},  {"amount", NULL, 500},
                                    {"document", "R-1", 0},   {"original_date", "2024-01-31", 0}};
  OK(post(reversal, kBilling, &posted));
  CHECK(posted == 1);
  const struct column dollars[] = {{"customer", "C-001", 0}, {"date", "2024-03-01", 0},
                                   {"amount", NULL, 1000},   {"document", "INV-1", 0},
                                   {"currency", "USD", 0},   {"rate", "7.1", 0}};
  OK(post(dollars, kBilling, &posted));
  CHECK(posted == 1);
  OK(crmcore_month_list(archive.conn, 1, CRMCORE_NO_DAY, CRMCORE_NO_DAY, &buf, &error));
  CHECK(strstr(crmcore_buf_data(buf),
               "\"month\":\"2024-01\",\"revenue\":0,\"cost\":0,\"reversal_own\":0,"
               "\"reversal_original\":500") != NULL);
  TEXT_HAS("\"month\":\"2024-03\",\"revenue\":7100");
}

// One column after another is wrong.
static void wrong_values(void) {
  static const struct {
    struct column column;
    int32_t code;
    const char* path;
  } bad[] = {{{"customer", "nobody", 0}, CRMCORE_E_NOT_FOUND, "/customer/0"},
             {{"customer", "", 0}, CRMCORE_E_NOT_FOUND, "/customer/0"},
             {{"customer", "\xff", 0}, CRMCORE_E_UTF8, "/customer/0"},
             {{"customer", NULL, 1}, CRMCORE_E_INVALID, "/customer"},
             {{"customer_id", "C-001", 0}, CRMCORE_E_INVALID, "/customer_id"},
             {{"date", "2024-02-30", 0}, CRMCORE_E_INVALID, "/date/0"},
             {{"date", NULL, 19723}, CRMCORE_E_INVALID, "/date"},
             {{"day", "2024-02-29", 0}, CRMCORE_E_INVALID, "/day"},
             {{"amount", "5.00", 0}, CRMCORE_E_INVALID, "/amount"},
             {{"kind", "gift", 0}, CRMCORE_E_INVALID, "/kind/0"},
             {{"line", "1", 0}, CRMCORE_E_INVALID, "/line"},
             {{"original_date", "2024-01-01", 0}, CRMCORE_E_INVALID, "/original_date/0"},
             {{"original_day", NULL, 19723}, CRMCORE_E_INVALID, "/original_day/0"},
             {{"currency", "XXQ", 0}, CRMCORE_E_INVALID, "/currency/0"},
             {{"rate", "7.1", 0}, CRMCORE_E_INVALID, "/rate/0"},
             {{"colour", "red", 0}, CRMCORE_E_INVALID, "/colour"},
             {{"a/b", "red", 0}, CRMCORE_E_INVALID, "/a~1b"}};
  const int64_t seq = last_change(archive.conn);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    struct column columns[kColumns] = {
        {"customer", "C-001", 0}, {"date", "2024-03-02", 0}, {"amount", NULL, 1000}, {"document", "X", 0}};
    const int is_customer = strncmp(bad[i].column.name, "customer", 8) == 0;
    const int is_date = strcmp(bad[i].column.name, "date") == 0 || strcmp(bad[i].column.name, "day") == 0;
    const int is_amount = strcmp(bad[i].column.name, "amount") == 0;
    columns[is_customer ? 0 : is_date ? 1 : is_amount ? 2 : 4] = bad[i].column;
    int64_t posted = -1;
    REFUSED(bad[i].code, bad[i].path, post(columns, kBilling, &posted));
    CHECK(posted == -1);
  }
  CHECK(last_change(archive.conn) == seq);
}

static void wrong_sets(void) {
  int64_t posted = -1;
  struct column twice[kColumns] = {{"customer", "C-001", 0}, {"customer_id", NULL, 1}};
  REFUSED(CRMCORE_E_INVALID, "/customer_id", post(twice, kBilling, &posted));
  static const struct column all[] = {
      {"customer", "C-001", 0}, {"date", "2024-03-02", 0}, {"amount", NULL, 1000}, {"document", "X", 0}};
  for (int missing = 0; missing < 4; ++missing) {
    struct column columns[kColumns] = {{NULL, NULL, 0}};
    for (int i = 0, at = 0; i < 4; ++i) {
      if (i != missing) columns[at++] = all[i];
    }
    REFUSED(CRMCORE_E_INVALID, "/columns", post(columns, kBilling, &posted));
  }
  struct column whole[kColumns] = {all[0], all[1], all[2], all[3]};
  REFUSED(CRMCORE_E_INVALID, "/source", post(whole, "{}", &posted));
  REFUSED(CRMCORE_E_INVALID, "/source", post(whole, NULL, &posted));
  REFUSED(CRMCORE_E_INVALID, "/colour", post(whole, "{\"source\":\"s\",\"colour\":1}", &posted));
  REFUSED(CRMCORE_E_INVALID, "/options", post(whole, "source", &posted));
  CHECK(posted == -1);
  crmcore_columns* many = NULL;
  int64_t already = -1;
  int64_t* zeros = calloc(1000001, sizeof *zeros);
  OK(crmcore_columns_new(1000001, &many, &error));
  static const char* const names[] = {"customer_id", "day", "amount"};
  for (int i = 0; i < 3; ++i) OK(crmcore_columns_add_int64(many, names[i], -1, zeros, NULL, &error));
  const char** documents = calloc(1000001, sizeof *documents);
  for (int i = 0; i < 1000001; ++i) documents[i] = "X";
  OK(crmcore_columns_add_text(many, "document", -1, documents, NULL, &error));
  REFUSED(CRMCORE_E_LIMIT, "/columns",
          crmcore_entry_post(archive.conn, many, kBilling, -1, &posted, &already, &error));
  crmcore_columns_free(many);
  free(documents);
  free(zeros);
}

static void as_json(void) {
  const char* request =
      "{\"source\":\"shop\",\"entries\":[{\"customer\":\"C-001\",\"date\":\"2024-03-03\",\"amount\":700,"
      "\"document\":\"S-1\"}]}";
  OK(crmcore_entry_post_json(archive.conn, request, -1, &buf, &error));
  TEXT_IS("{\"posted\":1,\"already\":0}");
  OK(crmcore_entry_post_json(archive.conn, request, -1, &buf, &error));
  TEXT_IS("{\"posted\":0,\"already\":1}");
  REFUSED(CRMCORE_E_INVALID, "/entries/0/date",
          crmcore_entry_post_json(archive.conn,
                                  "{\"source\":\"shop\",\"entries\":[{\"customer\":\"C-001\",\"date\":\"3 "
                                  "March\",\"amount\":1,\"document\":\"S-2\"}]}",
                                  -1, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/request", crmcore_entry_post_json(archive.conn, "{", -1, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/request", crmcore_entry_post_json(archive.conn, "[]", -1, &buf, &error));
}

int main(void) {
  archive = new_archive();
  put_customer(archive.conn, "C-001", "云杉");
  OK(crmcore_conn_set_now(archive.conn, TEST_NOW + INT64_C(60) * 86400 * 1000000, &error));
  by_code_and_date();
  wrong_values();
  wrong_sets();
  as_json();
  end_archive(&archive);
  return finish();
}
