// A TCP connection for one thread, with deadlines and a way to wake it from another. For the .cpp files of
// this folder only.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::net::detail {

using WireTime = std::chrono::steady_clock::time_point;
constexpr WireTime kNoDeadline = WireTime::max();
inline WireTime after(std::chrono::milliseconds d) {
  return std::chrono::steady_clock::now() + d;
}

class FileHandle {
 public:
  explicit FileHandle(int fd = -1) : fd_(fd) {}
  FileHandle(FileHandle&& o) noexcept : fd_(o.release()) {}
  FileHandle& operator=(FileHandle&& o) noexcept;
  ~FileHandle();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();

 private:
  int fd_;
};

// Set once, from any thread; every wait on it returns at once from then on.
class StopSignal {
 public:
  StopSignal();
  void set();
  bool is_set() const;
  int fd() const { return event_.get(); }
  // True when it was set within the time.
  bool wait(std::chrono::milliseconds time) const;

 private:
  FileHandle event_;
};

enum class Ready : std::uint8_t { kYes, kTimeout, kStopped };
// `stop` may be null. `events` as poll(2) has them; an error of the descriptor counts as ready.
Ready wait_ready(int fd, short events, WireTime deadline, const StopSignal* stop);

// What every connection of cards wants: small packets at once, dead peers noticed.
void set_connection_options(int socket);

// Faults of all functions: TransportFault with sent = false; callers know better what had gone out.
class Wire {
 public:
  explicit Wire(FileHandle socket = FileHandle()) : socket_(std::move(socket)) {}
  static Result<Wire> connect(const std::string& host, std::uint16_t port, WireTime deadline,
                              const StopSignal* stop);
  bool open() const { return static_cast<bool>(socket_); }
  void close() {
    socket_ = FileHandle();
    received_.clear();
  }
  int fd() const { return socket_.get(); }

  Status write(ByteView data, WireTime deadline, const StopSignal* stop);
  // Adds at least one octet to received().
  Status read_more(WireTime deadline, const StopSignal* stop);
  ByteView received() const { return received_; }
  void consume(std::size_t n) {
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(n));
  }

 private:
  FileHandle socket_;
  Bytes received_;
};

// Listens on an IPv4 or IPv6 loopback address; refuses any other. `port` 0 is replaced by the one chosen.
// `waiting`: connections that may wait to be accepted.
Result<FileHandle> listen_on_loopback(const std::string& address, std::uint16_t& port, int waiting = 8);

}  // namespace eider::net::detail
