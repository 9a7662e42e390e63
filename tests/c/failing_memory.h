// Memory that runs out: the n-th allocation of an operation fails, once or from then on, for every n until
// the operation succeeds. Each time it is answered with CRMCORE_E_NO_MEMORY, nothing was applied, and the
// handles work on. The allocator is replaced by this program's, so a sanitizer's build runs the operations as
// they are.
//
// Every n up to kEachMax is tried, and beyond it every one that is a kStride-th further: what allocates more
// often does so in loops.
#ifndef FAILING_MEMORY_H
#define FAILING_MEMORY_H

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

enum { kEachMax = 200, kStride = 10 };

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
static int64_t number;  // of the operation's attempt, for names that are new each time

// What `run` writes is undone when it has `undoes`, so that every n meets the same archive.
struct operation {
  const char* name;
  int32_t (*run)(void);
  int undoes;
};

static inline int64_t next_n(int64_t n) {
  return n < kEachMax ? n + 1 : n + n / kStride;
}

// A call that answers with a text which nobody reads.
static inline int32_t drop_buf(int32_t status) {
  crmcore_buf_free(buf);
  buf = NULL;
  return status;
}

// Runs the operation with its n-th allocation failing; 1 when none failed any more.
static inline int attempt(const struct operation* operation, int64_t n) {
  const int64_t failed_before = failed;
  if (operation->undoes) OK(crmcore_conn_begin(archive.conn, &error));
  const int64_t before = last_change(archive.conn);
  ++number;
  until_failure = n;
  const int32_t status = operation->run();
  until_failure = -1;
  const int has_failed = failed > failed_before;
  crmcore_error* const left = error;
  error = NULL;
  int is_good = left == NULL;
  if (status != CRMCORE_OK) {
    is_good = has_failed && status == CRMCORE_E_NO_MEMORY && crmcore_error_code(left) == status &&
              crmcore_error_message(left)[0] != '\0';
    is_good = last_change(archive.conn) == before && is_good;
  }
  CHECK(is_good);
  if (!is_good) {
    printf("  %s, allocation %d%s: %s: %s\n", operation->name, (int)n, fails_on ? " and on" : "",
           crmcore_code_name(status), crmcore_error_message(left));
  }
  crmcore_error_free(left);
  if (operation->undoes) OK(crmcore_conn_rollback(archive.conn, &error));
  return status == CRMCORE_OK && !has_failed;
}

// Gives the first n at which nothing failed any more.
static inline int64_t run_out(const struct operation* operation) {
  int64_t n = 0;
  while (failures < 50 && !attempt(operation, n)) n = next_n(n);
  return n;
}

static inline void run_out_in_all(const struct operation* operations, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const int64_t n = run_out(&operations[i]);
    printf("%s: %d allocations%s\n", operations[i].name, (int)n, fails_on ? ", all failing from one on" : "");
  }
}

// Memory did run out, and the archive is sound.
static inline void end_memory(void) {
#ifndef HAS_SANITIZER
  CHECK(failed > 1000);  // the allocator is the one that the library uses
#endif
  OK(crmcore_db_verify(archive.conn, 0, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  end_archive(&archive);
}

#endif
