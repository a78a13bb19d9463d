// AUTHENTICATE (3GPP TS 31.102 section 7.1, TS 31.103 section 7.1).
#include "card/uicc/commands.hpp"
#include "crypto/gba.hpp"

namespace eider::card::uicc {
namespace {

using profile::AkaRand;
using profile::AkaVerdict;

// P2, b3 to b1.
enum Context : std::uint8_t { kGsm = 0, k3g = 1, kVgcsOrDigest = 2, kGba = 4, kMbms = 5, kLocalKey = 6 };

constexpr std::uint8_t kSuccess = 0xDB, kSynchronisationFailure = 0xDC, kBootstrapping = 0xDD,
                       kNafDerivation = 0xDE;

// Services of EF.UST (TS 31.102 section 4.2.8) and EF.IST (TS 31.103 section 4.2.7).
constexpr unsigned kUstGsmAccess = 27, kUstGsmContext = 38, kUstGba = 68, kIstGba = 2;

constexpr std::uint16_t kGbabpFid = 0x6FD6, kGbanlFid = 0x6FDA, kIsimGbabpFid = 0x6FD5,
                        kIsimGbanlFid = 0x6FD7;

// Values with a length octet each. Nothing when they are not exactly the data.
std::optional<std::vector<ByteView>> values(ByteView data, std::size_t count) {
  std::vector<ByteView> out;
  for (; count > 0; --count) {
    if (data.empty() || data[0] > data.size() - 1) return std::nullopt;
    out.push_back(data.subspan(1, data[0]));
    data = data.subspan(1U + data[0]);
  }
  if (!data.empty()) return std::nullopt;
  return out;
}

void put(Bytes& out, ByteView value) {
  out.push_back(static_cast<std::uint8_t>(value.size()));
  append(out, value);
}

struct Request {
  Uicc& uicc;
  Session& session;
  Naa& naa;
  bool service(unsigned usim, unsigned isim = 0) const {
    const unsigned number = naa.is_isim() ? isim : usim;
    return number != 0 && uicc.service_available(session.adf, naa, number);
  }
  int file(std::uint16_t usim, std::uint16_t isim) const {
    return uicc.files().child(session.adf, naa.is_isim() ? isim : usim);
  }
};

// What is no answer with keys: 9862, AUTS, or the counter at its end.
Answer refusal(const profile::AkaResult& r) {
  if (r.verdict == AkaVerdict::kMacFailure) return 0x9862;
  if (r.verdict == AkaVerdict::kExhausted) return 0x6985;
  Bytes out{kSynchronisationFailure};
  put(out, r.auts);
  return Answer(std::move(out));
}

// RAND and AUTN; nothing when they have not the sizes of the application's algorithm.
std::optional<std::pair<AkaRand, ByteView>> challenge(const Naa& naa, ByteView data) {
  const auto v = values(data, 2);
  if (!v || (*v)[0].size() != 16 || (*v)[1].size() != naa.autn_size()) return std::nullopt;
  return std::pair{*AkaRand::from((*v)[0]), (*v)[1]};
}

Result<Answer> context_3g(const Request& request, ByteView data) {
  const auto c = challenge(request.naa, data);
  if (!c) return Answer(0x6700);
  EIDER_TRY(r, request.naa.authenticate(c->first, c->second));
  if (r.verdict != AkaVerdict::kAccepted) return refusal(r);
  Bytes out{kSuccess};
  put(out, r.keys.res);
  put(out, r.keys.ck);
  put(out, r.keys.ik);
  if (request.service(kUstGsmAccess))
    if (const auto gsm = crypto::gsm_keys(r.keys)) put(out, gsm->kc);
  return Answer(std::move(out));
}

Result<Answer> context_gsm(const Request& request, ByteView data) {
  if (!request.service(kUstGsmContext)) return Answer(0x9864);
  const auto v = values(data, 1);
  if (!v || (*v)[0].size() != 16) return Answer(0x6700);
  EIDER_TRY(r, request.naa.gsm(*AkaRand::from((*v)[0])));
  if (r.verdict == AkaVerdict::kExhausted) return Answer(0x6985);
  if (!r.gsm) return Answer(0x9864);
  Bytes out;
  put(out, r.gsm->sres);
  put(out, r.gsm->kc);
  return Answer(std::move(out));
}

// ---- GBA (TS 33.220 annex G)

Result<Answer> bootstrap(const Request& request, ByteView data) {
  const auto c = challenge(request.naa, data);
  if (!c) return Answer(0x6700);
  EIDER_TRY(r, request.naa.bootstrap(c->first, c->second));
  if (r.verdict != AkaVerdict::kAccepted) return refusal(r);
  // The terminal finds RAND in EF.GBABP, and adds B-TID and lifetime there.
  auto& files = request.uicc.files();
  if (const int f = request.file(kGbabpFid, kIsimGbabpFid); f >= 0 && files.body(f).size() >= 18) {
    Bytes head;
    put(head, c->first);
    head.push_back(0);  // no B-TID
    EIDER_CHECK(files.write(f, 0, head));
  }
  Bytes out{kSuccess};
  put(out, r.keys.res);
  return Answer(std::move(out));
}

// B-TID of EF.GBABP; empty when there is none.
Bytes transaction_identifier(const Request& request) {
  const int f = request.file(kGbabpFid, kIsimGbabpFid);
  if (f < 0) return {};
  const auto body = request.uicc.files().body(f);
  const std::size_t at = body.empty() ? 0 : body[0] + 1U;
  if (at >= body.size() || body[at] == 0xFF || body[at] > body.size() - at - 1) return {};
  return to_bytes(body.subspan(at + 1, body[at]));
}

// Where EF.GBANL takes this NAF_ID: its own record, a free one, or the one after that written last. Nothing:
// no file.
std::optional<std::size_t> naf_record(FileSystem& files, int file, ByteView naf_id, std::uint8_t last) {
  if (file < 0 || !files.at(file).has_records() || files.at(file).records() == 0) return std::nullopt;
  const std::size_t count = files.at(file).records();
  std::optional<std::size_t> free;
  for (std::size_t n = 1; n <= count; ++n) {
    const auto id = find_tlv(files.record(file, n), 0x80);
    if (id && equal(id->value, naf_id)) return n;
    if (!id && !free) free = n;
  }
  return free ? *free : last % count + 1;
}

Result<Answer> derive_naf(const Request& request, ByteView data) {
  const auto v = values(data, 2);
  if (!v || (*v)[0].empty() || (*v)[1].empty()) return Answer(0x6700);
  const auto naf_id = (*v)[0], impi = (*v)[1];
  EIDER_TRY(gba, request.naa.bootstrapped());
  if (!gba) return Answer(0x6985);
  auto& files = request.uicc.files();
  const int list = request.file(kGbanlFid, kIsimGbanlFid);
  if (const auto n = naf_record(files, list, naf_id, gba->lastNaf)) {
    auto entry = make_tlv(0x80, naf_id);
    append(entry, make_tlv(0x81, transaction_identifier(request)));
    const std::size_t size = files.at(list).record_size;
    if (entry.size() > size) return Answer(0x9866);
    entry.resize(size, 0xFF);
    EIDER_CHECK(files.write_record(list, *n, entry));
    gba->lastNaf = static_cast<std::uint8_t>(*n);
    EIDER_CHECK(request.naa.save_gba(*gba));
  }
  Bytes out{kSuccess};
  put(out, crypto::gba_ks_ext_naf(gba->ks.view(), gba->rand, impi, naf_id).view());
  return Answer(std::move(out));
}

Result<Answer> context_gba(const Request& request, ByteView data) {
  if (!request.service(kUstGba, kIstGba)) return Answer(0x9864);
  if (data.empty()) return Answer(0x6700);
  if (data[0] == kBootstrapping) return bootstrap(request, data.subspan(1));
  if (data[0] == kNafDerivation) return derive_naf(request, data.subspan(1));
  return Answer(0x6A80);
}

}  // namespace

// TS 31.102 section 7.1.1: the application is selected, the current directory is its own, and its PIN is
// verified.
Result<Answer> authenticate(Uicc& uicc, Session& s, const CommandView& c, int) {
  EIDER_TRY(naa, uicc.naa(s));
  if (naa == nullptr) return Answer(0x6985);
  if (!uicc.application_pin_satisfied(s)) return Answer(0x6982);
  const Request request{uicc, s, *naa};
  switch (c.p2 & 7) {
    case k3g:
      return context_3g(request, c.data);
    case kGba:
      return context_gba(request, c.data);
    case kGsm:
      return naa->is_isim() ? Answer(0x6A86) : context_gsm(request, c.data);
    default:
      return Answer(0x9864);  // VGCS and VBS, HTTP digest: not built
  }
}

// The contexts of the odd instruction, MBMS and local keys, are not built: refused at their first block.
Result<Answer> authenticate_tlv(Uicc& uicc, Session& s, const CommandView&, int) {
  EIDER_TRY(naa, uicc.naa(s));
  if (naa == nullptr) return Answer(0x6985);
  return uicc.application_pin_satisfied(s) ? Answer(0x9864) : Answer(0x6982);
}

}  // namespace eider::card::uicc
