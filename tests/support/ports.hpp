// Ports for servers that a test starts as processes.
#pragma once

namespace eider::test {

// The first of `count` ports (16 at most) on 127.0.0.1 that nobody uses. They are none of those that the
// kernel gives to whoever connects, and of a block of this process: nobody else takes one before its server
// listens. Another call gives others.
int free_ports(int count);

}  // namespace eider::test
