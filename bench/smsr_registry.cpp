// bench_smsr_registry: does a registry of N eUICCs cost more than one of 1,000?
//
//   bench_smsr_registry [--cards N] [--dir DIR] [--rounds N]
//
// Each eUICC has its EIS as received, two Profiles, two key sets and an audit record. Looked up: an eUICC by
// an ICCID, its Profiles and keys. Changed, durably: what one step of an operation over SMS changes: counter,
// state, operation, audit record, outbox, answered call. The two registries take turns, so that what else the
// machine does strikes both. Look-ups are measured in processor time, since they wait for nothing that is in
// memory; changes, which wait for the disk, by the clock. Fails above a limit.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/random.hpp"
#include "measure.hpp"
#include "store/smsr_sqlite.hpp"

namespace {
using namespace eider;
using namespace eider::smsr;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr double kLimit = 1.3;
constexpr std::uint32_t kSmall = 1000;

void must(const Status& s) {
  if (s) return;
  std::fprintf(stderr, "%s\n", s.error().message().c_str());
  std::exit(1);
}
template <std::size_t N>
FixedBytes<N> numbered(std::uint8_t first, std::uint64_t number) {
  FixedBytes<N> out;
  out[0] = first;
  for (std::size_t i = 0; i < 8; ++i) out[N - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return out;
}
Eid eid_of(std::uint64_t card) {
  return numbered<16>(0x89, card);
}
// ICCIDs of neighbours are not neighbours: Profiles come from several operators.
Iccid iccid_of(std::uint64_t card, unsigned n) {
  return numbered<10>(static_cast<std::uint8_t>(0x90 + n), card * 0x9E3779B97F4A7C15U);
}
const EntityId kOperator("2.999.1"), kSmsr("2.999.2");

std::string msisdn_of(std::uint64_t card, unsigned n) {
  return "49" + std::to_string(1500000000000 + card * 2 + n);
}
Profile profile_of(std::uint64_t card, unsigned n) {
  Profile p;
  p.eid = eid_of(card);
  p.iccid = iccid_of(card, n);
  p.isdp_aid = numbered<16>(0xA0, n);
  p.state = n == 0 ? ProfileState::kEnabled : ProfileState::kDisabled;
  p.owner = kOperator;
  p.smdp_id = kSmsr;
  p.type = "telematics";
  p.fallback = n == 0;
  p.imsi = "00101" + std::to_string(1000000000 + card);
  p.msisdn = msisdn_of(card, n);
  p.allocated_memory = 65536;
  return p;
}
CardKeys keys_of(std::uint64_t card, std::uint8_t version, Random& random) {
  CardKeys k;
  k.eid = eid_of(card);
  k.version = version;
  k.type = version < 0x40 ? KeySetType::kScp80 : KeySetType::kScp81;
  for (std::uint8_t i = 1; i <= 3; ++i) k.keys.push_back({i, 0x88, Secret(random.bytes(16))});
  return k;
}
EisDocument document_of(std::uint64_t card, const std::string& text) {
  EisDocument d;
  d.eid = eid_of(card);
  d.signed_info.info.eid = d.eid;
  d.signed_info.signedInfoXml = text.substr(0, 3000);
  d.signed_info.signatureXml = text.substr(0, 2400);
  return d;
}

class Registry {
 public:
  Registry(const fs::path& dir, std::uint32_t cards) : cards_(cards) {
    path_ = (dir / ("registry-" + std::to_string(cards) + ".db")).string();
    remove();
    keys_.add_wrapping_key("store", *crypto::SealingKey::make(Secret(random_.bytes(32))));
    auto opened = store::SmsrSqlite::open(path_, {&keys_});
    must(opened ? Status{} : Status(tl::unexpected(opened.error())));
    store_ = *std::move(opened);
    fill();
  }
  ~Registry() {
    store_.reset();
    remove();
  }
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  std::uint32_t cards() const { return cards_; }
  std::uintmax_t octets() const { return fs::file_size(path_) + log_octets(); }
  std::uintmax_t log_octets() const { return fs::file_size(path_ + "-wal"); }

  void look_up() {
    const auto iccid = iccid_of(random_.below(cards_), 1);
    must(store_->read([&](StoreReader& r) -> Status {
      EIDER_TRY(eid, r.eid_of_iccid(iccid));
      EIDER_TRY(euicc, r.euicc(*eid));
      EIDER_TRY(profiles, r.profiles(*eid));
      EIDER_TRY(keys, r.key_set(*eid, 1));
      if (!euicc || profiles.size() != 2 || !keys) return fail_local("not all of it was found");
      return {};
    }));
  }
  // The operation of one card goes on; the one before it has ended.
  void change() { change(random_.below(cards_)); }
  void change(std::uint64_t card) {
    must(store_->write([&](StoreTransaction& tx) -> Status { return step(tx, card); }));
  }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path_ + suffix);
  }
  void fill() {
    constexpr std::uint32_t kBatch = 500;
    std::string text;
    while (text.size() < 3000) text += to_hex(random_.bytes(16));
    for (std::uint32_t first = 0; first < cards_; first += kBatch)
      must(store_->write_unsynced([&](StoreTransaction& tx) -> Status {
        for (std::uint64_t card = first; card < std::min(cards_, first + kBatch); ++card)
          EIDER_CHECK(add(tx, card, text));
        return {};
      }));
  }
  Status add(StoreTransaction& tx, std::uint64_t card, const std::string& text) {
    Euicc e;
    e.eid = eid_of(card);
    e.remaining_memory = e.available_memory = 500000;
    e.address = msisdn_of(card, 0);
    e.scp80_version = 1;
    e.scp81_version = 0x40;
    EIDER_CHECK(tx.put_euicc(e));
    EIDER_CHECK(tx.put_document(document_of(card, text)));
    EIDER_CHECK(tx.put_key_set(keys_of(card, 1, random_)));
    EIDER_CHECK(tx.put_key_set(keys_of(card, 0x40, random_)));
    for (const unsigned n : {0U, 1U}) EIDER_CHECK(tx.put_profile(profile_of(card, n)));
    return tx.add_audit_record(record_of(card));
  }
  static sgp02::AuditTrailRecord record_of(std::uint64_t card) {
    sgp02::AuditTrailRecord r;
    r.eid = eid_of(card);
    r.smsrId = kSmsr;
    r.operationDate = Time(Duration(1'800'000'000'000));
    r.operationType = sgp02::OperationType::kEnableProfile;
    r.requesterId = kOperator;
    r.operationExecutionStatus.emplace();
    r.iccid = iccid_of(card, 1);
    return r;
  }
  Status step(StoreTransaction& tx, std::uint64_t card) {
    const auto eid = eid_of(card);
    const Time now(Duration(1'800'000'000'000 + static_cast<std::int64_t>(++steps_)));
    EIDER_TRY(keys, tx.key_set(eid, 1));
    EIDER_TRY(p, tx.profile(eid, iccid_of(card, 1)));
    if (!keys || !p) return fail_local("not all of it was found");
    ++keys->counter;
    EIDER_CHECK(tx.put_key_set(*keys));
    p->state = p->state == ProfileState::kEnabled ? ProfileState::kDisabled : ProfileState::kEnabled;
    EIDER_CHECK(tx.put_profile(*p));
    AnsweredCall call;
    call.call = {
        "ES4-EnableProfile", kOperator, "call-" + std::to_string(steps_.load()), "message", "transaction",
        "https://op/es4",    now};
    call.eid = eid;
    EIDER_CHECK(tx.put_answered_call(call));
    EIDER_TRY(before, tx.operations(eid));
    for (const auto& o : before) EIDER_CHECK(tx.remove_operation(o.id));
    Operation o;
    o.eid = eid;
    o.kind = OperationKind::kEnable;
    o.call = call.call;
    o.iccid = iccid_of(card, 1);
    o.counter = keys->counter;
    o.created_at = now;
    o.next_at = o.expires_at = now + Duration(60000);
    EIDER_CHECK(tx.add_operation(o));
    EIDER_CHECK(tx.add_audit_record(record_of(card)));
    OutboxEntry e;
    e.key = std::to_string(card);
    e.target = kOperator;
    e.eid = eid;
    e.call = call.call;
    e.not_before = now;
    EIDER_CHECK(tx.add_outbox(e));
    return tx.remove_outbox(e.id);
  }

