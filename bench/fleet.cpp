// bench_fleet: many cards in one store: octets a card takes, powering up one of them, commits of many.
//
//   bench_fleet [--cards N] [--dir DIR] [--keep] [--only-read]
//
// Every card is manufactured whole: EID, key pair, CERT.EUICC and one enabled Profile of 12 KB with its own
// ICCID, IMSI, K, OPc, codes and OTA keys. Fails above a limit.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>
#include <unistd.h>

#include "card/stored_card.hpp"
#include "measure.hpp"
#include "profile/personalise.hpp"
#include "sample_profile.hpp"
#include "store/card_fleet.hpp"
#include "support/card_fixtures.hpp"

namespace {
using namespace eider;
using namespace eider::test;
using bench::percentile;
using bench::resident_kb;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

struct Options {
  std::uint32_t cards = 100000;
  fs::path dir = fs::temp_directory_path();
  bool keep = false, only_read = false;
};

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}
bool report(const char* what, double value, const char* unit, double limit) {
  std::printf("%-56s %9.1f %s of %7.0f: %4.0f %%%s\n", what, value, unit, limit, value / limit * 100,
              value < limit ? "" : "  TOO MUCH");
  return value < limit;
}
sgp22::Eid eid_of(std::uint64_t number) {
  return *eum::make_eid("89049032", number);
}
std::string digits(const char* prefix, std::uint64_t number, int width) {
  char text[40];
  std::snprintf(text, sizeof text, "%s%0*llu", prefix, width, static_cast<unsigned long long>(number));
  return text;
}
std::string code(Random& random) {
  return digits("", random.below(100'000'000), 8);
}

class Factory {
 public:
  explicit Factory(const TestPki& pki)
      : signer_(eum_signer(pki, crypto::Curve::kP256)),
        template_(must(profile::ProfileTemplate::load(bench::generic_profile(kIccidA, 12 * 1024)))),
        metadata_(plan_of_class(kIccidA).metadata) {}

  std::size_t package_octets() const { return template_.size(); }

  void make(std::uint64_t number, card::MemoryNvm& memory) const {
    SystemRandom random;
    const auto iccid = must(profile::Iccid::parse(digits("8988211", number, 11) + "?"));
    profile::SubscriberData own;
    own.iccid = iccid.digits;
    own.imsi = digits("00101", number, 10);
    own.k = Secret(random.bytes(16)), own.opc = Secret(random.bytes(16));
    own.pin1 = must(profile::encode_pin(code(random).substr(0, 4)));
    own.puk1 = must(profile::encode_puk(code(random)));
    own.adm1 = must(profile::encode_adm(code(random)));
    own.kic = Secret(random.bytes(16)), own.kid = Secret(random.bytes(16)),
    own.kik = Secret(random.bytes(16));
    eum::CardModel model;
    auto& loaded = model.preloaded.emplace_back();
    loaded.metadata = metadata_;
    loaded.metadata.iccid = iccid.file();
    loaded.profilePackage = must(template_.personalise(own));
    loaded.enabled = true;
    loaded.ciPKId = *sgp22::KeyIdentifier::from(signer_.ci.subject_key_identifier());
    must(card::manufacture(
        must(eum::personalise(model, eid_of(number), std::span(&signer_, 1), pki_time(), random)), memory));
  }

 private:
  eum::EumSigner signer_;
  profile::ProfileTemplate template_;
  sgp22::StoreMetadataRequest metadata_;
};

// On both cores, in groups of one commit each. The octets of keys and values that one card has.
double make_all(store::CardFleet& fleet, const Factory& factory, std::uint32_t cards) {
  constexpr std::uint32_t kGroup = 500;
  const auto start = Steady::now();
  std::atomic<std::uint32_t> next = 1, done = 0;
  std::atomic<std::uint64_t> octets = 0;
  const auto work = [&] {
    for (auto first = next.fetch_add(kGroup); first <= cards; first = next.fetch_add(kGroup)) {
      std::vector<card::MemoryNvm> memories(std::min(kGroup, cards - first + 1));
      std::vector<store::CardFleet::NewCard> group;
      for (std::uint32_t i = 0; i < memories.size(); ++i) {
        factory.make(first + i, memories[i]);
        octets += memories[i].size();
        group.push_back({eid_of(first + i), &memories[i]});
      }
      must(fleet.add(group));
      const auto n = done += static_cast<std::uint32_t>(group.size());
      if (n / 10000 != (n - group.size()) / 10000)
        std::fprintf(stderr, "%u of %u cards, %.0f a second\n", n, cards, n / seconds_since(start));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1u); ++i) threads.emplace_back(work);
  for (auto& t : threads) t.join();
  std::printf("%u cards manufactured in %.0f s, %.0f a second\n", cards, seconds_since(start),
              cards / seconds_since(start));
  return static_cast<double>(octets) / cards;
}

