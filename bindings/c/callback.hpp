// Functions of the host that the library calls.
#pragma once

#include "crmcore.h"

namespace crmcore::c {

// What a callback is called with, given back exactly once.
class UserData {
 public:
  UserData(void* user, crmcore_free_fn free_user) noexcept : user_(user), free_user_(free_user) {}
  ~UserData() {
    if (free_user_) free_user_(user_);
  }
  UserData(UserData&& other) noexcept : user_(other.user_), free_user_(other.free_user_) {
    other.free_user_ = nullptr;
  }
  UserData& operator=(UserData&&) = delete;

  void* get() const noexcept { return user_; }

 private:
  void* user_;
  crmcore_free_fn free_user_;
};

}  // namespace crmcore::c
