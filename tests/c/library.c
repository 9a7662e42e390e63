// What needs no file: versions, names, errors, buffers, the description.
#include "harness.h"

// The header is the library's own here: its number says what the text says.
static void versions(void) {
  char text[32];
  const int32_t number = crmcore_library_version_number();
  snprintf(text, sizeof text, "%d.%d.%d", number / 1000000, number / 1000 % 1000, number % 1000);
  CHECK(strcmp(text, crmcore_library_version()) == 0);
  CHECK(number == CRMCORE_VERSION_NUMBER);
#if CRMCORE_VERSION_NUMBER < 1000
  CHECK(!"the header is older than the first release");
#endif
}

static void names_of_codes(void) {
  static const struct {
    int32_t code;
    const char* name;
  } cases[] = {{CRMCORE_OK, "OK"},
               {CRMCORE_E_NOT_FOUND, "NOT_FOUND"},
               {CRMCORE_E_NOT_A_DATABASE, "NOT_A_DATABASE"},
               {CRMCORE_E_MISUSE_FREED, "MISUSE"},
               {CRMCORE_E_INTERNAL, "INTERNAL"},
               {24, ""},
               {255, ""},
               {-1, ""},
               {INT32_MIN, ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    CHECK(strcmp(crmcore_code_name(cases[i].code), cases[i].name) == 0);
  }
}

static void description(void) {
  OK(crmcore_library_describe(&buf, &error));
  const char* text = crmcore_buf_data(buf);
  CHECK(text != NULL && crmcore_buf_size(buf) == (int64_t)strlen(text));
  CHECK(strstr(text, "\"archive.put\"") != NULL);
  CHECK(strstr(text, "\"additionalProperties\"") != NULL);
  CHECK(strstr(text, "{\"code\":5,\"name\":\"NOT_FOUND\"}") != NULL);
  crmcore_buf_free(buf);
  buf = NULL;
  REFUSED(CRMCORE_E_MISUSE_NULL, "/description", crmcore_library_describe(NULL, &error));
  CHECK(crmcore_library_describe(NULL, NULL) == CRMCORE_E_MISUSE);
}

static void no_error_is_ok(void) {
  CHECK(crmcore_error_code(NULL) == CRMCORE_OK);
  CHECK(crmcore_error_extended(NULL) == CRMCORE_OK);
  CHECK(strcmp(crmcore_error_message(NULL), "") == 0);
  CHECK(strcmp(crmcore_error_path(NULL), "") == 0);
  CHECK(strcmp(crmcore_error_violations(NULL), "[]") == 0);
  crmcore_error_free(NULL);
}

static void an_error_tells_all(void) {
  crmcore_db* db = NULL;
  const int32_t status = crmcore_db_open(
      "/tmp/x.crm", -1, "{\"create\":1,\"colour\":\"red\",\"durability\":\"some\"}", -1, &db, &error);
  CHECK(status == CRMCORE_E_INVALID && db == NULL);
  CHECK(crmcore_error_code(error) == CRMCORE_E_INVALID);
  CHECK(crmcore_error_extended(error) == CRMCORE_E_INVALID);
  CHECK(strcmp(crmcore_error_path(error), "/create") == 0);
  const char* violations = crmcore_error_violations(error);
  CHECK(strstr(violations, "{\"code\":\"INVALID\",\"path\":\"/create\"") == violations + 1);
  CHECK(strstr(violations, "\"path\":\"/durability\"") != NULL);
  CHECK(strstr(violations, "\"path\":\"/colour\"") != NULL);
  crmcore_error_free(error);
  // A freed error answers, too.
  CHECK(crmcore_error_code(error) == CRMCORE_E_MISUSE);
  CHECK(crmcore_error_extended(error) == CRMCORE_E_MISUSE_FREED);
  CHECK(crmcore_error_message(error)[0] != '\0');
  CHECK(strcmp(crmcore_error_path(error), "") == 0);
  CHECK(strcmp(crmcore_error_violations(error), "[]") == 0);
  crmcore_error_free(error);
  error = NULL;
}

static void bad_buffers(void) {
  CHECK(crmcore_buf_data(NULL) == NULL);
  CHECK(crmcore_buf_size(NULL) == 0);
  crmcore_buf_free(NULL);
  crmcore_buf* freed = NULL;
  OK(crmcore_library_describe(&freed, &error));
  crmcore_buf_free(freed);
  CHECK(crmcore_buf_data(freed) == NULL);
  CHECK(crmcore_buf_size(freed) == 0);
  crmcore_buf_free(freed);
  // A handle of another type is none of this one, and freeing it as such does nothing.
  CHECK(crmcore_library_describe(NULL, &error) == CRMCORE_E_MISUSE);
  CHECK(crmcore_buf_data((crmcore_buf*)(void*)error) == NULL);
  crmcore_buf_free((crmcore_buf*)(void*)error);
  CHECK(crmcore_error_code(error) == CRMCORE_E_MISUSE);
  crmcore_error_free(error);
  error = NULL;
}

int main(void) {
  versions();
  names_of_codes();
  description();
  no_error_is_ok();
  an_error_tells_all();
  bad_buffers();
  return finish();
}
