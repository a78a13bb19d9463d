#include "net/detail/octet_stream.hpp"

namespace eider::net::detail {
namespace {
constexpr std::size_t kIncoming = 16 * 1024;
constexpr std::chrono::milliseconds kFinishTime{1000};
using boost::system::error_code;
}  // namespace

OctetStream::OctetStream(asio::ip::tcp::socket socket, asio::ssl::context* tls)
    : deadline_(socket.get_executor()), incoming_(kIncoming) {
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (tls) {
    tls_ = std::make_unique<asio::ssl::stream<asio::ip::tcp::socket>>(std::move(socket), *tls);
  } else {
    plain_ = std::make_unique<asio::ip::tcp::socket>(std::move(socket));
  }
}

void OctetStream::start(asio::ssl::stream_base::handshake_type role, Duration handshake_timeout,
                        Callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  if (!tls_) return asio::post(deadline_.get_executor(), [self = shared_from_this()] { self->opened(); });
  deadline_.expires_after(handshake_timeout);
  deadline_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->close("the TLS handshake takes too long");
  });
  tls_->async_handshake(role, [self = shared_from_this()](error_code error) {
    self->deadline_.cancel();
    if (error) return self->close("TLS: " + error.message());
    self->opened();
  });
}

void OctetStream::opened() {
  if (ended_) return;
  const auto on_open = callbacks_.on_open;  // what it does may end the stream and its callbacks
  on_open();
  read();
}

void OctetStream::read() {
  if (ended_) return;
  with_stream([this](auto& stream) {
    stream.async_read_some(asio::buffer(incoming_),
                           [self = shared_from_this()](error_code error, std::size_t n) {
                             if (self->ended_) return;
                             if (error)
                               return self->close("the peer closed the connection: " + error.message());
                             if (!self->finishing_)
                               self->callbacks_.on_data(ByteView(self->incoming_).first(n));
                             self->read();
                           });
  });
}

void OctetStream::send(Bytes octets) {
  if (ended_ || finishing_ || octets.empty()) return;
  append(waiting_, octets);
  if (waiting_.size() > kMostWaiting) return close("the peer does not read");
  write();
}

void OctetStream::write() {
  if (ended_ || !sending_.empty()) return;
  if (waiting_.empty()) {
    if (finishing_) close("");
    return;
  }
  sending_.swap(waiting_);
  with_stream([this](auto& stream) {
    asio::async_write(stream, asio::buffer(sending_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        self->sending_.clear();
                        if (self->ended_) return;
                        if (error) return self->close("cannot send: " + error.message());
                        self->write();
                      });
  });
}

void OctetStream::finish() {
  if (ended_ || finishing_) return;
  finishing_ = true;
  deadline_.expires_after(kFinishTime);
  deadline_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->close("");
  });
  write();
}

void OctetStream::close(const std::string& reason) {
  if (ended_) return;
  ended_ = true;
  deadline_.cancel();
  error_code ignored;
  // Not reset: what was sent last shall arrive.
  socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket().close(ignored);
  auto callbacks = std::exchange(callbacks_, {});
  if (callbacks.on_end) callbacks.on_end(reason);
}

}  // namespace eider::net::detail
