// Rules about codes and about the parameters of NAAs.
#include <set>

#include "profile/known_keys.hpp"
#include "profile/lint_checks.hpp"
#include "spec/usim/contents.hpp"

namespace eider::profile::lint {
namespace {

namespace pe = saip::pe;

bool local(std::uint8_t reference) {
  return reference >= 128;
}
bool too_many_tries(std::uint8_t counters) {
  return (counters & 0x0F) > counters >> 4;
}
std::string decimal(std::size_t n) {
  return std::to_string(n);
}
bool is_counting(ByteView v) {
  for (std::size_t i = 0; i < v.size(); ++i)
    if (v[i] != i) return false;
  return true;
}

std::set<std::uint8_t> puk_codes(Package& p) {
  std::set<std::uint8_t> puks;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto* puk = p.parts[i].element.as<saip::PukCodes>();
    if (!puk) continue;
    const Tag before = i ? p.parts[i - 1].element.tag() : 0;
    if (before != pe::kMf && before != pe::kHeader && before != pe::kGenericFileManagement)
      p.report("PUK-02", i, "it comes after " + std::string(saip::element_name(before)));
    for (const auto& k : puk->pukCodes) {
      if (!puks.insert(k.keyReference).second)
        p.report("PUK-01", i, "reference " + decimal(k.keyReference) + " again");
      if (too_many_tries(k.maxNumOfAttemps_retryNumLeft))
        p.report("PIN-03", i, "PUK " + decimal(k.keyReference));
    }
  }
  return puks;
}

void pins_of(Package& p, std::size_t i, const std::vector<saip::PinConfiguration>& list,
             const std::set<std::uint8_t>& puks) {
  std::set<std::uint8_t> seen;
  bool globals = false, locals = false;
  const bool iot = p.count(pe::kIot) > 0, at_mf = p.context[i] == 0;
  for (const auto& k : list) {
    const auto name = "PIN " + decimal(k.keyReference);
    (local(k.keyReference) ? locals : globals) = true;
    if (!seen.insert(k.keyReference).second) p.report("PIN-02", i, name + " again");
    if (k.unblockingPINReference && !puks.contains(*k.unblockingPINReference))
      p.report("PIN-01", i, name + " names PUK " + decimal(*k.unblockingPINReference));
    if (too_many_tries(k.maxNumOfAttemps_retryNumLeft)) p.report("PIN-03", i, name);
    if (!iot && at_mf && local(k.keyReference)) p.report("PIN-05", i, name);
    if (!iot && p.context[i] > 0 && !local(k.keyReference)) p.report("PIN-06", i, name);
  }
  if (!iot && globals && locals) p.report("PIN-04", i, "both kinds in one element");
}

// Key references that PIN status templates name and no pinCodes configures.
void missing_pins(Package& p, const std::set<std::uint8_t>& at_mf, const std::set<std::uint8_t>& elsewhere) {
  std::set<std::uint8_t> named;
  for (const auto& f : p.image.files()) named.insert(f.pin_status.begin(), f.pin_status.end());
  for (const auto r : named) {
    const auto text = usim::key_reference_text(r) + " (" + decimal(r) + ") is named and has no value";
    if (local(r) && !elsewhere.contains(r) && !at_mf.contains(r)) p.report("PIN-09", text);
    if (!local(r) && !at_mf.contains(r)) p.report("PIN-08", text);
  }
}

}  // namespace

void codes(Package& p) {
  const auto puks = puk_codes(p);
  std::set<std::uint8_t> at_mf, elsewhere;
  std::set<int> contexts;
  bool shared = false;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto* pin = p.parts[i].element.as<saip::PinCodes>();
    if (!pin) continue;
    if (!contexts.insert(p.context[i]).second) p.report("PIN-07", i, "the second one for its directory");
    const auto* list = std::get_if<std::vector<saip::PinConfiguration>>(&pin->pinCodes.value);
    shared = shared || !list;
    if (!list) continue;
    for (const auto& k : *list) (p.context[i] == 0 ? at_mf : elsewhere).insert(k.keyReference);
    pins_of(p, i, *list, puks);
  }
  if (!shared && !p.count(pe::kIot)) missing_pins(p, at_mf, elsewhere);
}

