// What the specification leaves to the maker of a card: how long it waits, how often it tries.
#pragma once
#include "base/clock.hpp"

namespace eider::card::m2m {

struct Settings {
  Duration confirmation{120'000};  // for the confirmation of a notification, before it is sent again
  int attempts = 3;                // notifications before a change is rolled back
  Duration patience{3'600'000};    // between attempts when there is no way back
  Duration loss{300'000};          // without network, before the fall-back
  Duration session{60'000};        // for the SM-SR's next octet in an HTTPS session, or the name server's
  Duration refresh{10'000};        // before another REFRESH, when the terminal was busy
};

}  // namespace eider::card::m2m
