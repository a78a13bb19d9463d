#include "profile/personalise.hpp"

#include "crypto/milenage.hpp"
#include "profile/file_system.hpp"
#include "profile/package_reader.hpp"

namespace eider::profile {
namespace {

namespace pe = saip::pe;

// Member tags that are looked up for every subscriber.
const Tag kIccid = saip::member_tag(pe::kMf, "ef-iccid");
const Tag kImsi = saip::member_tag(pe::kUsim, "ef-imsi");
const Tag kAcc = saip::member_tag(pe::kUsim, "ef-acc");
const Tag kSpn = saip::member_tag(pe::kUsim, "ef-spn");
const Tag kMsisdn = saip::member_tag(pe::kOptUsim, "ef-msisdn");
const Tag kImpi = saip::member_tag(pe::kIsim, "ef-impi");
const Tag kImpu = saip::member_tag(pe::kIsim, "ef-impu");

// The file then begins with `content`; what the template wrote into it is dropped, its parameters stay.
void set_content(saip::File& file, ByteView content) {
  std::erase_if(file, [](const saip::FileItem& i) { return i.offset() || i.content(); });
  saip::FileItem item;
  item.value.emplace<saip::FileItem::kFillFileContent>(content.begin(), content.end());
  const auto at = file.empty() ? file.end() : file.begin() + 1;
  file.insert(at, std::move(item));
}

void replace_text(saip::File& file, const std::string& from, const std::string& to) {
  for (auto& item : file) {
    if (!item.content()) continue;
    auto& octets = std::get<Bytes>(item.value);
    for (auto at = octets.begin();;) {
      at = std::search(at, octets.end(), from.begin(), from.end());
      if (at == octets.end()) break;
      at = std::copy(to.begin(), to.end(), at);
    }
  }
}

struct Values {
  Iccid iccid;
  FixedBytes<9> imsi;
  std::optional<Bytes> msisdn, spn;
};

}  // namespace

class SubscriberEditor {
 public:
  SubscriberEditor(const SubscriberData& s, const Values& v, const std::string& old_imsi)
      : s_(s), v_(v), old_imsi_(old_imsi) {}

  // Does the element hold anything of a subscriber's?
  bool wants(const saip::ProfileElement& e) const {
    switch (e.tag()) {
      case pe::kHeader:
      case pe::kMf:
      case pe::kUsim:
        return true;
      case pe::kOptUsim:
        return v_.msisdn.has_value();
      case pe::kIsim:
        return s_.imsi.size() == old_imsi_.size() && s_.imsi != old_imsi_;
      case pe::kAkaParameter:
        return s_.k || s_.opc || s_.op;
      case pe::kPukCodes:
        return s_.puk1 || s_.puk2;
      case pe::kPinCodes:
        return s_.pin1 || s_.pin2 || s_.adm1;
      case pe::kSecurityDomain:
        return !sd_done_ && (s_.kic || s_.kid || s_.kik);
      default:
        return false;
    }
  }
  // Appends the element as the subscriber's package has it.
  Status write(const ProfileTemplate::Part& part, ByteView package, Bytes& out) {
    if (const auto* t = part.element.as<saip::TemplatePe>()) {
      write_template(*t, part.members, package, out);
      return {};
    }
    auto element = part.element;
    EIDER_CHECK(edit(element));
    append(out, saip::encode_element(element));
    return {};
  }

 private:
  const SubscriberData& s_;
  const Values& v_;
  const std::string& old_imsi_;
  bool sd_done_ = false;

