// Memory that runs out in the gateway: the stories of tests/c/golden, which call every method, are told four
// times. First plainly, to learn the answers; then with one allocation failing, each call inside a
// transaction that is rolled back, so that every n meets the same archive; then with all allocations failing
// from the n-th on, and with an address space that ends, each call as a transaction of its own. Whatever
// succeeds must answer as in the first.
#include "failing_memory.h"

// As the stories are told by golden.py.
static const char* const kOptions = "{\"create\":true,\"time_zone\":\"Asia/Shanghai\"}";

enum { kStepsMax = 200, kLineMax = 1 << 16 };

static struct step {
  char* method;
  char* request;
  char* actor;    // NULL: "test"
  char* refusal;  // the name of the code that it is refused with; NULL: none
  char* answer;   // NULL: not known yet
} steps[kStepsMax];
static int step_count;
static const struct step* current;

static char* copy_of(const char* text, size_t size) {
  char* const copy = malloc(size + 1);
  if (!copy) abort();
  memcpy(copy, text, size);
  copy[size] = '\0';
  return copy;
}

// The text of a member on its line, up to the next quote; NULL when the line has another one.
static char* text_member(const char* line, const char* begin) {
  const char* const found = strstr(line, begin);
  if (!found || found > line + 3) return NULL;
  const char* const text = found + strlen(begin);
  return copy_of(text, strcspn(text, "\""));
}

// A member that is JSON itself: up to the comma at the line's end.
static char* json_member(const char* line, const char* begin) {
  const char* const found = strstr(line, begin);
  if (!found || found > line + 3) return NULL;
  const char* const text = found + strlen(begin);
  const size_t size = strlen(text);
  return copy_of(text, size - (text[size - 1] == ','));
}

// golden.py writes each member of a step on a line of its own.
static void read_line(const char* line) {
  struct step* const step = &steps[step_count > 0 ? step_count - 1 : 0];
  char* text = NULL;
  if ((text = text_member(line, "{\"method\": \"")) != NULL && step_count < kStepsMax) {
    steps[step_count++] = (struct step){text, NULL, NULL, NULL, NULL};
  } else if ((text = json_member(line, " \"request\": ")) != NULL) {
    step->request = text;
  } else if ((text = text_member(line, " \"actor\": \"")) != NULL) {
    step->actor = text;
  } else if ((text = text_member(line, " \"error\": {\"code\": \"")) != NULL) {
    step->refusal = text;
  }
}

static void read_story(const char* name) {
  static char line[kLineMax];
  snprintf(line, sizeof line, "%s/tests/c/golden/%s", CRMCORE_SOURCE_DIR, name);
  FILE* const file = fopen(line, "r");
  CHECK(file != NULL);
  step_count = 0;
  while (file && fgets(line, sizeof line, file)) {
    const size_t size = strcspn(line, "\n");
    CHECK(line[size] == '\n');
    line[size] = '\0';
    read_line(line);
  }
  if (file) fclose(file);
  CHECK(step_count > 0 && step_count < kStepsMax);
}

static void forget_story(void) {
  for (int i = 0; i < step_count; ++i) {
    free(steps[i].method);
    free(steps[i].request);
    free(steps[i].actor);
    free(steps[i].refusal);
    free(steps[i].answer);
  }
}

static int is_method(const char* name) {
  return strcmp(current->method, name) == 0;
}

// The length of what is another in every archive, where it begins: the identity, and the head of the journal,
// whose salts are random.
static size_t own_digits(const char* text) {
  if (strncmp(text, "\"head\":\"", 8) == 0) return 8 + 64;
  if (strncmp(text, "\"archive\":\"", 11) == 0) return 11 + 32;
  return 1;
}

// The same texts, but for that.
static int is_same_answer(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) {
    const size_t step = own_digits(a);
    if (strlen(a) < step || strlen(b) < step) return 0;
    a += step;
    b += step;
  }
  return *a == *b;
}

// Calls the current step; what it is refused with by its story is a success.
static int32_t call(void) {
  const int32_t status =
      crmcore_conn_call(archive.conn, current->method, -1, current->request, -1, &buf, &error);
  if (current->refusal && strcmp(crmcore_code_name(status), current->refusal) == 0) {
    crmcore_error_free(error);
    error = NULL;
    return CRMCORE_OK;
  }
  CHECK(status != CRMCORE_OK || !current->refusal);
  if (status == CRMCORE_OK && current->answer) {
    const int is_same = is_same_answer(crmcore_buf_data(buf), current->answer);
    CHECK(is_same);
    if (!is_same) printf("  %s %s\n  %s\n", current->method, current->answer, crmcore_buf_data(buf));
  }
  return status;
}

// A copy that is there already is refused.
static int32_t call_anew(void) {
  if (is_method("database.backup")) remove("copy.crm");
  return drop_buf(call());
}

static void act_as(const char* actor) {
  OK(crmcore_conn_set_actor(archive.conn, actor ? actor : "test", -1, &error));
}

static void learn_answers(void) {
  archive = new_archive_with(kOptions);
  CHECK(chdir(archive.folder) == 0);
  for (int i = 0; i < step_count; ++i) {
    current = &steps[i];
    act_as(current->actor);
    OK(call());
    // A copy's answer names the folder.
    if (buf && !is_method("database.backup")) {
      steps[i].answer = copy_of(crmcore_buf_data(buf), (size_t)crmcore_buf_size(buf));
    }
    drop_buf(CRMCORE_OK);
  }
  end_archive(&archive);
}

static void run_out_in_story(void) {
  archive = new_archive_with(kOptions);
  CHECK(chdir(archive.folder) == 0);
  int64_t tried_before = failed;
  for (int i = 0; i < step_count; ++i) {
    current = &steps[i];
    act_as(current->actor);
    // These are refused inside a transaction, and leave the archive as it is.
    const int is_outside = is_method("database.backup") || is_method("database.verify");
    const struct operation operation = {current->method, call_anew, way == kFailsOnce && !is_outside};
    const int64_t n = run_out(&operation);
    printf("%s: %d allocations, %d failed%s\n", current->method, (int)n, (int)(failed - tried_before),
           way_names[way]);
    tried_before = failed;
    if (way == kFailsOnce) OK(call_anew());
  }
}

// Every method of the library is in `called`, a list of names with a blank around each.
static void check_methods(const char* called) {
  static const char kBegin[] = "{\"name\":\"";
  OK(crmcore_library_describe(&buf, &error));
  int count = 0;
  for (const char* at = crmcore_buf_data(buf); (at = strstr(at, kBegin)) != NULL; ++count) {
    char name[80];
    at += strlen(kBegin);
    snprintf(name, sizeof name, " %.*s ", (int)strcspn(at, "\""), at);
    CHECK(strstr(called, name) != NULL);
    if (strstr(called, name) == NULL) printf("  %s\n", name);
  }
  CHECK(count > 60);
  drop_buf(CRMCORE_OK);
}

int main(void) {
  static const char* const stories[] = {"archive.json", "service.json", "reversal.json", "merging.json"};
  static char called[1 << 14] = " ";
  for (size_t i = 0; i < sizeof stories / sizeof stories[0]; ++i) {
    read_story(stories[i]);
    learn_answers();
    for (int k = 0; k < step_count; ++k) {
      strcat(strcat(called, steps[k].method), " ");
    }
    for (way = kFailsOnce; way < kWays; ++way) {
      run_out_in_story();
      end_memory();
    }
    forget_story();
  }
  check_methods(called);
  return finish();
}
