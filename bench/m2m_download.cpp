// bench_m2m_download: what a complete download of M2M costs SM-SR and SM-DP, against the cryptography that
// they cannot do without.
//
//   bench_m2m_download [--cards N] [--warm N] [--window N] [--dir DIR] [--eider FILE]
//
// Processes of `eider` alone: smsr serve, smdp serve, smsc serve, device fleet with cards that the EUM has
// made. This one is the Operator: ES2.DownloadProfile with EnableProfile over TLS, a window of calls without
// an answer. Each: eligibility, ISD-P, trigger by SMS, session with a pre-shared key, key establishment, the
// Profile in SCP03t, enable, notification, confirmation, answer. The first `warm` cards do not count. Fails
// above the limit.
#include <cstdio>
#include <filesystem>

#include "child_process.hpp"
#include "crypto/hash.hpp"
#include "crypto_floor.hpp"
#include "m2m_operator.hpp"
#include "measure.hpp"
#include "spec/sgp02/es2.hpp"
#include "spec/sgp22/types.hpp"

namespace {
using namespace eider;
using namespace eider::bench;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
using Line = std::vector<std::string>;

constexpr double kLimit = 4;
constexpr std::uintmax_t kPackage = 12 * 1024;  // octets, as in the floor
constexpr const char* kBallast = "10496";       // which make the package so large
constexpr const char *kSmsrId = "2.999.20", *kSmdpId = "2.999.11";

struct Options {
  std::uint64_t cards = 200, warm = 40;
  std::size_t window = 16;
  std::string dir = fs::temp_directory_path().string(), eider;
  std::uint64_t all() const { return cards + warm; }
};

std::string with_luhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int v = (digits[digits.size() - 1 - i] - '0') * (i % 2 == 0 ? 2 : 1);
    sum += v > 9 ? v - 9 : v;
  }
  return digits + std::to_string((10 - sum % 10) % 10);
}
std::string padded(std::uint64_t n, int digits) {
  auto text = std::to_string(n);
  return std::string(static_cast<std::size_t>(digits) - text.size(), '0') + text;
}
std::string key(const std::string& of) {
  return to_hex(ByteView(crypto::sha256(as_bytes(of)).view()).first(16));
}

// Subscribers of the bootstrap Profiles and of those to be loaded, and the network that knows them.
void write_subscribers(const fs::path& dir, std::uint64_t cards) {
  std::ofstream network(dir / "network.csv"), subscriptions(dir / "subscriptions.csv");
  network << "imsi,number\n";
  for (const int kind : {1, 2}) {
    std::ofstream out(dir / (kind == 1 ? "boot.csv" : "fleet.csv"));
    out << "iccid,imsi,k,opc,pin1,puk1\n";
    for (std::uint64_t i = 1; i <= cards; ++i) {
      const auto who = std::to_string(kind) + padded(i, 5);
      const auto iccid = with_luhn("894900000000" + who), imsi = "001010000" + who, number = "49170" + who;
      out << iccid << "," << imsi << "," << key("k" + who) << "," << key("opc" + who) << ",0000,"
          << 10000000 + i << "\n";
      network << imsi << "," << number << "\n";
      subscriptions << iccid << "," << imsi << "," << number << "\n";
    }
  }
}

