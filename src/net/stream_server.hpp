// A TCP server of sessions without I/O: octets in, octets out. SCP81 is one: its TLS with a pre-shared key is
// part of the session (SGP.02 v4.2 section 2.4.4.1).
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace eider::net {

class StreamSession {
 public:
  virtual ~StreamSession() = default;
  // Octets from the other side. A fault ends the connection, after what output() still has.
  virtual Status feed(ByteView octets) = 0;
  // Called now and then between: there may be something to say that nobody asked for. A fault ends it.
  virtual Status poll() { return {}; }
  // Comes first. Whoever calls `wake`, from any thread and while the session lives, has poll() called soon.
  virtual void on_wake(std::function<void()> wake) { (void)wake; }
  // What is to be sent, and no longer here after this.
  virtual Bytes output() = 0;
  // Nothing more will come; the connection ends when the output is sent.
  virtual bool over() const = 0;
  // The connection is gone; once, unless over() was true.
  virtual void lost() {}
};

struct StreamServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  // A session is used by one thread; which, its connection decides.
  unsigned threads = 1;
  Duration idle_timeout{60000};  // without octets in either direction
  Duration poll_interval{10};
  std::size_t max_connections = 4096;
};

class StreamServer {
 public:
  // Called by several threads. `peer`: address of the other side, for logs.
  using MakeSession = std::function<std::unique_ptr<StreamSession>(const std::string& peer)>;

  StreamServer(StreamServerConfig config, MakeSession make);
  ~StreamServer();  // stops
  StreamServer(const StreamServer&) = delete;
  StreamServer& operator=(const StreamServer&) = delete;

  // LocalFault: cannot listen there. Once only.
  Status start();
  void stop();
  std::uint16_t port() const;
  std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
