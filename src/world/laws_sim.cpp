// The laws of the enabled Profile as a SIM: codes and their tries, files, sequence numbers, messages over the
// air.
#include <algorithm>

#include "card/uicc/pin_store.hpp"
#include "codec/apdu.hpp"
#include "world/laws.hpp"

namespace eider::world {
namespace {
constexpr std::uint8_t kVerify = 0x20, kChange = 0x24, kDisable = 0x26, kEnable = 0x28, kUnblock = 0x2C,
                       kAuthenticate = 0x88, kFetchAnswer = 0xC0, kSuccessfulAka = 0xDB;
constexpr std::size_t kCode = card::uicc::kPinOctets;

std::string sim_name(std::size_t card) {
  return "card " + std::to_string(card);
}
std::uint16_t instance_of(std::string_view key, std::size_t prefix) {
  return static_cast<std::uint16_t>(std::stoul(std::string(key.substr(prefix, 4)), nullptr, 16));
}

CodeFacts facts(const card::uicc::Tries& tries, const Secret& value) {
  return {tries.left, tries.maximum, 0, 0, to_bytes(value.view())};
}
std::optional<CodeBook> read_codes(const std::string& key, ByteView value) {
  card::MemoryNvm memory;
  card::NvmBatch batch;
  batch.put(key, to_bytes(value));
  (void)memory.commit(batch);
  auto pins = card::uicc::PinStore::open(memory, instance_of(key, 5));
  if (!pins) return std::nullopt;
  CodeBook out;
  for (const auto& context : pins->contexts())
    for (const auto& pin : context.pins) {
      auto f = facts(pin.tries, pin.value);
      f.attributes = pin.attributes;
      f.puk = pin.puk;
      out.pins.emplace(std::pair(context.directory, pin.reference), std::move(f));
      if (const auto* puk = pins->puk(pin.puk)) out.puks.emplace(pin.puk, facts(puk->tries, puk->value));
    }
  return out;
}

bool shows(const SimCommand& command, const CodeFacts& code) {
  return command.data.size() >= kCode && code.left > 0 &&
         equal(ByteView(command.data).first(kCode), code.value);
}
bool takes_pin(std::uint8_t ins) {
  return ins == kVerify || ins == kChange || ins == kDisable || ins == kEnable;
}
// Does the command in work show the right value of the code that the PIN, as it was then, asks for?
bool right_for_pin(const std::optional<SimCommand>& command, const std::pair<int, std::uint8_t>& name) {
  if (!command) return false;
  const auto pin = command->codes.pins.find(name);
  if (pin == command->codes.pins.end()) return false;
  if (takes_pin(command->ins)) return command->p2 == name.second && shows(*command, pin->second);
  const auto puk = command->codes.puks.find(pin->second.puk);
  return command->ins == kUnblock && puk != command->codes.puks.end() && shows(*command, puk->second);
}
bool right_for_puk(const std::optional<SimCommand>& command, std::uint8_t reference) {
  if (!command || command->ins != kUnblock) return false;
  const auto puk = command->codes.puks.find(reference);
  return puk != command->codes.puks.end() && shows(*command, puk->second);
}
}  // namespace

SimBook* Laws::enabled_sim(std::size_t card) {
  auto& book = cards_[card];
  for (const auto& [instance, p] : book.profiles)
    if (p.state == sgp22::ProfileState::kEnabled) return &book.sims[instance];
  return nullptr;
}

void Laws::card_woke(std::size_t card, ByteView atr) {
  auto& book = cards_[card];
  book.command.reset();
  book.challenge.reset();
  if (!book.atr) book.atr = to_bytes(atr);
  require(equal(*book.atr, atr), "sim.atr", [&] { return sim_name(card) + " answers a reset differently"; });
}

void Laws::torn(std::size_t card, const card::MemoryNvm::Values& before, const card::NvmBatch& batch,
                const Status& readable, const card::MemoryNvm::Values& found) {
  if (!require(readable.has_value(), "card.openable", [&] {
        return sim_name(card) + " cannot be opened after a torn write: " + readable.error().message();
      }))
    return;
  if (found == before) return (void)require(true, "card.torn", [] { return std::string(); });
  auto after = before;
  for (const auto& [key, value] : batch.changes()) {
    if (value)
      after[key] = *value;
    else
      after.erase(key);
  }
  require(found == after, "card.torn", [&] { return sim_name(card) + " took a torn write in part"; });
}

// ---- what becomes durable

void Laws::sim_committed(std::size_t card, const card::NvmBatch& batch) {
  auto& book = cards_[card];
  for (const auto& [key, value] : batch.changes()) {
    const auto of = [&, k = std::string_view(key)](std::string_view prefix) -> SimBook* {
      return value && k.starts_with(prefix) ? &book.sims[instance_of(k, prefix.size())] : nullptr;
    };
    if (auto* codes = of("pins/")) check_codes(book, *codes, key, *value);
    if (auto* aka = of("aka/"); aka && key.find("/s", 8) != std::string::npos)
      check_sqn(book, *aka, key, *value);
    if (auto* ota = of("ota/"); ota && key.find("/c", 8) != std::string::npos) {
      std::uint64_t number = 0;
      for (const auto octet : *value) number = number << 8 | octet;
      auto& last = ota->counters[key];
      require(number > last, "ota.counter",
              [&] { return key + " goes from " + std::to_string(last) + " to " + std::to_string(number); });
      last = number;
    }
  }
}

// Tries come back, and values and attributes change, only with the right value (TS 102 221 section 9.5).
void Laws::check_codes(CardBook& book, SimBook& sim, const std::string& key, ByteView value) {
  auto now = read_codes(key, value);
  if (!require(now.has_value(), "card.records", [&] { return key + " cannot be read"; })) return;
  const auto was = std::exchange(sim.codes, *now);
  for (const auto& [name, before] : was.pins) {
    const auto found = now->pins.find(name);
    const auto text = [&] { return key + ", PIN " + std::to_string(name.second); };
    if (!require(found != now->pins.end(), "pin.changed", [&] { return text() + " is gone"; })) continue;
    const auto& after = found->second;
    const bool right = right_for_pin(book.command, name);
    require(after.left <= before.left || right, "pin.tries", [&] {
      return text() + " got tries back: " + std::to_string(before.left) + " to " + std::to_string(after.left);
    });
    require((after.value == before.value && after.attributes == before.attributes) || right, "pin.changed",
            [&] { return text() + " changed without its value"; });
  }
  for (const auto& [reference, before] : was.puks) {
    const auto found = now->puks.find(reference);
    require(found != now->puks.end() &&
                (found->second.left <= before.left || right_for_puk(book.command, reference)),
            "pin.tries", [&] { return key + ", PUK " + std::to_string(reference) + " got tries back"; });
  }
}

// TS 33.102 annex C.2: no sequence number goes back.
void Laws::check_sqn(CardBook& book, SimBook& sim, const std::string& key, ByteView value) {
  const auto now = profile::SqnState::decode(value);
  if (!require(now.has_value(), "card.records", [&] { return key + " cannot be read"; })) return;
  const auto was = std::exchange(sim.sqn[key], *now);
  for (std::size_t i = 0; i < now->seq.size(); ++i)
    require(now->seq[i] >= was.seq[i], "aka.sqn", [&] { return key + " went back"; });
  if (book.command) book.command->sqn_written = true;
}

// ---- what the modem asks and hears

void Laws::sim_command(std::size_t card, ByteView command) {
  auto& book = cards_[card];
  const auto c = parse_command(command);
  book.command.reset();
  if (!c) return;
  if (c->ins != kFetchAnswer) book.challenge.reset();
  auto& now = book.command.emplace();
  now.ins = c->ins;
  now.p2 = c->p2;
  now.data = to_bytes(c->data);
  if (const auto* sim = enabled_sim(card)) now.codes = sim->codes;
}

void Laws::sim_answer(std::size_t card, ByteView, ByteView answer) {
  auto& book = cards_[card];
  if (!book.command || answer.size() < 2) return;
  const auto sw = static_cast<std::uint16_t>(answer[answer.size() - 2] << 8 | answer.back());
  const auto ins = book.command->ins;
  if (takes_pin(ins) && book.command->data.size() >= kCode) check_code_answer(card, sw);
  if (ins == kAuthenticate && sw >> 8 == 0x61) {
    // The card has decided; what it says is fetched by the next command.
    book.challenge = CardBook::Challenge{book.command->data, book.command->sqn_written};
  } else if (ins == kFetchAnswer && book.challenge) {
    check_authenticated(card, answer);
    book.challenge.reset();
  }
}

// An answer about a value was paid for with a try, and only the right value opens.
void Laws::check_code_answer(std::size_t card, std::uint16_t sw) {
  const auto& command = *cards_[card].command;
  const auto* sim = enabled_sim(card);
  if (!sim) return;
  const auto with = [&](const auto& entry) { return entry.first.second == command.p2; };
  if (std::ranges::count_if(command.codes.pins, with) != 1) return;
  const auto& [name, before] = *std::ranges::find_if(command.codes.pins, with);
  const bool right = shows(command, before);
  if (sw == 0x9000) require(right, "pin.right", [&] { return sim_name(card) + " takes a wrong PIN"; });
  if ((sw & 0xFFF0) != 0x63C0) return;
  const auto left = sim->codes.pins.at(name).left;
  require(!right && left < before.left && left == (sw & 0x0F), "pin.try-taken", [&] {
    return sim_name(card) + " says that " + std::to_string(sw & 0x0F) + " tries are left; " +
           std::to_string(before.left) + " were, " + std::to_string(left) + " are";
  });
}

void Laws::check_authenticated(std::size_t card, ByteView answer) {
  const auto& challenge = *cards_[card].challenge;
  if (answer.front() != kSuccessfulAka) return;
  require(challenge.durable, "aka.durable",
          [&] { return sim_name(card) + " gave keys and did not keep the sequence number"; });
  auto* sim = enabled_sim(card);
  if (!sim) return;
  require(sim->accepted.insert(challenge.data).second, "aka.once",
          [&] { return sim_name(card) + " accepted one AUTN twice"; });
}

// ---- what the terminal finds

void Laws::sim_identified(std::size_t card, const std::optional<Bytes>& iccid) {
  std::optional<Bytes> enabled;
  for (const auto& [instance, p] : cards_[card].profiles)
    if (p.state == sgp22::ProfileState::kEnabled) enabled = to_bytes(p.metadata.iccid);
  require(iccid == enabled, "sim.enabled", [&] {
    return sim_name(card) + " shows the files of " + (iccid ? to_hex(*iccid) : "no Profile") + ", and " +
           (enabled ? to_hex(*enabled) : "none") + " is enabled";
  });
}

void Laws::sim_wrote(std::size_t card, const std::string& path, ByteView content, bool certain) {
  auto* sim = enabled_sim(card);
  if (!sim) return;
  const auto known = sim->contents.find(path);
  if (certain)
    sim->contents[path] = {to_bytes(content)};
  else if (known != sim->contents.end())
    known->second.insert(to_bytes(content));
}

// Old or new, never a mixture; and what was read once is it from then on.
void Laws::sim_read(std::size_t card, const std::string& path, ByteView content) {
  auto* sim = enabled_sim(card);
  if (!sim) return;
  const auto known = sim->contents.find(path);
  require(known == sim->contents.end() || known->second.contains(to_bytes(content)), "file.whole", [&] {
    return sim_name(card) + ", file " + path + " has " + to_hex(content) + ", which nobody wrote";
  });
  sim->contents[path] = {to_bytes(content)};
}

void Laws::sim_carried_out(std::size_t card, std::uint64_t counter) {
  auto* sim = enabled_sim(card);
  require(sim && sim->carried_out.insert(counter).second, "ota.once",
          [&] { return sim_name(card) + " carried the message " + std::to_string(counter) + " out twice"; });
}

}  // namespace eider::world
