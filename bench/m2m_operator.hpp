// The Operator of a benchmark of M2M: calls functions of an SM-SR or SM-DP over TLS by many threads, and
// takes the answers, which come to a server of its own.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "crypto/pki_dir.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/stream_server.hpp"
#include "roles/operator/rsp_client.hpp"

namespace eider::bench {

inline void need(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}
template <class T>
T must(Result<T> r) {
  if (!r) throw std::runtime_error(r.error().message());
  return *std::move(r);
}
inline void must(const Status& s) {
  if (!s) throw std::runtime_error(s.error().message());
}
// Free at the moment. Its thread has ended when it returns.
inline std::uint16_t free_port() {
  net::StreamServer probe({}, [](const std::string&) { return nullptr; });
  must(probe.start());
  return probe.port();
}

struct Identity {
  net::TlsIdentity tls;
  std::vector<Bytes> anchors;
};
inline Identity operator_identity(const std::filesystem::path& pki) {
  const auto dir = must(crypto::PkiDirectory::open(pki));
  Identity out;
  for (const auto* ci : dir.find_all(crypto::CertificateRole::kCi))
    out.anchors.push_back(to_bytes(ci->certificate.der()));
  const auto* entry = dir.find("mnotls-p256");
  need(entry != nullptr, "the PKI has no mnotls-p256");
  out.tls = {{to_bytes(entry->certificate.der())}, must(must(dir.signing_key(*entry))->tls_key())};
  return out;
}

inline constexpr const char* kOperatorId = "2.999.30";
struct Calls {
  std::uint64_t count = 0;
  std::size_t window = 1000;  // without an answer, at most
  unsigned callers = 32;
  bool held = false;  // the answers are in the HTTP responses
  mno::RspPeer peer;
  sgp02::Interface interface{};
  std::function<std::any(std::uint64_t)> request;
  std::uint16_t replies = 0;  // port
};

class Operator {
 public:
  Operator(Calls calls, Identity identity) : calls_(std::move(calls)), identity_(std::move(identity)) {
    net::HttpServerConfig config;
    config.port = calls_.replies;
    config.identities = {identity_.tls};
    config.client_authentication = net::ClientAuthentication::kRequired;
    config.client_anchors = identity_.anchors;
    config.max_requests_per_connection = 100'000'000;
    server_ = std::make_unique<net::HttpServer>(config, [this](const net::HttpRequest& r) {
      const auto message = sgp02::soap::decode(r.body);
      if (message) answered(*message);
      net::HttpResponse out;
      out.status = 202;
      return out;
    });
    must(server_->start());
  }

  // All of them. `progress` hears of every answer.
  void run(const std::function<void(std::uint64_t)>& progress) {
    progress_ = &progress;
    std::vector<std::thread> callers;
    for (unsigned i = 0; i < calls_.callers; ++i)
      callers.emplace_back([this] {
        try {
          call_many();
        } catch (const std::exception& e) {
          std::fprintf(stderr, "caller: %s\n", e.what());
          std::_Exit(1);
        }
      });
    for (auto& c : callers) c.join();
    std::unique_lock lock(mutex_);
    const bool all = room_.wait_for(lock, std::chrono::seconds(120), [&] { return done_ == calls_.count; });
    need(all, "some calls were never answered");
    need(failed_ == 0, "some calls failed");
  }
  void stop() { server_->stop(); }

 private:
  void call_many() {
    net::HttpClientConfig config;
    config.trust_anchors = identity_.anchors;
    config.identity = identity_.tls;
    const auto port = std::to_string(calls_.peer.url.port);
    config.resolve = {{calls_.peer.url.host + ":" + port, "127.0.0.1:" + port}};
    auto http = must(net::HttpClient::create(config));
    SystemRandom random;
    mno::RspClient client({sgp02::EntityId(kOperatorId), "operator", {}, {}}, *http, clock_, random);
    mno::RspCall how;
    if (!calls_.held) how.reply_to = "https://mno.example.com:" + std::to_string(calls_.replies) + "/";
    for (;;) {
      std::uint64_t n = 0;
      {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return begun_ - done_ < calls_.window || begun_ >= calls_.count; });
        if (begun_ >= calls_.count) return;
        n = begun_++;
      }
      const auto answer = must(client.call(calls_.peer, calls_.interface, calls_.request(n), how));
      if (answer.response)
        answered(*answer.response);
      else
        need(!calls_.held, "a call was taken and not answered");
    }
  }
  void answered(const sgp02::soap::Message& m) {
    const auto* base = m.response();
    if (!base) return;
    const auto ok = mno::check(*base);
    std::uint64_t done = 0;
    {
      const std::lock_guard lock(mutex_);
      if (!m.header.relatesTo || !seen_.insert(*m.header.relatesTo).second) return;  // said again
      if (!ok && failed_++ == 0) std::fprintf(stderr, "%s\n", ok.error().message().c_str());
      done = done_ + 1;
      (*progress_)(done);  // while run() waits
      done_ = done;
    }
    room_.notify_one();
    if (done == calls_.count) room_.notify_all();
  }

  Calls calls_;
  Identity identity_;
  SystemClock clock_;
  const std::function<void(std::uint64_t)>* progress_ = nullptr;
  std::mutex mutex_;
  std::condition_variable room_;
  std::uint64_t begun_ = 0, done_ = 0, failed_ = 0;
  std::set<std::string> seen_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace eider::bench
