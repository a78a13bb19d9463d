#include "profile/describe.hpp"

#include <boost/json.hpp>

#include "profile/file_system.hpp"
#include "profile/identity.hpp"
#include "profile/package_reader.hpp"

namespace eider::profile {
namespace {

Item value(std::string name, std::string text) {
  return {std::move(name), Item::Kind::kValue, std::move(text), {}};
}
Item object(std::string name) {
  return {std::move(name), Item::Kind::kObject, {}, {}};
}
Item list(std::string name) {
  return {std::move(name), Item::Kind::kList, {}, {}};
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(c >= 0x20 && c < 0x7F ? c : '?');
  return out;
}

class Describer {
 public:
  explicit Describer(const DescribeOptions& o) : o_(o) {}
  Item element(const PackageElement& part, const saip::ProfileElement& e);

 private:
  DescribeOptions o_;
  FileSystemImage image_;

  std::string secret(ByteView v) const {
    return o_.secrets ? to_hex(v) : "(masked, " + std::to_string(v.size()) + " octets)";
  }
  // A code as it is typed, when it is digits.
  std::string code(ByteView v) const {
    if (!o_.secrets) return "(masked)";
    std::string digits;
    for (const auto b : v)
      if (b >= '0' && b <= '9')
        digits.push_back(static_cast<char>(b));
      else if (b != 0xFF)
        return to_hex(v);
    return digits;
  }
  std::string content(ByteView v) const {
    constexpr std::size_t kShown = 24;
    std::size_t used = v.size();
    while (used > 0 && v[used - 1] == 0xFF) --used;
    if (used == 0) return "FF...";
    if (o_.full) return to_hex(v);
    if (used > kShown) return to_hex(v.first(kShown)) + "...";
    return to_hex(v.first(used)) + (used < v.size() ? " FF..." : "");
  }
  std::string meaning(const ImageFile& f) const {
    const auto& b = image_.body(f);
    if (f.name == "EF.ICCID") return decode_iccid_file(b);
    if (f.name == "EF.IMSI") return decode_imsi(b);
    if (f.name == "EF.SPN" && b.size() > 1) {
      const auto end = std::find(b.begin() + 1, b.end(), 0xFF);
      return printable(as_text(ByteView(b).subspan(1, static_cast<std::size_t>(end - b.begin() - 1))));
    }
    return {};
  }
  Item file(std::size_t i) const;
  void header(Item& out, const saip::ProfileHeader& h) const;
  void files(Item& out, std::size_t from) const;
  void aka(Item& out, const saip::AkaParameter& p) const;
  void pins(Item& out, const saip::PinCodes& p) const;
  void domain(Item& out, const saip::SecurityDomain& d) const;
};

void Describer::header(Item& out, const saip::ProfileHeader& h) const {
  out.children.push_back(
      value("version", std::to_string(h.major_version) + "." + std::to_string(h.minor_version)));
  if (h.profileType) out.children.push_back(value("profileType", printable(*h.profileType)));
  auto iccid = to_hex(h.iccid);
  iccid.erase(iccid.find_last_not_of('F') + 1);
  out.children.push_back(value("iccid", iccid));
  auto services = list("services");
  for (int i = 0; i < saip::kServiceCount; ++i)
    if (const auto s = static_cast<saip::Service>(i); h.eUICC_Mandatory_services.has(s))
      services.children.push_back(value("", std::string(saip::service_name(s))));
  out.children.push_back(std::move(services));
  auto templates = list("templates");
  for (const auto& oid : h.eUICC_Mandatory_GFSTEList) {
    const auto* t = saip::find_template(oid);
    templates.children.push_back(
        value("", t ? std::string(t->name) + " v" + std::to_string(t->version) : oid.dotted()));
  }
  out.children.push_back(std::move(templates));
  if (h.iotOptions) out.children.push_back(value("iot pix", to_hex(h.iotOptions->pix)));
}

Item Describer::file(std::size_t i) const {
  const auto& f = image_.files()[i];
  auto out = object("");
  const auto add = [&](const char* name, std::string text) {
    if (!text.empty()) out.children.push_back(value(name, std::move(text)));
  };
  add("path", image_.path_text(static_cast<int>(i)));
  add("name", f.name);
  add("type", saip::to_string(f.type));
  if (f.link >= 0) add("link", image_.path_text(f.link));
  if (f.is_directory()) {
    add("aid", to_hex(f.df_name));
    add("pins", to_hex(f.pin_status));
  } else {
    add("size", f.record_size ? std::to_string(f.records()) + "x" + std::to_string(f.record_size)
                              : std::to_string(f.size));
    if (f.sfi) add("sfi", to_hex(std::array<std::uint8_t, 1>{*f.sfi}));
  }
  add("arr", std::to_string(f.arr_record));
  if (!f.is_directory() && f.link < 0) {
    add("content", content(f.body));
    add("means", meaning(f));
  }
  return out;
}
void Describer::files(Item& out, std::size_t from) const {
  auto all = list("files");
  for (std::size_t i = from; i < image_.files().size(); ++i) all.children.push_back(file(i));
  out.children.push_back(std::move(all));
}

void Describer::aka(Item& out, const saip::AkaParameter& p) const {
  if (const auto* m = p.algoConfiguration.mapping()) {
    out.children.push_back(value("mapping", "key data of " + to_hex(m->mappingSource)));
    return;
  }
  const auto& a = *p.algoConfiguration.algo();
  const char* names[] = {"", "MILENAGE", "TUAK", "USIM test algorithm (XOR)"};
  const auto id = static_cast<std::size_t>(a.algorithmID);
  out.children.push_back(
      value("algorithm", id >= 1 && id <= 3 ? names[id] : "unknown " + std::to_string(id)));
  out.children.push_back(value("options", to_hex(a.algorithmOptions)));
  out.children.push_back(value("key", secret(a.key.view())));
  out.children.push_back(value("opc", secret(a.opc.view())));
  out.children.push_back(value("sqnOptions", to_hex(p.sqnOptions)));
}

void Describer::pins(Item& out, const saip::PinCodes& p) const {
  if (const auto* path = std::get_if<BoundedBytes<8>>(&p.pinCodes.value)) {
    out.children.push_back(value("shared with", path->empty() ? "MF" : to_hex(*path)));
    return;
  }
  auto all = list("pins");
  for (const auto& k : std::get<std::vector<saip::PinConfiguration>>(p.pinCodes.value)) {
    auto one = object("");
    one.children.push_back(value("reference", std::to_string(k.keyReference)));
    one.children.push_back(value("value", code(k.pinValue.view())));
    if (k.unblockingPINReference)
      one.children.push_back(value("puk", std::to_string(*k.unblockingPINReference)));
    one.children.push_back(value("state", k.pinAttributes & 1 ? "enabled" : "disabled"));
    one.children.push_back(value("tries", std::to_string(k.maxNumOfAttemps_retryNumLeft & 0x0F) + " of " +
                                              std::to_string(k.maxNumOfAttemps_retryNumLeft >> 4)));
    all.children.push_back(std::move(one));
  }
  out.children.push_back(std::move(all));
}

void Describer::domain(Item& out, const saip::SecurityDomain& d) const {
  out.children.push_back(value("aid", to_hex(d.instance.instanceAID)));
  out.children.push_back(value("privileges", to_hex(d.instance.applicationPrivileges)));
  if (d.instance.applicationParameters &&
      d.instance.applicationParameters->uiccToolkitApplicationSpecificParametersField)
    out.children.push_back(value(
        "toolkit", to_hex(*d.instance.applicationParameters->uiccToolkitApplicationSpecificParametersField)));
  auto keys = list("keys");
  for (const auto& k : d.keyList.value_or(std::vector<saip::KeyObject>{}))
    for (const auto& c : k.keyComponents) {
      auto one = object("");
      one.children.push_back(value("version", to_hex(k.keyVersionNumber)));
      one.children.push_back(value("identifier", to_hex(k.keyIdentifier)));
      one.children.push_back(value("type", to_hex(c.keyType)));
      one.children.push_back(value("value", secret(c.keyData.view())));
      keys.children.push_back(std::move(one));
    }
  out.children.push_back(std::move(keys));
}

Item Describer::element(const PackageElement& part, const saip::ProfileElement& e) {
  auto out = object("");
  out.children.push_back(value("element", std::string(e.name())));
  out.children.push_back(value("tag", tag_text(e.tag())));
  out.children.push_back(value("offset", std::to_string(part.offset)));
  out.children.push_back(value("size", std::to_string(part.der.size())));
  if (const auto* h = e.header()) {
    out.children.push_back(value("identification", std::to_string(h->identification)));
    out.children.push_back(value("mandated", h->mandated ? "yes" : "no"));
  }
  const auto before = image_.files().size();
  Check violation;
  if (const auto* h = e.as<saip::ProfileHeader>()) header(out, *h);
  if (const auto* t = e.as<saip::TemplatePe>()) {
    const auto* info = saip::find_template(t->templateID);
    out.children.push_back(
        value("template", info ? std::string(info->name) + " v" + std::to_string(info->version)
                               : t->templateID.dotted() + " (unknown)"));
  }
  if (e.as<saip::TemplatePe>() || e.as<saip::GenericFileManagement>()) {
    violation = image_.apply(e);
    files(out, before);
  }
  if (violation) out.children.push_back(value("error", violation->why));
  if (const auto* p = e.as<saip::PinCodes>()) pins(out, *p);
  if (const auto* p = e.as<saip::PukCodes>()) {
    auto all = list("puks");
    for (const auto& k : p->pukCodes) {
      auto one = object("");
      one.children.push_back(value("reference", std::to_string(k.keyReference)));
      one.children.push_back(value("value", code(k.pukValue.view())));
      all.children.push_back(std::move(one));
    }
    out.children.push_back(std::move(all));
  }
  if (const auto* p = e.as<saip::AkaParameter>()) aka(out, *p);
  if (const auto* c = e.as<saip::CdmaParameter>())
    out.children.push_back(value("authenticationKey", secret(c->authenticationKey.view())));
  if (const auto* d = e.as<saip::SecurityDomain>()) domain(out, *d);
  if (const auto* r = e.as<saip::Rfm>()) {
    out.children.push_back(value("aid", to_hex(r->instanceAID)));
    auto tars = list("tars");
    if (r->tarList)
      for (const auto& t : *r->tarList) tars.children.push_back(value("", to_hex(t)));
    out.children.push_back(std::move(tars));
    out.children.push_back(value("minimumSecurityLevel", to_hex(r->minimumSecurityLevel)));
    if (r->adfRFMAccess) out.children.push_back(value("adf", to_hex(r->adfRFMAccess->adfAID)));
  }
  if (const auto* a = e.as<saip::Application>()) {
    if (a->loadBlock) {
      out.children.push_back(value("package", to_hex(a->loadBlock->loadPackageAID)));
      out.children.push_back(
          value("loadBlockObject", std::to_string(a->loadBlock->loadBlockObject.size()) + " octets"));
    }
    auto instances = list("instances");
    for (const auto& i : a->instanceList.value_or(std::vector<saip::ApplicationInstance>{}))
      instances.children.push_back(value("", to_hex(i.instanceAID)));
    out.children.push_back(std::move(instances));
  }
  if (const auto* n = e.as<saip::NonStandard>()) {
    out.children.push_back(value("issuerID", n->issuerID.dotted()));
    out.children.push_back(value("content", content(n->content)));
  }
  if (auto path = saip::unknown_member(e)) out.children.push_back(value("unknown member", *path));
  return out;
}

boost::json::value json_of(const Item& i) {
  switch (i.kind) {
    case Item::Kind::kValue:
      return boost::json::value(i.value);
    case Item::Kind::kList: {
      boost::json::array a;
      for (const auto& c : i.children) a.push_back(json_of(c));
      return a;
    }
    case Item::Kind::kObject:
      break;
  }
  boost::json::object o;
  for (const auto& c : i.children) o[c.name] = json_of(c);
  return o;
}

// An entry without structure below it fits a line.
std::string line_of(const Item& i) {
  if (i.kind == Item::Kind::kValue) return i.value;
  std::string out;
  for (const auto& c : i.children) {
    const bool plain = c.name == "path" || c.name == "name";
    out += (out.empty()                 ? ""
            : plain || c.name == "type" ? "  "
                                        : ", ") +
           (plain || c.name == "type" ? c.value : c.name + " " + c.value);
  }
  return out;
}
void text_of(const Item& i, const std::string& indent, std::string& out) {
  for (const auto& c : i.children) {
    if (c.kind == Item::Kind::kValue) {
      out += indent + c.name + ": " + c.value + "\n";
      continue;
    }
    if (c.children.empty()) continue;
    const bool words =
        std::ranges::all_of(c.children, [](const Item& x) { return x.kind == Item::Kind::kValue; });
    out += indent + c.name + ":";
    if (words)
      for (const auto& x : c.children) out += (&x == &c.children.front() ? " " : ", ") + x.value;
    out += "\n";
    if (!words)
      for (const auto& x : c.children) out += indent + "  " + line_of(x) + "\n";
  }
}

}  // namespace

Result<Item> describe_package(ByteView package, const DescribeOptions& options) {
  EIDER_TRY(elements, read_package(package));
  Describer describer(options);
  auto out = object("");
  out.children.push_back(value("size", std::to_string(package.size())));
  auto all = list("elements");
  for (const auto& part : elements) {
    auto e = saip::decode_element(part.der);
    if (!e) {
      auto one = object("");
      one.children.push_back(value("element", std::string(saip::element_name(part.tag))));
      one.children.push_back(value("tag", tag_text(part.tag)));
      one.children.push_back(value("offset", std::to_string(part.offset)));
      one.children.push_back(value("size", std::to_string(part.der.size())));
      one.children.push_back(value("error", e.error().message()));
      all.children.push_back(std::move(one));
      continue;
    }
    all.children.push_back(describer.element(part, *e));
  }
  out.children.push_back(std::move(all));
  return out;
}

std::string to_json(const Item& item) {
  return boost::json::serialize(json_of(item));
}

std::string to_text(const Item& item) {
  std::string out;
  for (const auto& c : item.children) {
    if (c.kind == Item::Kind::kValue) {
      out += "profile package, " + c.value + " octets\n";
      continue;
    }
    std::size_t n = 0;
    for (const auto& e : c.children) {
      const auto find = [&](std::string_view name) -> std::string {
        for (const auto& m : e.children)
          if (m.name == name) return m.value;
        return {};
      };
      out += "\n" + std::to_string(n++) + "  " + find("element") + "  [" + find("tag") + "] at " +
             find("offset") + ", " + find("size") + " octets";
      if (const auto id = find("identification"); !id.empty())
        out += ", identification " + id + (find("mandated") == "yes" ? ", mandated" : "");
      out += "\n";
      Item rest = e;
      std::erase_if(rest.children, [](const Item& m) {
        return m.name == "element" || m.name == "tag" || m.name == "offset" || m.name == "size" ||
               m.name == "identification" || m.name == "mandated";
      });
      text_of(rest, "    ", out);
    }
  }
  return out;
}

}  // namespace eider::profile
