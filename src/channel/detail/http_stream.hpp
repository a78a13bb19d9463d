// Messages of HTTP/1.1 as they come in over a connection. For the .cpp files of this folder only.
#pragma once
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel::detail {

// kRequest: what a server reads; else what a client does.
template <bool kRequest>
class HttpStream {
 public:
  using Message = boost::beast::http::message<kRequest, boost::beast::http::vector_body<std::uint8_t>>;

  // `who` stands in the faults; more octets than `max_body` are refused.
  HttpStream(std::string who, std::size_t max_body) : who_(std::move(who)), max_body_(max_body) { begin(); }

  // `take(Message)` for each that is whole; its fault ends the connection, as every fault does.
  template <class Take>
  Status feed(ByteView octets, Take take) {
    namespace http = boost::beast::http;
    append(pending_, octets);
    while (!pending_.empty()) {
      // Nothing shorter ends a message in chunks, and Beast asserts to be called with no less of it.
      constexpr std::size_t kLastChunk = 5;
      if (parser_->is_header_done() && parser_->chunked() && pending_.size() < kLastChunk) return {};
      boost::system::error_code error;
      const auto n = parser_->put(boost::asio::buffer(pending_), error);
      pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(n));
      if (error && error != http::error::need_more) return refused(error.message());
      if (parser_->is_done()) {
        EIDER_CHECK(take(parser_->get()));
        begin();
      } else if (n == 0 || error) {
        return {};
      }
    }
    return {};
  }
  // The connection has ended, which ends a message without a length.
  template <class Take>
  Status end(Take take) {
    if (!parser_->got_some()) return {};
    boost::system::error_code error;
    parser_->put_eof(error);
    if (error) return refused(error.message());
    if (!parser_->is_done()) return {};
    EIDER_CHECK(take(parser_->get()));
    begin();
    return {};
  }

 private:
  static constexpr std::uint32_t kMaxHeader = 8 * 1024;
  void begin() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(max_body_);
    parser_->header_limit(kMaxHeader);
  }
  tl::unexpected<Fault> refused(std::string what) const {
    return fail(DecodeFault{who_, 0, std::move(what)});
  }

  std::string who_;
  std::size_t max_body_;
  std::optional<boost::beast::http::parser<kRequest, boost::beast::http::vector_body<std::uint8_t>>> parser_;
  Bytes pending_;
};

}  // namespace eider::channel::detail
