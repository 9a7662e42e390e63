// The functions behind the registry, one file each.
#pragma once

#include <memory>

#include "assignment/registry.hpp"

namespace crmcore::assignment {

std::unique_ptr<const Rule> make_agent(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_keep_current(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_least_loaded(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_quality(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_relationship(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_round_robin(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_segment(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_specialty(ObjectReader& in, Vocabulary& words);
std::unique_ptr<const Rule> make_territory(ObjectReader& in, Vocabulary& words);

// What the parameters' schema says beyond what the readers describe.
void refine_agent(Json& parameters);
void refine_quality(Json& parameters);
void refine_relationship(Json& parameters);

}  // namespace crmcore::assignment