  std::uint32_t cards_;
  std::string path_;
  SystemRandom random_;
  crypto::MemoryKeyStore keys_;
  std::unique_ptr<store::SmsrSqlite> store_;
  std::atomic<std::uint64_t> steps_ = 0;
};

// Microseconds each, of a round.
enum class By : std::uint8_t { kProcessor, kClock };
template <class F>
double time_of(By by, unsigned times, F&& act) {
  const auto now = [by] {
    return by == By::kProcessor ? bench::thread_cpu() : bench::seconds(CLOCK_MONOTONIC);
  };
  const double start = now();
  for (unsigned i = 0; i < times; ++i) act();
  return (now() - start) * 1e6 / times;
}

// Medians over the rounds of both, which take turns.
bool compare(const char* what, By by, Registry& small, Registry& large, unsigned rounds, unsigned times,
             const std::function<void(Registry&)>& act) {
  std::vector<double> of_small, of_large;
  for (unsigned i = 0; i < rounds; ++i) {
    of_small.push_back(time_of(by, times, [&] { act(small); }));
    of_large.push_back(time_of(by, times, [&] { act(large); }));
  }
  const auto s = bench::percentile(of_small, 0.5), l = bench::percentile(of_large, 0.5);
  std::printf("%-34s %8.1f us of %u, %8.1f us of %u: %.2f times, limit %.1f%s\n", what, s, small.cards(), l,
              large.cards(), l / s, kLimit, l / s <= kLimit ? "" : "  TOO MUCH");
  return l / s <= kLimit;
}

