// bench_campaign: what does a campaign cost its operator, and does a large one cost more for each card?
//
//   bench_campaign [--cards N] [--dir DIR] [--in-flight N]
//
// The runner over its store on disk, requests written and answers read as on the wire; the SM-SR is a
// function that says yes at once. Counted is the CPU time of this side, of one EnableProfile a card. Fails
// above a limit.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>

#include "measure.hpp"
#include "roles/campaign/messages.hpp"
#include "roles/campaign/runner.hpp"
#include "store/campaign_sqlite.hpp"

namespace {
using namespace eider;
using namespace eider::campaign;
namespace fs = std::filesystem;
namespace soap = sgp02::soap;

constexpr double kMostMicroseconds = 250;  // a quarter of a core at 1,000 cards a second
constexpr double kMostRatio = 1.3;
constexpr std::uint32_t kSmall = 2000;

template <class T>
T must(Result<T> r) {
  if (!r) {
    std::fprintf(stderr, "%s\n", r.error().message().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(r);
}

const EntityId kSelf("2.999.30"), kSmsr("2.999.20");

Eid eid_of(std::uint32_t n) {
  Eid out;
  out[0] = 0x89;
  for (std::size_t i = 0; i < 4; ++i) out[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return out;
}
Iccid iccid_of(std::uint32_t n) {
  Iccid out;
  out[0] = 0x98;
  for (std::size_t i = 0; i < 4; ++i) out[9 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return out;
}

class Calls final : public CallPort {
 public:
  void send(std::vector<Call> calls) override {
    for (auto& c : calls) waiting.push_back(std::move(c));
  }
  std::vector<Call> waiting;
};

// The answer to a call, as an SM-SR sends it: made once, then the call's identifier is put in.
class Answers {
 public:
  explicit Answers(Time now) {
    sgp02::MessageHeader header;
    header.sender.id = kSmsr;
    header.receiver.id = kSelf;
    header.receiver.address = "https://mno.example.com/";
    header.messageId = soap::make_message_id(kSmsr, "0123456789ABCDEF0123456789ABCDEF", "T", now);
    header.relatesTo = soap::make_message_id(kSelf, kMark, kMark, now);
    sgp02::EuiccResponse body;
    body.base.processingStart = body.base.processingEnd = now;
    text_ = soap::encode_response(header, *sgp02::find_function("ES4-EnableProfile"), body);
  }
  std::string to(const std::string& identifier) const {
    auto out = text_;
    for (std::size_t at = 0; (at = out.find(kMark, at)) != std::string::npos; at += identifier.size())
      out.replace(at, kMark.size(), identifier);
    return out;
  }

 private:
  static constexpr std::string_view kMark = "MARKMARKMARK";
  std::string text_;
};

struct Cost {
  double runner = 0, requests = 0, answers = 0;  // microseconds a card
  double wall = 0;                               // seconds
  double all() const { return runner + requests + answers; }
};

Cost run(const fs::path& dir, std::uint32_t cards, std::uint32_t in_flight) {
  const auto path = (dir / ("bench-campaign-" + std::to_string(cards) + ".db")).string();
  const auto remove = [&] {
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path + suffix);
  };
  remove();
  Cost cost;
  {
    auto store = must(store::CampaignSqlite::open(path));
    Campaign c;
    c.name = "bench";
    c.tag = "0011223344556677";
    c.wanted = Wanted::kRun;
    c.pace.in_flight = in_flight;
    must(store->write([&](StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.add_campaign(c));
      for (std::uint32_t n = 1; n <= cards; ++n) {
        Card card;
        card.seq = n;
        card.eid = eid_of(n);
        card.target = iccid_of(n);
        card.action = Action::kEnable;
        EIDER_CHECK(tx.add_card(c.id, card));
      }
      return {};
    }));
    SystemClock clock;
    SystemRandom random;
    Calls calls;
    const Parties parties{
        kSelf, Peer{kSmsr, {"smsr.example.com", 8445, "/"}}, {}, kSmsr, "https://mno.example.com/"};
    Runner runner(*store, calls, clock, random, kSelf, Mode::kRun);
    must(runner.start(c.id));
    const Answers answers(clock.now());
    std::vector<Answer> arrived;
    std::size_t octets = 0;
    const auto began = std::chrono::steady_clock::now();
    const auto timed = [](double& sum, const std::function<void()>& act) {
      const auto start = bench::process_cpu();
      act();
      sum += bench::process_cpu() - start;
    };
    for (bool finished = false; !finished;) {
      timed(cost.runner, [&] {
        finished = must(runner.turn(std::exchange(arrived, {}))).state == Turn::State::kFinished;
      });
      const auto batch = std::exchange(calls.waiting, {});
      timed(cost.requests, [&] {
        for (const auto& call : batch) octets += request_of(parties, call).body.size();
      });
      std::vector<std::string> replies;
      for (const auto& call : batch) replies.push_back(answers.to(call.identifier));
      timed(cost.answers, [&] {
        for (const auto& r : replies)
          if (auto m = soap::decode(as_bytes(r)))
            if (auto a = read_late(parties, runner.campaign(), *m)) arrived.push_back(*std::move(a));
      });
    }
    cost.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (of(runner.tally(), CardState::kDone) != cards || octets == 0) {
      std::fprintf(stderr, "not every card was moved\n");
      std::exit(1);
    }
  }
  remove();
  for (auto* part : {&cost.runner, &cost.requests, &cost.answers}) *part *= 1e6 / cards;
  return cost;
}

void print(std::uint32_t cards, const Cost& c) {
  std::printf("%8u cards: %6.1f us each: store and runner %.1f, requests %.1f, answers %.1f; %.0f cards/s\n",
              cards, c.all(), c.runner, c.requests, c.answers, cards / c.wall);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t cards = 100000, in_flight = 500;
  fs::path dir = fs::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--cards") == 0) cards = static_cast<std::uint32_t>(std::stoul(argv[i + 1]));
    if (std::strcmp(argv[i], "--in-flight") == 0)
      in_flight = static_cast<std::uint32_t>(std::stoul(argv[i + 1]));
    if (std::strcmp(argv[i], "--dir") == 0) dir = argv[i + 1];
  }
  run(dir, kSmall, in_flight);  // warm
  const auto small = run(dir, kSmall, in_flight);
  print(kSmall, small);
  const auto before = bench::resident_kb();
  const auto large = run(dir, cards, in_flight);
  print(cards, large);
  const double ratio = large.all() / small.all();
  std::printf(
      "a card of the large one: %.2f times, limit %.1f; of a core at 1,000 cards/s: %.0f%%, limit %.0f%%; "
      "%ld kB more memory\n",
      ratio, kMostRatio, large.all() / 10, kMostMicroseconds / 10, bench::resident_kb() - before);
  return ratio <= kMostRatio && large.all() <= kMostMicroseconds ? 0 : 1;
}