  Status edit(saip::ProfileElement& e) {
    switch (e.tag()) {
      case pe::kAkaParameter:
        return aka(*e.as<saip::AkaParameter>());
      case pe::kPukCodes:
        puks(*e.as<saip::PukCodes>());
        return {};
      case pe::kPinCodes:
        pins(*e.as<saip::PinCodes>());
        return {};
      case pe::kSecurityDomain:
        sd_done_ = true;
        return keys(*e.as<saip::SecurityDomain>());
      default:
        e.as<saip::ProfileHeader>()->iccid = v_.iccid.header();
        return {};
    }
  }
  void write_template(const saip::TemplatePe& t, std::span<const ProfileTemplate::Member> members,
                      ByteView package, Bytes& out) const {
    Bytes content;
    content.reserve(members.back().end - members.front().begin + 64);
    for (const auto& m : members) {
      const auto* original = changes(t.pe, m.tag) ? t.find(m.tag) : nullptr;
      if (!original) {
        append(content, package.subspan(m.begin, m.end - m.begin));
        continue;
      }
      auto file = *original;
      change(file, t.pe, m.tag);
      append(content, der::encode(file, m.tag));
    }
    append_tlv(out, t.pe, content);
  }
  bool changes(Tag element, Tag member) const {
    switch (element) {
      case pe::kMf:
        return member == kIccid;
      case pe::kUsim:
        return member == kImsi || member == kAcc || (member == kSpn && v_.spn);
      case pe::kOptUsim:
        return member == kMsisdn;
      case pe::kIsim:
        return member == kImpi || member == kImpu;
      default:
        return false;
    }
  }
  void change(saip::File& file, Tag element, Tag member) const {
    if (element == pe::kMf) return set_content(file, v_.iccid.file());
    if (element == pe::kOptUsim) return set_content(file, *v_.msisdn);
    if (element == pe::kIsim) return replace_text(file, old_imsi_, s_.imsi);
    if (member == kImsi) return set_content(file, v_.imsi);
    if (member == kAcc) return set_content(file, access_class(s_.imsi));
    set_content(file, *v_.spn);
  }
  Status aka(saip::AkaParameter& p) {
    auto* a = std::get_if<saip::AlgoParameter>(&p.algoConfiguration.value);
    if (!a) return {};  // uses the key data of another NAA
    const bool tuak = a->algorithmID == saip::AlgorithmId::kTuak;
    if (s_.k) {
      if (s_.k->size() != 16 && !(tuak && s_.k->size() == 32))
        return fail_local("K of " + std::to_string(s_.k->size()) + " octets");
      a->key = *s_.k;
    }
    if (s_.opc) {
      if (s_.opc->size() != (tuak ? 32u : 16u))
        return fail_local((tuak ? "TOPc of " : "OPc of ") + std::to_string(s_.opc->size()) + " octets");
      a->opc = *s_.opc;
    } else if (s_.op) {
      if (tuak) return fail_local("OP for a TUAK profile", "give TOPc in the column opc");
      EIDER_TRY(opc, derive_opc(a->key, *s_.op));
      a->opc = std::move(opc);
    }
    return {};
  }
  void puks(saip::PukCodes& p) {
    for (auto& k : p.pukCodes) {
      if (k.keyReference == 1 && s_.puk1) k.pukValue = *s_.puk1;
      if (k.keyReference == 129 && s_.puk2) k.pukValue = *s_.puk2;
    }
  }
  void pins(saip::PinCodes& p) {
    auto* list = std::get_if<std::vector<saip::PinConfiguration>>(&p.pinCodes.value);
    if (!list) return;
    for (auto& k : *list) {
      if (k.keyReference == 1 && s_.pin1) k.pinValue = *s_.pin1;
      if (k.keyReference == 10 && s_.adm1) k.pinValue = *s_.adm1;
      if (k.keyReference == 129 && s_.pin2) k.pinValue = *s_.pin2;
    }
  }
  Status keys(saip::SecurityDomain& d) {
    if (!d.keyList) return fail_local("the template's MNO-SD has no keys");
    const std::optional<Secret>* wanted[] = {nullptr, &s_.kic, &s_.kid, &s_.kik};
    for (auto& k : *d.keyList) {
      const auto id = k.keyIdentifier[0];
      if (id == 0 || id > 3 || !*wanted[id]) continue;
      auto& component = k.keyComponents.front();
      if ((*wanted[id])->size() != component.keyData.size())
        return fail_local("key " + std::to_string(id) + " of the MNO-SD has " +
                          std::to_string(component.keyData.size()) + " octets");
      component.keyData = **wanted[id];
    }
    return {};
  }
};

Result<Secret> derive_opc(const Secret& k, const Secret& op) {
  return crypto::milenage_opc(k.view(), op.view());
}

Result<ProfileTemplate> ProfileTemplate::load(ByteView package) {
  ProfileTemplate t;
  t.package_ = to_bytes(package);
  EIDER_TRY(elements, read_package(t.package_));
  FileSystemImage image;
  int usims = 0, mfs = 0;
  for (const auto& part : elements) {
    auto e = saip::decode_element(part.der);
    if (!e) {
      auto f = *e.error().as<DecodeFault>();
      f.offset += part.offset;
      return fail(std::move(f));
    }
    usims += part.tag == pe::kUsim;
    mfs += part.tag == pe::kMf;
    if (const auto* file = e->as<saip::TemplatePe>())
      if (const auto* info = saip::find_template(file->templateID); info && info->pe == file->pe)
        image.apply(*file, *info);
    std::vector<Member> members;
    if (e->as<saip::TemplatePe>()) {
      EIDER_TRY(whole, read_single_tlv(part.der));
      EIDER_TRY(inner, read_tlvs(whole.value));
      for (const auto& m : inner) {
        const auto begin = static_cast<std::size_t>(m.whole.data() - t.package_.data());
        members.push_back({m.tag, begin, begin + m.whole.size()});
      }
    }
    t.parts_.push_back({part.offset, part.offset + part.der.size(), *std::move(e), std::move(members)});
  }
  if (mfs != 1 || usims != 1)
    return fail_local(
        "the template has " + std::to_string(mfs) + " PE-MF and " + std::to_string(usims) + " PE-USIM",
        "it needs one of each");
  const auto file = [&](std::uint16_t fid) -> const ImageFile* {
    const int adf = image.current("ADF.USIM");
    const int i = adf < 0 ? -1 : image.child(adf, fid);
    return i < 0 ? nullptr : &image.files()[static_cast<std::size_t>(i)];
  };
  if (const auto* f = file(0x6F07)) t.imsi_ = decode_imsi(image.body(*f));
  if (const auto* f = file(0x6F40)) t.msisdn_record_ = f->record_size;
  if (const auto* f = file(0x6F46)) t.spn_size_ = f->size;
  return t;
}

Result<Bytes> ProfileTemplate::personalise(const SubscriberData& s) const {
  Values v;
  EIDER_TRY(iccid, Iccid::parse(s.iccid));
  EIDER_TRY(imsi, encode_imsi(s.imsi));
  v.iccid = std::move(iccid);
  v.imsi = imsi;
  if (s.msisdn) {
    if (msisdn_record_ == 0) return fail_local("the template has no EF.MSISDN");
    EIDER_TRY(record, encode_dialling_number("", *s.msisdn, msisdn_record_));
    v.msisdn = std::move(record);
  }
  if (s.spn) {
    EIDER_TRY(spn, encode_spn(*s.spn));
    if (s.spn->size() + 1 > spn_size_)
      return fail_local("the template's EF.SPN has " + std::to_string(spn_size_) + " octets");
    spn.resize(spn_size_, 0xFF);
    v.spn = std::move(spn);
  }
  SubscriberEditor editor(s, v, imsi_);
  Bytes out;
  out.reserve(package_.size() + 64);
  std::size_t copied = 0;  // octets of the template that are out, or replaced
  for (const auto& part : parts_) {
    if (!editor.wants(part.element)) continue;
    append(out, ByteView(package_).subspan(copied, part.begin - copied));
    EIDER_CHECK(editor.write(part, package_, out));
    copied = part.end;
  }
  append(out, ByteView(package_).subspan(copied));
  return out;
}

}  // namespace eider::profile
