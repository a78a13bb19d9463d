// What the emulated eUICC costs: processor time of the card alone for each step of a download, and the size
// of a stored card. Prints each as a ratio to its limit and fails above it.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <time.h>
#include <unistd.h>

#include "sample_profile.hpp"
#include "spec/sgp22/es10c.hpp"
#include "store/card_file.hpp"
#include "support/card_fixtures.hpp"
#include "support/shared_data.hpp"

namespace {
using namespace eider;
using namespace eider::test;

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

// Adds up the time spent inside the card, and nowhere else.
class Stopwatch final : public CardPort {
 public:
  explicit Stopwatch(CardPort& card) : card_(card) {}
  Result<Bytes> reset() override { return card_.reset(); }
  Result<Bytes> transmit(ByteView command) override {
    const double start = cpu_ms();
    auto r = card_.transmit(command);
    spent_ += cpu_ms() - start;
    return r;
  }
  double lap() { return std::exchange(spent_, 0); }

 private:
  CardPort& card_;
  double spent_ = 0;
};

BppPlan plan_of_12_kb() {
  auto plan = plan_of_class(kIccidA);
  plan.upp = bench::generic_profile(kIccidA, 12 * 1024);
  return plan;
}

double median(std::vector<double> v) {
  std::ranges::sort(v);
  return v[v.size() / 2];
}

bool report(const char* what, double value, const char* unit, double limit) {
  std::printf("%-44s %9.2f %s of %9.2f %s: %4.0f %%%s\n", what, value, unit, limit, unit, value / limit * 100,
              value < limit ? "" : "  TOO MUCH");
  return value < limit;
}

// The card file after manufacture and one installation.
std::size_t stored_octets(const TestPki& pki, const BppPlan& plan) {
  const auto path =
      std::filesystem::temp_directory_path() / ("eider-bench-card-" + std::to_string(::getpid()));
  std::filesystem::remove(path);
  auto file = must(store::CardFile::create(path));
  SeededRandom random(3);
  const auto signer = eum_signer(pki, crypto::Curve::kP256);
  must(card::manufacture(
      must(eum::personalise({}, *sgp22::parse_eid(kCardEid), std::span(&signer, 1), pki_time(), random)),
      *file));
  card::Euicc euicc(*file, random);
  CardDriver driver(euicc);
  driver.open();
  MiniSmdpp smdpp(pki);
  if (!success_of(Download(driver, smdpp, hex(kCardEid)).run(plan))) std::abort();
  const auto size = std::filesystem::file_size(path);
  std::filesystem::remove(path);
  return size;
}
// Milliseconds of the card in one download.
struct Costs {
  double authenticate, prepare, install, enable;
};
// Nothing: the card did not install the package.
std::optional<Costs> one_download(const TestPki& pki, const BppPlan& plan) {
  eum::CardModel model;
  model.java_card = true;  // TS.48 v1 demands it
  TestCard card(pki, model);
  Stopwatch watch(card.euicc);
  CardDriver driver(watch);
  MiniSmdpp smdpp(pki);
  Download d(driver, smdpp, hex(kCardEid));
  Costs c{};
  watch.lap();
  d.authenticate();
  c.authenticate = watch.lap();
  d.prepare();
  c.prepare = watch.lap();
  const auto segments = d.bind(plan);
  watch.lap();
  const auto result = d.load(segments);
  c.install = watch.lap();
  if (!result || !success_of(*result)) return std::nullopt;
  driver.call<sgp22::EnableProfileResponse>(sgp22::EnableProfileRequest{{plan.metadata.iccid}, false});
  c.enable = watch.lap();
  return c;
}
// Empty: one of them failed.
std::vector<Costs> downloads(const TestPki& pki, const BppPlan& plan, int runs) {
  std::vector<Costs> out;
  for (int i = 0; i < runs; ++i) {
    const auto c = one_download(pki, plan);
    if (!c) return {};
    out.push_back(*c);
  }
  return out;
}
double median(std::span<const Costs> runs, double Costs::* step) {
  std::vector<double> v;
  for (const auto& c : runs) v.push_back(c.*step);
  return median(std::move(v));
}

// A package of TS.48, from the first to the last segment.
bool report_package(const TestPki& pki, const std::string& file) {
  const auto name = std::filesystem::path(file).filename().string();
  auto plan = plan_of_class("89000123456789012341", sgp22::ProfileClass::kTest);
  plan.upp = read_file(file);
  const auto runs = downloads(pki, plan, 15);
  if (runs.empty()) {
    std::printf("%-44s NOT INSTALLED\n", name.c_str());
    return false;
  }
  return report(name.c_str(), median(runs, &Costs::install), "ms", 8);
}

}  // namespace

int main(int argc, char** argv) {
  const auto pki = make_test_pki({crypto::Curve::kP256});
  const auto plan = plan_of_12_kb();
  const auto runs = downloads(pki, plan, 40);
  if (runs.empty()) return 2;
  std::printf("profile package of %zu octets, medians of %zu runs, processor time of the card alone\n",
              plan.upp.size(), runs.size());
  bool ok = report("AuthenticateServer", median(runs, &Costs::authenticate), "ms", 5);
  ok &= report("PrepareDownload", median(runs, &Costs::prepare), "ms", 5);
  ok &= report("LoadBoundProfilePackage", median(runs, &Costs::install), "ms", 5);
  ok &= report("EnableProfile", median(runs, &Costs::enable), "ms", 5);
  ok &= report("card file with the profile", static_cast<double>(stored_octets(pki, plan)) / 1024, "KB", 64);
  for (int i = 1; i < argc; ++i) ok &= report_package(pki, argv[i]);
  return ok ? 0 : 1;
}
