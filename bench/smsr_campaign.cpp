// bench_smsr_campaign: an Operator enables another Profile on many cards at once, over SMS.
//
//   bench_smsr_campaign [--cards N] [--window N] [--callers N] [--held] [--dir DIR] [--eider FILE]
//
// Three processes: `eider smsr serve` with its store on the disk; a service centre with simulated cards
// (campaign_cards.hpp); this one, the Operator, who calls ES4.EnableProfile over TLS, N callers, at most a
// window of calls without an answer, which come to a server of its own (--held: in the HTTP response). Every
// call: command by SMS, its ciphered answer, notification, confirmation, the answer to that, the answer to
// the Operator. Fails below the limit, or when a card did not change.
#include <cstdio>
#include <filesystem>

#include "campaign_cards.hpp"
#include "child_process.hpp"
#include "crypto/aes.hpp"
#include "crypto/key_store.hpp"
#include "crypto_floor.hpp"
#include "m2m_operator.hpp"
#include "measure.hpp"
#include "spec/sgp02/es4.hpp"
#include "store/smsr_sqlite.hpp"

namespace {
using namespace eider;
using namespace eider::bench;
using namespace eider::bench::campaign;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr double kLimit = 1000;  // cards a second
constexpr const char *kSmsrId = "2.999.20", *kSmsrNumber = "12345";

struct Options {
  std::uint64_t cards = 20000;
  std::size_t window = 1000;
  unsigned callers = 32;
  bool held = false;
  std::string dir = fs::temp_directory_path().string(), eider;
};

struct Ports {
  std::uint16_t smpp, functions, sessions, replies;
};

int serve_cards(const Options& o, std::uint16_t port) {
  Cards cards(o.cards);
  net::StreamServerConfig config;
  config.port = port;
  net::StreamServer server(config, [&](const std::string&) -> std::unique_ptr<net::StreamSession> {
    return std::make_unique<Centre>(cards, kSmsrNumber);
  });
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);  // of its threads too
  must(server.start());
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  return 0;
}

// ---- The SM-SR

std::unique_ptr<store::SmsrSqlite> open_registry(const fs::path& smsr) {
  const crypto::FileKeyStore keys(smsr / "keys", crypto::no_passphrase());
  return must(store::SmsrSqlite::open((smsr / "smsr.db").string(), {&keys, "store"}));
}

Status add_card(smsr::StoreTransaction& tx, std::uint64_t n) {
  smsr::Euicc e;
  e.eid = eid_of(n);
  e.http = false;
  e.remaining_memory = e.available_memory = 500000;
  e.address = msisdn_of(n, 0);
  e.scp80_version = 1;
  EIDER_CHECK(tx.put_euicc(e));
  smsr::EisDocument document;
  document.eid = e.eid;
  document.signed_info.info.eid = e.eid;
  document.signed_info.signedInfoXml = std::string(3000, 'x');
  document.signed_info.signatureXml = std::string(2400, 'y');
  EIDER_CHECK(tx.put_document(document));
  smsr::CardKeys keys;
  keys.eid = e.eid;
  keys.version = 1;
  for (const std::uint8_t id : {1, 2}) keys.keys.push_back({id, 0x88, key_of(n, id)});
  EIDER_CHECK(tx.put_key_set(keys));
  for (const unsigned p : {0U, 1U}) {
    smsr::Profile profile;
    profile.eid = e.eid;
    profile.iccid = iccid_of(n, p);
    profile.isdp_aid = aid_of(p);
    profile.state = p == 0 ? smsr::ProfileState::kEnabled : smsr::ProfileState::kDisabled;
    profile.owner = sgp02::EntityId(kOperatorId);
    profile.type = "telematics";
    profile.msisdn = msisdn_of(n, p);
    EIDER_CHECK(tx.put_profile(profile));
  }
  return {};
}

void make_smsr(const Options& o, const fs::path& dir, const Ports& ports) {
  const auto log = (dir / "make.log").string();
  run({o.eider, "pki", "init", "--out", dir / "pki", "--m2m"}, log);
  std::ofstream(dir / "smsc.secret") << "secret1";
  const auto at = [](std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); };
  const auto replies = "mno.example.com:" + std::to_string(ports.replies);
  run({o.eider,
       "smsr",
       "init",
       "--data",
       dir / "smsr",
       "--pki",
       dir / "pki",
       "--functions",
       at(ports.functions),
       "--sessions",
       at(ports.sessions),
       "--smsc",
       at(ports.smpp),
       "--smsc-password",
       dir / "smsc.secret",
       "--address",
       kSmsrNumber,
       "--party",
       std::string("mno=") + kOperatorId + "@https://" + replies + "/",
       "--resolve",
       replies + ":" + at(ports.replies)},
      log);
  const auto store = open_registry(dir / "smsr");
  constexpr std::uint64_t kBatch = 500;
  for (std::uint64_t first = 0; first < o.cards; first += kBatch)
    must(store->write([&](smsr::StoreTransaction& tx) -> Status {
      for (auto n = first; n < std::min(o.cards, first + kBatch); ++n) EIDER_CHECK(add_card(tx, n));
      return {};
    }));
}

