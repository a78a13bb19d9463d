// An enabled Profile under any sequence of AUTHENTICATE and GET IDENTITY, true and false vectors, resets and
// power losses: no crash, and no SQN that was accepted once is accepted again, nor one below it with the same
// IND.
//
// The input is a list of operations, an octet each with its arguments:
//   0 raw data to a context (P2, length, octets)   1 vector (SEQ, IND; b8 of IND: for GBA)   2 the last
//   vector again 3 reset   4 power loss at write n (octet)   5 GET IDENTITY (octet P2)   6 the other
//   application
#include <cstdlib>
#include <map>

#include "crypto/gba.hpp"
#include "profile/network_authentication.hpp"
#include "support/operations.hpp"
#include "support/uicc_profile.hpp"

namespace {
using namespace eider;
using namespace eider::test;

struct Machine {
  Sim sim;
  Operations in;
  std::unique_ptr<crypto::AkaAlgorithm> network;
  std::map<std::pair<bool, unsigned>, std::uint64_t> accepted;  // by application and IND
  bool isim = false;
  std::uint64_t seq = 0;
  unsigned ind = 0;
  Bytes last;

  explicit Machine(ByteView input) : in(input) {
    const auto package = uicc_test_package(kIccidA);
    for (const auto& part : must(profile::read_package(package))) {
      const auto e = must(saip::decode_element(part.der));
      if (const auto* aka = e.as<saip::AkaParameter>(); aka && !network)
        network = must(profile::make_algorithm(*aka->algoConfiguration.algo()));
    }
  }
  void start() {
    (void)sim.t.application(isim ? kIsim : kUsim);
    (void)sim.t.sw("0020000108" + std::string(kPin1));
  }
  void make_vector() {
    seq = in.octet() & 31u;
    const auto which = in.octet();
    ind = which & 31u;
    const auto sqn = profile::to_sqn(seq, ind);
    const crypto::AkaRand rand;
    const auto keys = network->f2345(rand);
    auto concealed = sqn;
    for (std::size_t i = 0; i < 6; ++i) concealed[i] ^= keys.ak[i];
    const bool gba = (which & 0x80) != 0;
    const auto mac = network->f1(rand, sqn, {});
    const auto autn =
        concat({concealed, crypto::AkaAmf{}, gba ? crypto::gba_mac(mac, keys.ik) : to_bytes(mac)});
    CommandApdu c{0x00, 0x88, 0x00, static_cast<std::uint8_t>(gba ? 0x84 : 0x81), {}, 256};
    if (gba) c.data.push_back(0xDD);
    for (const ByteView v : {rand.view(), ByteView(autn)}) {
      c.data.push_back(16);
      append(c.data, v);
    }
    last = c.encode();
  }
  void send_vector() {
    if (last.empty()) return;
    const auto r = sim.t.send(last);
    if (r.sw != 0x9000 || r.data.empty() || r.data[0] != 0xDB) return;
    auto& highest = accepted[{isim, ind}];
    if (seq <= highest) std::abort();
    highest = seq;
  }
  void step() {
    switch (in.octet() & 7) {
      case 0: {
        CommandApdu c{0x00, static_cast<std::uint8_t>(0x88 | (in.octet() & 1)), 0x00, in.octet(), {}, 256};
        c.data = in.octets();
        (void)sim.t.send(c.encode());
        break;
      }
      case 1:
        make_vector();
        send_vector();
        break;
      case 2:
        send_vector();
        break;
      case 3:
        must(sim.euicc.reset());
        start();
        break;
      case 4:
        in.cut_power(sim.nvm, 2);
        break;
      case 5:
        (void)sim.t.send(CommandApdu{0x80, 0x78, 0x00, in.octet(), {}, 256}.encode());
        break;
      default:
        isim = !isim;
        start();
    }
  }
  void run() {
    start();
    for (int i = 0; i < 128 && !in.empty(); ++i) {
      try {
        step();
      } catch (const std::runtime_error&) {  // no power
        sim.nvm.restore_power();
        if (!sim.euicc.reset()) std::abort();
        start();
      }
    }
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Machine(ByteView(data, size)).run();
  return 0;
}
