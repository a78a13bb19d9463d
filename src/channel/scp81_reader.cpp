#include <deque>

#include "channel/detail/http_stream.hpp"
#include "channel/scp81.hpp"
#include "channel/scp81_headers.hpp"

namespace eider::channel::scp81 {
namespace http = boost::beast::http;
namespace {
tl::unexpected<Fault> refused(std::string what) {
  return fail(DecodeFault{"SCP81", 0, std::move(what)});
}
std::string_view text(boost::beast::string_view v) {
  return {v.data(), v.size()};
}
// //aid/RID/PIX, of 16 octets together.
std::optional<Aid> read_aid(std::string_view path) {
  constexpr std::string_view kPrefix = "//aid/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  std::string digits(path.substr(kPrefix.size()));
  std::erase(digits, '/');
  const auto octets = from_hex(digits);
  return octets ? Aid::from(*octets) : std::nullopt;
}
bool same_type(std::string_view value, std::string_view expected) {
  std::string plain(value);
  std::erase(plain, ' ');
  return plain == expected || plain == expected.substr(0, expected.find(';'));
}
template <class Fields>
std::string_view field(const Fields& fields, std::string_view name) {
  return text(fields[boost::beast::string_view(name.data(), name.size())]);
}

template <class Message>
constexpr bool kIsRequest = std::is_same_v<Message, AdminRequest>;
template <class Message>
using HttpMessage = typename detail::HttpStream<kIsRequest<Message>>::Message;

// //se-id/eid/<EID>;//aa-id/aid/<RID>/<PIX>
Status read_from(std::string_view from, AdminRequest& r) {
  constexpr std::string_view kEid = "//se-id/eid/", kAgent = "//aa-id";
  const auto semicolon = from.find(';');
  if (!from.starts_with(kEid) || semicolon == std::string_view::npos)
    return refused("X-Admin-From is //se-id/eid/EID;//aa-id/aid/RID/PIX");
  const auto eid = from_hex(from.substr(kEid.size(), semicolon - kEid.size()));
  const auto agent = from.substr(semicolon + 1);
  const auto aid =
      agent.starts_with(kAgent) ? read_aid("/" + std::string(agent.substr(kAgent.size()))) : std::nullopt;
  const auto fixed = eid ? Eid::from(*eid) : std::nullopt;
  if (!fixed || !aid) return refused("X-Admin-From names no EID or no AID");
  r.eid = *fixed;
  r.agent = *aid;
  return {};
}

Result<AdminRequest> read(const HttpMessage<AdminRequest>& m) {
  if (m.method() != http::verb::post) return refused("the card posts");
  if (field(m, headers::kProtocol) != headers::kProtocolValue)
    return refused("X-Admin-Protocol is globalplatform-remote-admin/1.0");
  AdminRequest r;
  r.uri = text(m.target());
  r.host = text(m[http::field::host]);
  EIDER_CHECK(read_from(field(m, headers::kFrom), r));
  r.resume = field(m, headers::kResume) == "true";
  if (const auto status = field(m, headers::kScriptStatus); !status.empty()) {
    const auto at = std::ranges::find(headers::kStatusTexts, status);
    if (at == headers::kStatusTexts.end())
      return refused("no X-Admin-Script-Status is \"" + std::string(status) + "\"");
    r.status = static_cast<ScriptStatus>(at - headers::kStatusTexts.begin());
  }
  r.body = m.body();
  if (!r.body.empty() && !same_type(text(m[http::field::content_type]), headers::kResponseType))
    return refused("the body of a request is a response of card content management");
  return r;
}

Result<AdminResponse> read(const HttpMessage<AdminResponse>& m) {
  AdminResponse r;
  r.status = m.result_int();
  if (r.status < 100) return refused("a status has three digits, the first of which is none of 0");
  if (r.status != 200 && r.status != 204) return r;
  if (field(m, headers::kProtocol) != headers::kProtocolValue)
    return refused("X-Admin-Protocol is globalplatform-remote-admin/1.0");
  if (const auto next = field(m, headers::kNextUri); !next.empty()) r.next_uri = std::string(next);
  if (const auto target = field(m, headers::kTarget); !target.empty()) {
    r.targeted_application = read_aid(target);
    if (!r.targeted_application) return refused("X-Admin-Targeted-Application names no AID of 16 octets");
  }
  r.body = m.body();
  if (r.status == 200 &&
      (r.body.empty() || !same_type(text(m[http::field::content_type]), headers::kCommandType)))
    return refused("a 200 carries a script of card content management");
  return r;
}
}  // namespace

template <class Message>
struct Reader<Message>::Impl {
  detail::HttpStream<kIsRequest<Message>> stream;
  std::deque<Message> ready;

  explicit Impl(std::size_t limit) : stream("SCP81", limit) {}
  Status feed(ByteView octets) {
    return stream.feed(octets, [&](const HttpMessage<Message>& whole) -> Status {
      EIDER_TRY(message, read(whole));
      ready.push_back(std::move(message));
      return {};
    });
  }
};

template <class Message>
Reader<Message>::Reader(std::size_t max_body) : impl_(std::make_unique<Impl>(max_body)) {}
template <class Message>
Reader<Message>::~Reader() = default;
template <class Message>
Reader<Message>::Reader(Reader&&) noexcept = default;
template <class Message>
Reader<Message>& Reader<Message>::operator=(Reader&&) noexcept = default;
template <class Message>
Status Reader<Message>::feed(ByteView octets) {
  return impl_->feed(octets);
}
template <class Message>
std::optional<Message> Reader<Message>::next() {
  if (impl_->ready.empty()) return std::nullopt;
  auto message = std::move(impl_->ready.front());
  impl_->ready.pop_front();
  return message;
}

template class Reader<AdminRequest>;
template class Reader<AdminResponse>;

}  // namespace eider::channel::scp81
