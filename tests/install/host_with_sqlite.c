/* A host with a SQLite of its own links libcrmcore.a: each half of the program reaches its own copy.
 * host_with_sqlite bundled|system FILE */
#include <crmcore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(int good, const char* what) {
  if (good) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static int keep_version(void* version, int columns, char** values, char** names) {
  (void)names;
  check(columns == 1 && strlen(values[0]) < 32, "one short column");
  strcpy(version, values[0]);
  return 0;
}

int main(int argc, char** argv) {
  sqlite3* own = NULL;
  crmcore_db* db = NULL;
  crmcore_error* error = NULL;
  char version[32] = "";
  check(argc == 3, "usage: host_with_sqlite bundled|system FILE");

  check(sqlite3_open(":memory:", &own) == SQLITE_OK, "the host's SQLite opens");
  check(sqlite3_exec(own, "SELECT sqlite_version()", keep_version, version, NULL) == SQLITE_OK,
        "and answers");
  check(strcmp(version, SQLITE_VERSION) == 0, "the host's calls reach the SQLite that it was compiled for");

  if (crmcore_db_open(argv[2], -1, "{\"create\":true}", -1, &db, &error) != CRMCORE_OK)
    check(0, crmcore_error_message(error));
  crmcore_db_free(db);
  check(sqlite3_close(own) == SQLITE_OK, "the host's SQLite closes");
  printf("crmcore with its %s SQLite beside the host's %s\n", argv[1], version);
  return 0;
}
