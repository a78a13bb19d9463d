// What wakes an LPA that waits for its time: signals, the network's return, the bus.
#pragma once
#include "base/clock.hpp"
#include "lpa_bus.hpp"

namespace eider::app {

class Wakeups {
 public:
  // SIGINT, SIGTERM and SIGUSR1 are taken from here on. Before any thread starts.
  Wakeups();
  ~Wakeups();
  Wakeups(const Wakeups&) = delete;
  Wakeups& operator=(const Wakeups&) = delete;

  struct What {
    bool end = false;        // SIGINT, SIGTERM
    bool check_now = false;  // SIGUSR1
    bool network = false;    // a default route came
  };
  // At most so long, or until the bus has something to process.
  What wait(Duration timeout, const LpaBus* bus);

 private:
  int signals_, routes_;  // routes_ -1: then the network's return is noticed by the next retry
};

}  // namespace eider::app
