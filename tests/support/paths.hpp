// Where the source tree and the built program are. In one object file, so that test objects do not depend on
// paths and compiler caches can share them between trees.
#pragma once

namespace eider::test {

const char* source_directory();
const char* eider_binary();

}  // namespace eider::test