struct Ports {
  std::uint16_t smpp = free_port(), devices = free_port(), functions = free_port(), sessions = free_port(),
                smdp = free_port(), replies = free_port();
};
std::string at(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

class System {
 public:
  System(const Options& o, const fs::path& dir) : o_(o), dir_(dir) {
    make_cards();
    make_servers();
    register_cards();
  }
  Child& smsr() { return *smsr_; }
  Child& smdp() { return *smdp_; }
  const Ports& ports() const { return ports_; }
  const std::vector<std::string>& eids() const { return eids_; }
  void stop() {
    for (auto* child : {&devices_, &smdp_, &smsr_, &smsc_})
      need((*child)->stop() == 0, "a server did not stop by itself");
  }

 private:
  std::string file(const std::string& name) const { return (dir_ / name).string(); }
  void call(Line arguments) const {
    arguments.insert(arguments.begin(), o_.eider);
    run(arguments, file("make.log"));
  }
  std::unique_ptr<Child> start(const std::string& name, Line arguments, const std::string& ready) const {
    arguments.insert(arguments.begin(), o_.eider);
    auto out = std::make_unique<Child>(arguments, file(name + ".log"));
    await(file(name + ".log"), ready);
    return out;
  }
  std::string rule(const std::string& host, std::uint16_t port) const {
    return host + ":" + std::to_string(port) + ":" + at(port);
  }
  Line resolve() const {
    return {"--resolve", rule("smsr.example.com", ports_.functions),
            "--resolve", rule("smdp.example.com", ports_.smdp),
            "--resolve", rule("mno.example.com", ports_.replies)};
  }
  Line with_resolve(Line line) const {
    for (const auto& r : resolve()) line.push_back(r);
    return line;
  }
  std::string url(const char* host, std::uint16_t port, const char* path) const {
    return std::string("https://") + host + ":" + std::to_string(port) + path;
  }

  void make_cards() {
    call({"pki", "init", "--out", file("pki"), "--m2m"});
    write_subscribers(dir_, o_.all());
    call({"profile", "create", "-o", file("template.der"), "--spn", "Eider", "--iccid", "894900000000000000?",
          "--imsi", "001010000000000", "--ballast", kBallast});
    need(fs::file_size(file("template.der")) >= kPackage, "the package is smaller than the floor's");
    call({"profile", "personalise", file("template.der"), "--csv", file("boot.csv"), "-o", file("boot")});
    std::vector<fs::path> boots;
    for (const auto& f : fs::directory_iterator(dir_ / "boot")) boots.push_back(f.path());
    std::ranges::sort(boots);
    for (std::size_t i = 0; i < boots.size(); ++i)
      fs::rename(boots[i], dir_ / ("boot-" + std::to_string(i + 1) + ".der"));
    fs::create_directory(dir_ / "cards");
    call({"eum", "make", "--pki", file("pki"), "--out-dir", file("cards"), "--count",
          std::to_string(o_.all()), "--m2m", "--bootstrap", file("boot-{n}.der"), "--smsr-number", "12345",
          "--quiet"});
    for (const auto& f : fs::directory_iterator(dir_ / "cards"))
      if (f.path().extension() == ".eider") eids_.push_back(f.path().stem().string());
    std::ranges::sort(eids_);
    std::ofstream(dir_ / "transport.key") << key("transport");
    std::ofstream(dir_ / "smsc.secret") << "secret1";
    std::ofstream(dir_ / "metadata.json") << R"({"serviceProviderName": "Eider", "profileName": "Fleet"})";
  }
  void make_servers() {
    smsc_ = start("smsc",
                  {"smsc", "serve", "--esme", "smsr=@" + file("smsc.secret"), "--route", "12345=smsr",
                   "--smpp", at(ports_.smpp), "--devices", at(ports_.devices)},
                  "devices port");
    const auto mno = std::string(kOperatorId) + "@" + url("mno.example.com", ports_.replies, "/");
    call(with_resolve({"smsr",
                       "init",
                       "--data",
                       file("smsr"),
                       "--pki",
                       file("pki"),
                       "--functions",
                       at(ports_.functions),
                       "--sessions",
                       at(ports_.sessions),
                       "--smsc",
                       at(ports_.smpp),
                       "--smsc-password",
                       file("smsc.secret"),
                       "--address",
                       "12345",
                       "--party",
                       "eum=2.999.5," + file("transport.key"),
                       "--party",
                       "mno=" + mno,
                       "--party",
                       std::string("smdp=") + kSmdpId + "@" + url("smdp.example.com", ports_.smdp, "/es3")}));
    smsr_ = start("smsr", {"smsr", "serve", "--data", file("smsr"), "--quiet"}, "functions port");
    call({"smdpp", "init", "--data", file("smdpp"), "--pki", file("pki"), "--address", "smdpp.example.com",
          "--operator", "mno", "--operator-oid", kOperatorId});
    call({"smdpp", "import", "--data", file("smdpp"), "--operator", "mno", "--template", "usim", "--package",
          file("template.der")});
    call({"smdpp", "import", "--data", file("smdpp"), "--type", "mno-default", "--metadata",
          file("metadata.json"), "--template", "usim", "--csv", file("fleet.csv")});
    call(with_resolve({"smdp", "init", "--data", file("smdp"), "--pki", file("pki"), "--listen",
                       at(ports_.smdp), "--inventory", file("smdpp"), "--operator", mno, "--smsr",
                       std::string(kSmsrId) + "@" + url("smsr.example.com", ports_.functions, "/")}));
    smdp_ = start("smdp", {"smdp", "serve", "--data", file("smdp"), "--quiet"}, "ES3 port");
  }
  void register_cards() {
    Line line = with_resolve({"eum", "register", "--pki", file("pki"), "--smsr",
                              std::string(kSmsrId) + "@smsr.example.com:" + std::to_string(ports_.functions),
                              "--mno", kOperatorId, "--transport-key", file("transport.key"),
                              "--subscriptions", file("subscriptions.csv")});
    // The last option takes one value, --resolve takes many.
    std::rotate(line.begin() + 2, line.end() - 6, line.end());
    Line fleet = {"device",     "fleet", "--network", file("network.csv"), "--smsc", at(ports_.devices),
                  "--patience", "3",     "--quiet"};
    for (const auto& eid : eids_) {
      line.push_back(file("cards/" + eid + ".eis.json"));
      fleet.push_back(file("cards/" + eid + ".eider"));
    }
    call(line);
    devices_ = start("devices", fleet, "registered");
  }

  const Options& o_;
  fs::path dir_;
  Ports ports_;
  std::vector<std::string> eids_;
  std::unique_ptr<Child> smsc_, smsr_, smdp_, devices_;
};

// Of a download: the EUM's signatures of the EIS and of CERT.ECASD are verified, the one-time key is made,
// signed and agreed with the card's; 12 KB go through SCP03t, and once more through TLS to the card.
double floor_us() {
  SessionCounts counts;
  counts.signatures = 1;
  counts.verifications = 2;
  const auto f = measure_crypto_floor(crypto::Curve::kP256, 201, counts);
  return f.session + f.package;
}

Calls calls(const Options& o, const System& system, std::uint64_t first, std::uint64_t count) {
  Calls out;
  out.count = count;
  out.window = o.window;
  out.peer = {sgp02::EntityId(kSmdpId), {"smdp.example.com", system.ports().smdp, "/es2"}};
  out.interface = sgp02::Interface::kEs2;
  out.replies = system.ports().replies;
  out.request = [&system, first](std::uint64_t n) {
    sgp02::es2::DownloadProfileRequest r;
    r.base.functionCallIdentifier = "download-" + std::to_string(first + n);
    r.base.validityPeriod = 3600;
    r.eid = *sgp22::parse_eid(system.eids().at(first + n));
    r.smsrId = sgp02::EntityId(kSmsrId);
    r.profileType = "mno-default";
    r.enableProfile = true;
    return std::any(r);
  };
  return out;
}

int run_all(const Options& o, const fs::path& dir) {
  System system(o, dir);
  const auto identity = operator_identity(dir / "pki");
  const auto part = [&](std::uint64_t first, std::uint64_t count) {
    Operator op(calls(o, system, first, count), identity);
    op.run([](std::uint64_t) {});
    op.stop();
  };
  if (o.warm > 0) part(0, o.warm);
  const double before = floor_us();
  const double smsr = system.smsr().cpu_seconds(), smdp = system.smdp().cpu_seconds();
  const auto start = Steady::now();
  part(o.warm, o.cards);
  const double wall = std::chrono::duration<double>(Steady::now() - start).count();
  const double each = 1e6 / static_cast<double>(o.cards);
  const double of_smsr = (system.smsr().cpu_seconds() - smsr) * each,
               of_smdp = (system.smdp().cpu_seconds() - smdp) * each;
  const double floor = (before + floor_us()) / 2;
  const double ratio = (of_smsr + of_smdp) / floor;
  std::printf("package of %ju octets, %llu downloads in %.1f s: %.1f a second, with cards and devices\n",
              static_cast<std::uintmax_t>(fs::file_size(dir / "template.der")),
              static_cast<unsigned long long>(o.cards), wall, static_cast<double>(o.cards) / wall);
  std::printf("CPU a download: SM-SR %.0f us, SM-DP %.0f us; floor %.0f us: %.2f times, limit %.1f%s\n",
              of_smsr, of_smdp, floor, ratio, kLimit, ratio <= kLimit ? "" : "  TOO MUCH");
  std::printf("memory: SM-SR %ld kB, SM-DP %ld kB\n", system.smsr().resident_kb(),
              system.smdp().resident_kb());
  system.stop();
  return ratio <= kLimit ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  o.eider = (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "apps/eider/eider").string();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--cards")
      o.cards = std::stoull(value);
    else if (name == "--warm")
      o.warm = std::stoull(value);
    else if (name == "--window")
      o.window = std::stoull(value);
    else if (name == "--dir")
      o.dir = value;
    else if (name == "--eider")
      o.eider = value;
    else
      return std::fprintf(stderr, "unknown option %s\n", argv[i]), 2;
  }
  const auto dir = fs::path(o.dir) / ("m2m-download-" + std::to_string(::getpid()));
  fs::create_directories(dir);
  int result = 1;
  try {
    result = run_all(o, dir);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_m2m_download: %s\n", e.what());
  }
  if (!std::getenv("EIDER_BENCH_KEEP")) fs::remove_all(dir);
  return result;
}
