#include "lpae/world.hpp"

#include "lpae/assistant.hpp"
#include "profile/builder.hpp"

namespace eider::test {
namespace {
using device::UserAnswer;
using Kind = UserAnswer::Kind;

Kind kind_of(const std::string& answer) {
  return answer == "<back>"   ? Kind::kBackward
         : answer == "<end>"  ? Kind::kEnded
         : answer == "<none>" ? Kind::kNoResponse
                              : Kind::kDone;
}

eum::Personalisation record_for(const TestPki& pki, Random& random) {
  const auto signer = eum_signer(pki, crypto::Curve::kP256);
  eum::CardModel model;
  model.lpae.emplace().nameServer = hex("C00002350035");  // 192.0.2.53, port 53
  model.default_smdp_address = "smdpp.example.com";
  return must(
      eum::personalise(model, *sgp22::parse_eid(kCardEid), std::span(&signer, 1), pki_time(), random));
}
}  // namespace

std::string ScriptedUser::take() {
  if (answers.empty()) return "<end>";
  auto out = std::move(answers.front());
  answers.pop_front();
  return out;
}
UserAnswer ScriptedUser::show(const std::string& text, bool) {
  shown.push_back("text: " + text);
  return {};
}
UserAnswer ScriptedUser::confirm(const std::string& question) {
  shown.push_back("confirm: " + question);
  const auto answer = take();
  return {kind_of(answer), {}, answer == "yes"};
}
UserAnswer ScriptedUser::enter(const device::InputQuestion& question) {
  shown.push_back("enter: " + question.text);
  const auto answer = take();
  return {kind_of(answer), answer};
}
UserAnswer ScriptedUser::choose(const std::string& title, const std::vector<device::Choice>& choices) {
  auto line = "choose: " + title;
  for (const auto& c : choices) line += "|" + c.text;
  shown.push_back(line);
  const auto answer = take();
  for (const auto& c : choices)
    if (c.text == answer) return {Kind::kDone, {}, false, c.identifier};
  return {kind_of(answer) == Kind::kDone ? Kind::kEnded : kind_of(answer)};
}
bool ScriptedUser::saw(std::string_view part) const {
  return std::ranges::any_of(shown, [&](const auto& line) { return line.find(part) != std::string::npos; });
}
std::string ScriptedUser::transcript() const {
  std::string out;
  for (const auto& line : shown) out += line + "\n";
  return out;
}

Result<int> TestBip::open(const device::BipEndpoint& endpoint) {
  if (!endpoint.tcp)
    return endpoint.port == 53 ? Result<int>(kNameServer) : fail(TransportFault{false, "no route"});
  ++links;
  auto here = endpoint;
  here.port = server_port;
  return sockets_.open(here);
}
// A records of 127.0.0.1 for the names that are there, and none for others.
Status TestBip::send(int link, ByteView data) {
  if (link != kNameServer) {
    sent += data.size();
    return sockets_.send(link, data);
  }
  std::string name;
  for (std::size_t at = 12; at < data.size() && data[at] != 0; at += 1u + data[at])
    name += (name.empty() ? "" : ".") + std::string(as_text(data.subspan(at + 1, data[at])));
  Bytes answer = to_bytes(data);
  answer[2] = 0x81, answer[3] = 0x80;
  if (names.contains(name)) {
    answer[7] = 1;
    append(answer, hex("C00C000100010000003C00047F000001"));
  }
  dns_.push_back(std::move(answer));
  return {};
}
Result<std::optional<Bytes>> TestBip::receive(int link, std::size_t most) {
  if (link == kNameServer) {
    if (dns_.empty()) return std::optional<Bytes>();
    auto out = std::move(dns_.front());
    dns_.pop_front();
    return std::optional(std::move(out));
  }
  if (cut_after && received >= *cut_after) return fail(TransportFault{true, "cut"});
  auto got = sockets_.receive(link, most);
  if (got && *got) received += (*got)->size();
  return got;
}
void TestBip::close(int link) {
  if (link != kNameServer) sockets_.close(link);
}

LpaeWorld::LpaeWorld(const TestPki* tls, crypto::CertificateRole tls_role)
    : server(store), euicc(nvm, random, lpae::in_the_card()) {
  server.put_operator("op", server.client_certificate);
  must(card::manufacture(record_for(server.pki, random), nvm));
  const auto& identity = (tls ? *tls : server.pki).get(tls_role, crypto::Curve::kP256);
  net::HttpServerConfig config;
  config.identities.push_back(
      {{to_bytes(identity.certificate.der())}, must(crypto::make_signing_key(*identity.key)->tls_key())});
  config.threads = 1;
  http = std::make_unique<net::HttpServer>(config, [this](const net::HttpRequest& r) {
    const std::lock_guard lock(server_mutex);
    paths.emplace_back(r.target);
    user_agents.emplace_back(r.header("User-Agent"));
    auto reply = server.post(r.target, as_text(r.body), r.header("Content-Type"));
    net::HttpResponse out{reply.status, std::string(reply.header("Content-Type")), {}, std::move(reply.body)};
    return out;
  });
  must(http->start());
  bip.server_port = http->port();
}

LpaeWorld::~LpaeWorld() {
  http->stop();
}

void LpaeWorld::power_on(std::uint8_t euicc_bits) {
  device::TerminalConfig config;
  config.terminal_capability->euicc = euicc_bits;
  config.max_commands = 100'000;
  terminal = std::make_unique<device::Terminal>(euicc, server.clock, config,
                                                device::TerminalPorts{&bip, nullptr, nullptr, &user});
  must(terminal->set_network({device::LocationStatus::kNormal, device::Cell()}));
  must(terminal->power_on());
  settle();
}

void LpaeWorld::settle() {
  for (int i = 0; i < 2000; ++i) {
    must(terminal->poll());
    if (!terminal->channels_open()) return;
    bip.wait();
  }
  FAIL() << "the card does not end what it does\n" << user.transcript();
}

void LpaeWorld::choose(std::uint8_t item, std::deque<std::string> answers) {
  user.answers = std::move(answers);
  user.shown.clear();
  must(terminal->select_menu_item(item));
  settle();
}

void LpaeWorld::add_profile(int n) {
  server.edit_metadata = [](sgp22::StoreMetadataRequest& m) {
    m.notificationConfigurationInfo.emplace().push_back({sgp22::BitString{0, 1, 2, 3}, "smdpp.example.com"});
    m.profileOwner = sgp22::OperatorId{*FixedBytes<3>::from(hex("00F110")), {}, {}};
  };
  server.add_profile(n);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = sgp22::iccid_digits(SmDpPlusFixture::iccid(n));
  const Bytes package = profile::build_generic_profile(parameters);
  must(store.write(
      [&](smdpp::StoreTransaction& tx) { return tx.put_package(SmDpPlusFixture::iccid(n), package); }));
}

std::string LpaeWorld::order(int n, std::optional<std::string> code) {
  add_profile(n);
  const bool asks = code.has_value();
  return "LPA:1$smdpp.example.com$" + server.release(n, {}, std::move(code)) + (asks ? "$$1" : "");
}

}  // namespace eider::test
