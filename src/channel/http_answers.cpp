#include "channel/http_answers.hpp"

#include <deque>

#include "channel/detail/http_stream.hpp"

namespace eider::channel {

struct HttpAnswers::Impl {
  using Stream = detail::HttpStream<false>;
  Stream stream;
  std::deque<HttpAnswer> ready;

  explicit Impl(std::size_t max_body) : stream("HTTP", max_body) {}
  auto taker() {
    return [this](const Stream::Message& m) -> Status {
      if (m.result_int() < 200) return {};
      HttpAnswer answer{m.result_int(), {}, m.body()};
      for (const auto& field : m)
        answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
      ready.push_back(std::move(answer));
      return {};
    };
  }
};

HttpAnswers::HttpAnswers(std::size_t max_body) : impl_(std::make_unique<Impl>(max_body)) {}
HttpAnswers::~HttpAnswers() = default;
HttpAnswers::HttpAnswers(HttpAnswers&&) noexcept = default;
HttpAnswers& HttpAnswers::operator=(HttpAnswers&&) noexcept = default;

Status HttpAnswers::feed(ByteView octets) {
  return impl_->stream.feed(octets, impl_->taker());
}
Status HttpAnswers::end() {
  return impl_->stream.end(impl_->taker());
}
std::optional<HttpAnswer> HttpAnswers::next() {
  if (impl_->ready.empty()) return std::nullopt;
  auto answer = std::move(impl_->ready.front());
  impl_->ready.pop_front();
  return answer;
}

}  // namespace eider::channel
