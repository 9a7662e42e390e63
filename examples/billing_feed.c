/* A billing program that delivers a day's invoices in one transaction, is killed between delivery and
 * acknowledgement, delivers again, and ends with every invoice counted once.
 *
 * The trick is the batch: (source, batch) names the delivery as a whole. crmcore answers a second delivery of
 * the same batch with what it already has, so that the feed never needs to know whether the first one
 * arrived. */
#include <crmcore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kInvoices = 500, kDay = 19783 /* 2024-03-01 */ };
static const char* const kFile = "billing_feed.crm";
static const char* const kAcknowledged = "acknowledged";

static int fail(int32_t code, crmcore_error* error) {
  fprintf(stderr, "%s %s: %s\n", crmcore_code_name(code), crmcore_error_path(error),
          crmcore_error_message(error));
  crmcore_error_free(error);
  return 1;
}

/* The day's invoices, all of one customer. */
static int32_t invoices_of(int64_t customer, crmcore_columns** columns, crmcore_error** error) {
  static char texts[kInvoices][16];
  static const char* documents[kInvoices];
  static int64_t customers[kInvoices], days[kInvoices], fen[kInvoices];
  for (int i = 0; i < kInvoices; ++i) {
    snprintf(texts[i], sizeof texts[i], "INV-%05d", i + 1);
    documents[i] = texts[i];
    customers[i] = customer;
    days[i] = kDay;
    fen[i] = 100 + i;
  }
  int32_t code = crmcore_columns_new(kInvoices, columns, error);
  if (code == CRMCORE_OK)
    code = crmcore_columns_add_int64(*columns, "customer_id", -1, customers, NULL, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_int64(*columns, "day", -1, days, NULL, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_int64(*columns, "amount", -1, fen, NULL, error);
  if (code == CRMCORE_OK) code = crmcore_columns_add_text(*columns, "document", -1, documents, NULL, error);
  return code;
}

/* Delivers the day. Dies after the commit, before it acknowledges, when `dies` says so. */
static int deliver(int dies) {
  static const char* const kBatch = "{\"source\":\"billing\",\"batch\":\"2024-03-01\"}";
  crmcore_db* db = NULL;
  crmcore_conn* conn = NULL;
  crmcore_columns* invoices = NULL;
  crmcore_error* error = NULL;
  int64_t id = 0, posted = 0, already = 0;
  int32_t code = crmcore_db_open(kFile, -1, "{\"create\":true}", -1, &db, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_open(db, &conn, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_begin(conn, &error);
  if (code == CRMCORE_OK) {
    code = crmcore_customer_put(conn, "C-001", -1, "北京云杉科技", -1, CRMCORE_CUSTOMER_COMPANY, &id, &error);
  }
  if (code == CRMCORE_OK) code = invoices_of(id, &invoices, &error);
  if (code == CRMCORE_OK) code = crmcore_entry_post(conn, invoices, kBatch, -1, &posted, &already, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_commit(conn, &error);
  if (code != CRMCORE_OK) return fail(code, error);
  printf("delivered: %d new, %d known\n", (int)posted, (int)already);
  fflush(stdout);
  if (dies) raise(SIGKILL);

  FILE* file = fopen(kAcknowledged, "w");
  if (file == NULL || fclose(file) != 0) return 1;
  crmcore_columns_free(invoices);
  crmcore_conn_free(conn);
  crmcore_db_free(db);
  return 0;
}

/* Runs one delivery in a process of its own, as the operating system runs a billing program. */
static int run(int dies) {
  const pid_t child = fork();
  if (child == 0) _exit(deliver(dies));
  int status = 0;
  if (waitpid(child, &status, 0) != child) return 1;
  return dies ? !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) : status;
}

int main(void) {
  unlink(kAcknowledged);
  unlink(kFile);
  int deliveries = 0;
  for (int dies = 1; access(kAcknowledged, F_OK) != 0; dies = 0) {
    if (++deliveries > 3 || run(dies) != 0) return 1;
  }
  crmcore_db* db = NULL;
  crmcore_conn* conn = NULL;
  crmcore_rows* rows = NULL;
  crmcore_error* error = NULL;
  int64_t invoices = 0, sum = 0;
  int32_t has_row = 0;
  int32_t code = crmcore_db_open(kFile, -1, "{\"create\":true}", -1, &db, &error);
  if (code == CRMCORE_OK) code = crmcore_conn_open(db, &conn, &error);
  if (code == CRMCORE_OK) {
    code = crmcore_conn_query(conn, "SELECT sum(orders), sum(revenue) FROM ledger_month", -1, NULL, 0, &rows,
                              &error);
  }
  if (code == CRMCORE_OK) code = crmcore_rows_next(rows, &has_row, &error);
  if (code == CRMCORE_OK) code = crmcore_rows_get_int64(rows, 0, &invoices, &error);
  if (code == CRMCORE_OK) code = crmcore_rows_get_int64(rows, 1, &sum, &error);
  if (code != CRMCORE_OK) return fail(code, error);
  printf("%d deliveries, %d invoices, %d fen\n", deliveries, (int)invoices, (int)sum);
  crmcore_rows_free(rows);
  crmcore_conn_free(conn);
  crmcore_db_free(db);
  const int64_t expected = kInvoices * 100 + kInvoices * (kInvoices - 1) / 2;
  return !(deliveries == 2 && invoices == kInvoices && sum == expected);
}
