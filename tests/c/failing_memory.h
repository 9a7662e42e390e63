// Memory that runs out, in three ways, for every n until the operation succeeds: its n-th allocation fails,
// once or from then on; or the process may have no more address space than n pieces of kPieceBytes. Each time
// it is answered with CRMCORE_E_NO_MEMORY, nothing was applied, and the handles work on. The allocator is
// replaced by this program's, so a sanitizer's build runs the operations as they are.
//
// Every n up to kEachMax is tried, and beyond it every one that is a kStride-th further: what allocates more
// often does so in loops.
#ifndef FAILING_MEMORY_H
#define FAILING_MEMORY_H

#include <errno.h>
#include <sys/resource.h>

#include "harness.h"

enum { kEachMax = 200, kStride = 10, kPieceBytes = 64 };

// The ways in which memory runs out.
enum way { kFailsOnce, kFailsOn, kSpaceEnds, kWays };
static const char* const way_names[kWays] = {"", " and on", " of space"};

static int64_t until_failure = -1;  // allocations that still succeed; -1: all do
static enum way way;
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
  if (way == kFailsOnce) until_failure = -1;
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

// What is taken of the space that there is; linked, since there is no room for a table.
struct taken {
  struct taken* next;
};
static struct taken* all_taken;
static rlim_t usual_space;

static rlim_t space_in_use(void) {
  unsigned long pages = 0;
  FILE* const file = fopen("/proc/self/statm", "r");
  CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1);
  if (file) fclose(file);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

// The stack grows into the same space, and a process that cannot grow it ends.
static int grow_stack(void) {
  enum { kStackBytes = 1 << 19, kStackPage = 1 << 12 };
  volatile char stack[kStackBytes];
  for (size_t i = 0; i < kStackBytes; i += kStackPage) stack[i] = 1;
  return stack[0];
}

static void set_space(rlim_t space) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
  usual_space = limit.rlim_cur;
  limit.rlim_cur = space;
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
}

static void end_space(int64_t pieces) {
  CHECK(grow_stack() == 1);
  void* const kept = __libc_malloc((size_t)pieces * kPieceBytes + 1);
  CHECK(kept != NULL);
  set_space(space_in_use());
  for (size_t size = 1 << 20; size >= sizeof(struct taken); size /= 2) {
    struct taken* piece = NULL;
    while ((piece = __libc_malloc(size)) != NULL) {
      piece->next = all_taken;
      all_taken = piece;
    }
  }
  free(kept);
}

static void restore_space(void) {
  set_space(usual_space);
  while (all_taken) {
    struct taken* const piece = all_taken;
    all_taken = piece->next;
    free(piece);
  }
}

static void run_short(int64_t n) {
  if (way == kSpaceEnds) {
    end_space(n);
  } else {
    until_failure = n;
  }
}

static void have_enough(void) {
  until_failure = -1;
  if (all_taken) restore_space();
}
#else
static void run_short(int64_t n) {
  (void)n;
}
static void have_enough(void) {}
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
  run_short(n);
  const int32_t status = operation->run();
  have_enough();
  if (way == kSpaceEnds && status != CRMCORE_OK) ++failed;
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
    printf("  %s, allocation %d%s: %s: %s\n", operation->name, (int)n, way_names[way],
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
    printf("%s: %d allocations%s\n", operations[i].name, (int)n, way_names[way]);
  }
}

// Memory did run out, and the archive is sound.
static inline void end_memory(void) {
#ifndef HAS_SANITIZER
  CHECK(failed > (way == kSpaceEnds ? 500 : 1000));  // the allocator is the one that the library uses
#endif
  OK(crmcore_db_verify(archive.conn, 0, &buf, &error));
  TEXT_HAS("\"is_ok\":true");
  end_archive(&archive);
}

#endif
