// A TCP or TLS connection in an event loop: what comes goes to a callback, what is to go waits in a queue.
// For the .cpp files of this folder and its parent only.
#pragma once
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace eider::net::detail {

namespace asio = boost::asio;

class OctetStream : public std::enable_shared_from_this<OctetStream> {
 public:
  struct Callbacks {
    std::function<void()> on_open;
    std::function<void(ByteView)> on_data;
    std::function<void(const std::string&)> on_end;  // once, and nothing after it
  };
  static constexpr std::size_t kMostWaiting = 4 * 1024 * 1024;  // to be sent: then the peer is given up

  // `tls`: null for plain TCP; else it must outlive the stream.
  OctetStream(asio::ip::tcp::socket socket, asio::ssl::context* tls);
  SSL* ssl() { return tls_ ? tls_->native_handle() : nullptr; }
  asio::ip::tcp::socket& socket() { return tls_ ? tls_->next_layer() : *plain_; }

  // Shakes hands, then reads until the end.
  void start(asio::ssl::stream_base::handshake_type role, Duration handshake_timeout, Callbacks callbacks);
  void send(Bytes octets);
  // After what waits has gone out.
  void finish();
  void close(const std::string& reason);
  bool closed() const { return ended_; }

 private:
  template <class Work>
  void with_stream(Work work) {
    if (tls_) {
      work(*tls_);
    } else {
      work(*plain_);
    }
  }
  void opened();
  void read();
  void write();

  std::unique_ptr<asio::ssl::stream<asio::ip::tcp::socket>> tls_;
  std::unique_ptr<asio::ip::tcp::socket> plain_;
  asio::steady_timer deadline_;
  Callbacks callbacks_;
  Bytes incoming_, sending_, waiting_;
  bool ended_ = false, finishing_ = false;
};

}  // namespace eider::net::detail
