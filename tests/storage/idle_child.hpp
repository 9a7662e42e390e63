// A forked child that has what its parent had open, until the object ends.
#pragma once

#include <doctest/doctest.h>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace crmcore::sqlite {

class IdleChild {
 public:
  // The child calls `first`, where there is one, and waits.
  explicit IdleChild(const std::function<void()>& first = {}) {
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(ends[1]);
      if (first) first();
      char byte = 0;
      ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    ::close(ends[0]);
    end_ = ends[1];
  }
  ~IdleChild() {
    ::close(end_);
    ::waitpid(child_, nullptr, 0);
  }
  IdleChild(const IdleChild&) = delete;
  IdleChild& operator=(const IdleChild&) = delete;

 private:
  int end_ = -1;
  pid_t child_ = 0;
};

}  // namespace crmcore::sqlite