namespace {

void algorithm(Package& p, std::size_t i, const saip::AlgoParameter& a) {
  using saip::AlgorithmId;
  const auto key = a.key.size(), opc = a.opc.size();
  switch (a.algorithmID) {
    case AlgorithmId::kMilenage:
      if (key != 16) p.report("AKA-01", i, decimal(key) + " octets");
      if (opc != 16) p.report("AKA-03", i, decimal(opc) + " octets");
      break;
    case AlgorithmId::kTuak:
      if (key != 16 && key != 32) p.report("AKA-02", i, decimal(key) + " octets");
      if (opc != 32) p.report("AKA-04", i, decimal(opc) + " octets");
      break;
    case AlgorithmId::kUsimTestAlgorithm:
      if (key != 16) p.report("AKA-01", i, decimal(key) + " octets");
      p.report("KEY-01", i, "the USIM test algorithm");
      break;
    default:
      p.report("AUTH-06", i, decimal(static_cast<std::size_t>(a.algorithmID)));
      break;
  }
  if (is_null_key(a.key.view()))
    p.report("KEY-01", i, "a null key");
  else if (a.algorithmID != AlgorithmId::kUsimTestAlgorithm && is_counting(a.key.view()))
    p.report("KEY-01", i, "the key 00 01 02 ...");
  if ((a.algorithmOptions[0] & 7) == 0) p.report("AUTH-02", i, "RES of 32 bits");
}

void sequence_numbers(Package& p, std::size_t i, const saip::AkaParameter& aka) {
  const auto wide = [](const FixedBytes<6>& v) { return v[0] > 0x07; };
  if (wide(aka.sqnDelta)) p.report("AUTH-03", i, "sqnDelta");
  if (wide(aka.sqnAgeLimit)) p.report("AUTH-03", i, "sqnAgeLimit");
  if (aka.sqnInit && std::ranges::any_of(*aka.sqnInit, wide)) p.report("AUTH-03", i, "sqnInit");
}

// The ADF that an element created first; nothing when it created none, or another directory.
const ImageFile* adf_of(const Package& p, std::size_t part) {
  if (p.made[part] < 0) return nullptr;
  const auto& f = p.image.files()[static_cast<std::size_t>(p.made[part])];
  return f.type == saip::FileType::kAdf ? &f : nullptr;
}

}  // namespace

void naa(Package& p) {
  bool csim = false;
  const ImageFile* adf = nullptr;   // the last one
  std::map<std::size_t, int> sets;  // of parameters, for the part that creates an NAA
  std::optional<std::size_t> owner;
  std::set<saip::Aid> with_key;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto& e = p.parts[i].element;
    const Tag t = e.tag();
    const bool naa = t == pe::kUsim || t == pe::kIsim || t == pe::kCsim || t == pe::kIot;
    if (const auto* made = adf_of(p, i)) adf = made;
    csim = csim || t == pe::kCsim || (adf && adf->name == "ADF.CSIM");
    if (naa) {
      owner = i;
      sets.emplace(i, 0);
    }
    if (e.as<saip::CdmaParameter>() && !csim) p.report("NAA-02", i, "there is no CSIM before it");
    if (t == pe::kEap && !adf && !owner) p.report("NAA-04", i, "there is no ADF before it");
    const auto* aka = e.as<saip::AkaParameter>();
    if (!aka) continue;
    if (!adf && !owner) p.report("NAA-01", i, "there is no NAA before it");
    if (owner && ++sets[*owner] > 1) p.report("AUTH-05", i, "the second one for its NAA");
    sequence_numbers(p, i, *aka);
    if (const auto* a = aka->algoConfiguration.algo())
      algorithm(p, i, *a);
    else if (const auto& source = aka->algoConfiguration.mapping()->mappingSource; !with_key.contains(source))
      p.report("AUTH-04", i, to_hex(source));
    if (adf) with_key.insert(adf->df_name);
  }
  for (const auto& [part, n] : sets)
    if (n == 0 && p.parts[part].element.tag() != pe::kCsim)
      p.report("AUTH-01", part, "no akaParameter follows");
}

}  // namespace eider::profile::lint