std::uint64_t cards_changed(const Options& o, const fs::path& dir) {
  const auto store = open_registry(dir / "smsr");
  std::uint64_t out = 0;
  must(store->read([&](smsr::StoreReader& r) -> Status {
    for (std::uint64_t n = 0; n < o.cards; ++n) {
      EIDER_TRY(before, r.profile(eid_of(n), iccid_of(n, 0)));
      EIDER_TRY(now, r.profile(eid_of(n), iccid_of(n, 1)));
      EIDER_TRY(left, r.operations(eid_of(n)));
      if (before && now && before->state == smsr::ProfileState::kDisabled &&
          now->state == smsr::ProfileState::kEnabled && left.empty())
        ++out;
    }
    return {};
  }));
  return out;
}

// ---- What the cryptography of SCP80 takes at least: two packets out, two answers in, one notification; each
// with a key schedule of its own, because each is of another card.
double floor_us() {
  SystemRandom random;
  const Bytes kic = random.bytes(16), kid = random.bytes(16);
  Bytes packet = random.bytes(48);
  return bench::detail::median_us(2001, [&] {
    for (int i = 0; i < 4; ++i) {
      auto aes = *crypto::Aes::make(kic);
      auto cmac = *crypto::Cmac::make(kid);
      bench::detail::must(aes.cbc_encrypt({}, packet).has_value());
      (void)cmac.mac({packet});
    }
    auto cmac = *crypto::Cmac::make(kid);
    (void)cmac.mac({packet});
  });
}

Calls calls(const Options& o, const Ports& ports) {
  Calls out;
  out.count = o.cards;
  out.window = o.window;
  out.callers = o.callers;
  out.held = o.held;
  out.peer = {sgp02::EntityId(kSmsrId), {"smsr.example.com", ports.functions, "/"}};
  out.interface = sgp02::Interface::kEs4;
  out.replies = ports.replies;
  out.request = [](std::uint64_t n) {
    sgp02::es4::EnableProfileRequest request;
    request.base.functionCallIdentifier = "enable-" + std::to_string(n);
    request.base.validityPeriod = 3600;
    request.eid = eid_of(n);
    request.iccid = iccid_of(n, 1);
    return std::any(request);
  };
  return out;
}

int run_all(const Options& o, const fs::path& dir) {
  const Ports ports{free_port(), free_port(), free_port(), free_port()};
  // Before this process has threads.
  auto cards = Child::of([&] {
    try {
      return serve_cards(o, ports.smpp);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "cards: %s\n", e.what());
      return 1;
    }
  });
  make_smsr(o, dir, ports);
  const auto log = (dir / "smsr.log").string();
  Child smsr({o.eider, "smsr", "serve", "--data", dir / "smsr", "--quiet"}, log);
  await(log, "functions port");

  Operator op(calls(o, ports), operator_identity(dir / "pki"));
  const double floor = floor_us();
  const double smsr_before = smsr.cpu_seconds(), cards_before = cards.cpu_seconds(), own = process_cpu();
  long memory[3] = {smsr.resident_kb(), 0, 0};
  const auto start = Steady::now();
  op.run([&](std::uint64_t done) {
    if (done == o.cards / 10) memory[0] = smsr.resident_kb();
    if (done == o.cards / 2) memory[1] = smsr.resident_kb();
    if (done == o.cards) memory[2] = smsr.resident_kb();
  });
  const double wall = std::chrono::duration<double>(Steady::now() - start).count();
  const double each = 1e6 / static_cast<double>(o.cards);
  const double smsr_cpu = (smsr.cpu_seconds() - smsr_before) * each;
  const double rate = static_cast<double>(o.cards) / wall;
  std::printf("%llu cards in %.1f s: %.0f cards a second, limit %.0f%s\n",
              static_cast<unsigned long long>(o.cards), wall, rate, kLimit,
              rate >= kLimit ? "" : "  TOO FEW");
  std::printf(
      "CPU a card: SM-SR %.0f us (%.0f times the %.1f us of SCP80), cards %.0f us, Operator %.0f us\n",
      smsr_cpu, smsr_cpu / floor, floor, (cards.cpu_seconds() - cards_before) * each,
      (process_cpu() - own) * each);
  std::printf("memory of the SM-SR: %ld kB after a tenth, %ld kB after a half, %ld kB at the end\n",
              memory[0], memory[1], memory[2]);
  op.stop();
  need(smsr.stop() == 0, "the SM-SR did not stop by itself");
  need(cards.stop() == 0, "the cards did not stop by themselves");
  const auto changed = cards_changed(o, dir);
  std::printf("%llu cards have the other Profile enabled\n", static_cast<unsigned long long>(changed));
  return rate >= kLimit && changed == o.cards ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  o.eider = (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "apps/eider/eider").string();
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--held") {
      o.held = true;
      continue;
    }
    const char* value = i + 1 < argc ? argv[++i] : "";
    if (name == "--cards")
      o.cards = std::stoull(value);
    else if (name == "--window")
      o.window = std::stoull(value);
    else if (name == "--callers")
      o.callers = static_cast<unsigned>(std::stoul(value));
    else if (name == "--dir")
      o.dir = value;
    else if (name == "--eider")
      o.eider = value;
    else
      return std::fprintf(stderr, "unknown option %s\n", argv[i]), 2;
  }
  const auto dir = fs::path(o.dir) / ("smsr-campaign-" + std::to_string(::getpid()));
  fs::create_directories(dir);
  int result = 1;
  try {
    result = run_all(o, dir);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_smsr_campaign: %s\n", e.what());
  }
  fs::remove_all(dir);
  return result;
}
