// {fmt}, in an inline namespace of our own: a host that links another version beside libcrmcore.a keeps its
// own. The one place that includes it.
#pragma once

#ifndef FMT_BEGIN_NAMESPACE
#define FMT_BEGIN_NAMESPACE \
  namespace fmt {           \
  inline namespace crmcore_inside {
#define FMT_END_NAMESPACE \
  }                       \
  }
#endif

#include <fmt/format.h>
#include <fmt/ranges.h>
