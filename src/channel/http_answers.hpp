// Answers of an HTTP/1.1 server as a client reads them from a connection that brings them piece by piece. No
// I/O.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel {

struct HttpAnswer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;
};

class HttpAnswers {
 public:
  explicit HttpAnswers(std::size_t max_body = 4 * 1024 * 1024);
  ~HttpAnswers();
  HttpAnswers(HttpAnswers&&) noexcept;
  HttpAnswers& operator=(HttpAnswers&&) noexcept;

  // DecodeFault for what is no HTTP, and for a body of more octets than `max_body`: the connection is of no
  // use then.
  Status feed(ByteView octets);
  // The other side has closed the connection: an answer without a length ends here. DecodeFault inside one
  // with a length.
  Status end();
  // The next one that is whole, interim ones (1xx) left out.
  std::optional<HttpAnswer> next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::channel
