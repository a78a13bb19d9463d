// A plain TCP client that sends what it is told, right or wrong.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace eider::test {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  bool send(std::string_view text);
  // What arrives until `until` is in it, the end of the connection, or `ms` without anything.
  std::string read_until(std::string_view until, int ms = 3000);
  std::string read_all(int ms = 3000) { return read_until({}, ms); }
  // True when the peer ended the connection within `ms`; what arrives before is thrown away.
  bool closed_within(int ms);
  void close();
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// Does a server end the connection of a client that sends this and no more?
bool dropped_after(std::uint16_t port, std::string_view octets);

}  // namespace eider::test
