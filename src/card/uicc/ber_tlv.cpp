// RETRIEVE DATA and SET DATA for files of BER-TLV structure (ETSI TS 102 221 sections 8.2.2.5, 11.3).
#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
using Kind = Transfer::Kind;
constexpr std::uint16_t kMoreToGive = 0x62F1, kMoreToTake = 0x63F1, kNoTag = 0x6A88, kWrongData = 0x6A80;
constexpr std::uint8_t kFirst = 0x80, kAgain = 0x40;
constexpr Tag kTagList = 0x5C;
constexpr std::size_t kMaxObject = 0xFFFF;

struct Head {
  Tag tag = 0;
  std::size_t tag_size = 0;
  std::optional<std::size_t> whole;  // octets of the object; nothing when no length follows
};

// Tag of one to three octets and, when there, the length; nothing when it is damaged or cut off.
std::optional<Head> read_head(ByteView data) {
  Head h;
  if (data.empty()) return std::nullopt;
  h.tag = data[0];
  h.tag_size = 1;
  if ((data[0] & 0x1F) == 0x1F) {
    bool more = true;
    while (more) {
      if (h.tag_size == data.size() || h.tag_size == 3) return std::nullopt;
      h.tag = h.tag << 8 | data[h.tag_size];
      more = (data[h.tag_size++] & 0x80) != 0;
    }
  }
  if (h.tag_size == data.size()) return h;
  const auto first = data[h.tag_size];
  std::size_t octets = 0, length = first;
  if (first > 0x7F) {
    octets = first & 0x7Fu;
    length = 0;
    if (octets == 0 || octets > 3 || h.tag_size + 1 + octets > data.size()) return std::nullopt;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | data[h.tag_size + 1 + i];
  }
  h.whole = h.tag_size + 1 + octets + length;
  return h;
}

std::size_t number(ByteView octets) {
  std::size_t n = 0;
  for (const auto b : octets) n = n << 8 | b;
  return n;
}

// The next block of what is being retrieved.
Answer give(Session& s, const CommandView& c) {
  auto& t = s.transfer;
  const std::size_t le = c.le.value_or(256);
  const std::size_t block = c.extended ? le : std::min<std::size_t>(le, 256);
  const auto n = std::min(block, t.object.size() - t.done);
  t.last = t.done;
  Answer out(to_bytes(ByteView(t.object).subspan(t.done, n)));
  t.done += n;
  if (t.done < t.object.size()) out.sw = kMoreToGive;
  return out;
}

Bytes tag_octets(Tag tag) {
  Bytes out;
  for (int shift = 24; shift >= 0; shift -= 8)
    if (tag >> shift != 0) out.push_back(static_cast<std::uint8_t>(tag >> shift));
  return out;
}
}  // namespace

Result<Answer> retrieve_data(Uicc& uicc, Session& s, const CommandView& c, int file) {
  auto& t = s.transfer;
  if ((c.p2 & kFirst) == 0) {
    if (!c.data.empty()) return Answer(0x6700);
    if (t.kind != Kind::kRetrieve || t.file != file) return Answer(0x6985);
    if ((c.p2 & kAgain) != 0) t.done = t.last;
    return t.done < t.object.size() ? give(s, c) : Answer(0x6985);
  }
  t = {};
  const auto head = read_head(c.data);
  if (!head || head->whole) return Answer(c.data.empty() ? 0x6700 : kWrongData);
  const auto objects = uicc.files().objects(file);
  Bytes found;
  if (head->tag == kTagList) {
    Bytes tags;
    for (const auto& o : objects) append(tags, tag_octets(o.tag));
    found = make_tlv(kTagList, tags);
  } else {
    const auto o = std::ranges::find(objects, head->tag, &Tlv::tag);
    if (o == objects.end()) return Answer(kNoTag);
    found = to_bytes(o->whole);
  }
  t = {Kind::kRetrieve, file, std::move(found), 0, 0};
  return give(s, c);
}

namespace {
// The whole object is there: without a value it is deleted.
Result<Answer> store(Uicc& uicc, int file, const Head& head, ByteView object) {
  auto& files = uicc.files();
  const auto objects = files.objects(file);
  const auto old = std::ranges::find(objects, head.tag, &Tlv::tag);
  const std::size_t old_size = old == objects.end() ? 0 : old->whole.size();
  if (!head.whole) {
    if (old_size == 0) return Answer(kNoTag);
    EIDER_CHECK(files.set_object(file, head.tag, std::nullopt));
    return Answer(0x9000);
  }
  const auto& f = files.at(files.source(file));
  const auto room =
      f.maximum_size.empty() ? std::size_t{f.size} : std::max<std::size_t>(f.size, number(f.maximum_size));
  if (files.used(file) - old_size + object.size() > room) return Answer(0x6A84);
  EIDER_CHECK(files.set_object(file, head.tag, to_bytes(object)));
  return Answer(0x9000);
}
}  // namespace

Result<Answer> set_data(Uicc& uicc, Session& s, const CommandView& c, int file) {
  auto& t = s.transfer;
  if ((c.p2 & kFirst) != 0) {
    t = {};
    const auto head = read_head(c.data);
    if (!head || head->tag == kTagList || head->tag == 0) return Answer(kWrongData);
    if (head->whole && *head->whole > kMaxObject) return Answer(0x6A84);
    t = {Kind::kSet, file, {}, 0, 0};
  } else {
    if (t.kind != Kind::kSet || t.file != file) return Answer(0x6985);
    if ((c.p2 & kAgain) != 0) t.object.resize(t.last);  // the terminal repeats its last block
  }
  t.last = t.object.size();
  append(t.object, c.data);
  const auto head = read_head(t.object);
  if (head && head->whole && t.object.size() < *head->whole) return Answer(kMoreToTake);
  const auto object = std::exchange(t, {}).object;
  if (!head || (head->whole && object.size() > *head->whole)) return Answer(kWrongData);
  return store(uicc, file, *head, object);
}

}  // namespace eider::card::uicc