struct PowerUp {
  std::vector<double> atr, select, cpu;  // microseconds: to the ATR, and to the answer of the first SELECT
};
// Cards chosen at random, each from the store to its first answers and back.
PowerUp power_up(store::CardFleet& fleet, std::uint32_t cards, int samples, std::uint64_t seed) {
  SeededRandom random(seed);
  const auto select = hex("00A40004022FE2");
  PowerUp out;
  for (int i = 0; i < samples; ++i) {
    const auto eid = eid_of(random.below(cards) + 1);
    const auto start = Steady::now();
    const double cpu = bench::thread_cpu();
    card::StoredCard card(must(fleet.open_card(eid)));
    must(card.reset());
    out.atr.push_back(seconds_since(start) * 1e6);
    const auto answer = must(card.transmit(select));
    out.select.push_back(seconds_since(start) * 1e6);
    out.cpu.push_back((bench::thread_cpu() - cpu) * 1e6);
    if (answer[0] != 0x61) std::abort();
  }
  return out;
}
void print(const char* what, const std::vector<double>& v) {
  std::printf("%-56s p50 %.1f, p95 %.1f, p99 %.1f, max %.0f us\n", what, percentile(v, 0.5),
              percentile(v, 0.95), percentile(v, 0.99), percentile(v, 1));
}
void forget_cached(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ::fsync(fd);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  ::close(fd);
}

// The card is its own: the EID it tells and EF.ICCID.
void check(store::CardFleet& fleet, std::uint32_t number) {
  card::StoredCard card(must(fleet.open_card(eid_of(number))));
  CardDriver driver(card);
  driver.open();
  const auto eid = driver.store_data("BF3E035C015A");
  driver.apdu("00A40004022FE2");
  const auto iccid = driver.apdu("00B000000A");
  const auto wanted = must(profile::Iccid::parse(digits("8988211", number, 11) + "?"));
  if (to_hex(eid.data).find(to_hex(eid_of(number))) == std::string::npos ||
      iccid.data != to_bytes(wanted.file()))
    std::abort();
}

void powered_together(store::CardFleet& fleet, std::uint32_t cards) {
  const auto n = std::min(cards, 10000u);
  const auto before = resident_kb();
  std::vector<std::unique_ptr<card::StoredCard>> powered;
  for (std::uint32_t i = 1; i <= n; ++i) {
    powered.push_back(std::make_unique<card::StoredCard>(must(fleet.open_card(eid_of(i)))));
    must(powered.back()->transmit(hex("00A40004022FE2")));
  }
  std::printf("%-56s %9.1f KB each\n", (std::to_string(n) + " powered cards, memory").c_str(),
              static_cast<double>(resident_kb() - before) / n);
}

void commits_of_many(store::CardFleet& fleet) {
  constexpr std::uint32_t kThreads = 32;
  constexpr int kEach = 50;
  const auto commits = fleet.commits(), writes = fleet.writes();
  const auto start = Steady::now();
  std::vector<std::thread> threads;
  for (std::uint32_t t = 1; t <= kThreads; ++t)
    threads.emplace_back([&fleet, t] {
      const auto memory = must(fleet.open_card(eid_of(t)));
      for (int i = 0; i < kEach; ++i) {
        card::NvmBatch batch;
        batch.put("bench", Bytes(16, static_cast<std::uint8_t>(i)));
        must(memory->commit(batch));
      }
    });
  for (auto& t : threads) t.join();
  const auto done = static_cast<double>(fleet.writes() - writes);
  std::printf("%-56s %9.0f a second, %.1f to a commit\n", "durable writes of 32 cards",
              done / seconds_since(start), done / static_cast<double>(fleet.commits() - commits));
}

int run(const Options& o) {
  const auto file = o.dir / "bench.fleet";
  const Factory factory(make_test_pki({crypto::Curve::kP256}));
  double logical = 0;
  if (!o.only_read) {
    auto fleet = must(store::CardFleet::create(file));
    logical = make_all(*fleet, factory, o.cards);
  }
  const auto stored = static_cast<double>(fs::file_size(file)) / o.cards;
  auto fleet = must(store::CardFleet::open(file));
  const auto package = static_cast<double>(factory.package_octets());
  if (!o.only_read)
    std::printf("profile package %.0f octets; keys and values of a card beside it %.0f\n", package,
                logical - package);
  bool ok = report("octets a card takes of the store, its Profile included", stored, "octets", 12288);

  forget_cached(file);
  print("powered up, nothing of the store in memory: ATR", power_up(*fleet, o.cards, 500, 1).atr);
  for (std::uint32_t i = 1; i <= 200; ++i) check(*fleet, 1 + (i * 7919) % o.cards);
  {
    std::ifstream(file, std::ios::binary).ignore(std::numeric_limits<std::streamsize>::max());
  }
  power_up(*fleet, o.cards, 2000, 2);
  const auto times = power_up(*fleet, o.cards, 20000, 3);
  ok &= report("powered up to the ATR, median", percentile(times.atr, 0.5), "us", 100);
  ok &= report("powered up to the first SELECT, median", percentile(times.select, 0.5), "us", 100);
  print("powered up to the ATR", times.atr);
  print("powered up to the first SELECT", times.select);
  print("processor time to the first SELECT", times.cpu);
  powered_together(*fleet, o.cards);
  commits_of_many(*fleet);
  fleet.reset();
  if (!o.keep)
    for (const auto* end : {"", "-wal", "-shm", ".lock"}) fs::remove(file.string() + end);
  return ok ? 0 : 1;
}
}  // namespace

int main(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string_view a = argv[i];
    if (a == "--keep")
      o.keep = true;
    else if (a == "--only-read")
      o.only_read = o.keep = true;
    else if (a == "--cards" && i + 1 < argc)
      o.cards = static_cast<std::uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    else if (a == "--dir" && i + 1 < argc)
      o.dir = argv[++i];
    else
      return std::fprintf(stderr, "bench_fleet [--cards N] [--dir DIR] [--keep] [--only-read]\n"), 2;
  }
  return run(o);
}