// As a campaign goes: many threads, whose commits are made together.
double changes_per_second(Registry& registry, unsigned threads, unsigned each) {
  const auto start = Steady::now();
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      SystemRandom random;
      for (unsigned i = 0; i < each; ++i) registry.change(random.below(registry.cards()));
    });
  for (auto& t : all) t.join();
  return threads * each / std::chrono::duration<double>(Steady::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t cards = 100000;
  unsigned rounds = 30;
  fs::path dir = fs::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--cards") == 0) cards = static_cast<std::uint32_t>(std::stoul(argv[i + 1]));
    if (std::strcmp(argv[i], "--rounds") == 0) rounds = static_cast<unsigned>(std::stoul(argv[i + 1]));
    if (std::strcmp(argv[i], "--dir") == 0) dir = argv[i + 1];
  }
  Registry small(dir, kSmall);
  const auto memory_before = bench::resident_kb();
  const auto start = Steady::now();
  Registry large(dir, cards);
  const double filling = std::chrono::duration<double>(Steady::now() - start).count();
  std::printf("%u eUICCs in %.1f s: %.0f a second, %.0f octets each\n", cards, filling, cards / filling,
              static_cast<double>(large.octets()) / cards);
  bool good = compare("look-up", By::kProcessor, small, large, rounds, 500, [](Registry& r) { r.look_up(); });
  good &=
      compare("state change, durable", By::kClock, small, large, rounds, 50, [](Registry& r) { r.change(); });
  for (Registry* r : {&small, &large}) {
    const auto log = r->log_octets();
    const auto rate = changes_per_second(*r, 32, 200);
    const auto grown = static_cast<double>(r->log_octets()) - static_cast<double>(log);
    std::printf("32 threads, %7u eUICCs: %6.0f changes a second", r->cards(), rate);
    if (grown > 0) std::printf(", log grew by %.1f pages a change", grown / 4120 / (32 * 200));
    std::printf("\n");
  }
  std::printf("memory: %ld kB before the large registry was filled, %ld kB now\n", memory_before,
              bench::resident_kb());
  return good ? 0 : 1;
}
