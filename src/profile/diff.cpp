#include "profile/diff.hpp"

#include <boost/json.hpp>
#include <set>

#include "profile/diff_detail.hpp"
#include "profile/package_reader.hpp"

namespace eider::profile {
namespace diff {
namespace {

using document::Node;
namespace pe = saip::pe;

// What one and the same element of two packages has in common, whatever its place and number.
class Labels {
 public:
  std::string next(const saip::ProfileElement& e, const FileSystemImage& image) {
    const int made = image.first_directory();
    if (made >= 0) directory_ = path_label(image, made);
    const Tag t = e.tag();
    if (made >= 0 && (t == pe::kUsim || t == pe::kIsim || t == pe::kCsim || t == pe::kIot))
      naa_ = path_label(image, made);
    auto label = std::string(e.name()) + subject(e);
    const int n = ++count_[label];
    return n > 1 ? label + " (" + std::to_string(n) + ")" : label;
  }

 private:
  std::map<std::string, int> count_;
  std::string directory_, naa_;
  bool domain_seen_ = false;

  std::string subject(const saip::ProfileElement& e) {
    if (e.as<saip::PinCodes>()) return " of " + directory_;
    if (e.as<saip::AkaParameter>() || e.as<saip::CdmaParameter>()) return " of " + naa_;
    if (const auto* d = e.as<saip::SecurityDomain>())
      return std::exchange(domain_seen_, true) ? " " + to_hex(d->instance.instanceAID) : " (MNO-SD)";
    if (const auto* r = e.as<saip::Rfm>()) return " " + to_hex(r->instanceAID);
    if (const auto* n = e.as<saip::NonStandard>()) return " " + n->issuerID.dotted();
    if (const auto* a = e.as<saip::Application>()) {
      if (a->loadBlock) return " " + to_hex(a->loadBlock->loadPackageAID);
      if (a->instanceList && !a->instanceList->empty())
        return " " + to_hex(a->instanceList->front().instanceAID);
    }
    return "";
  }
};

// Members that name an entry of a list better than its place does.
std::string key_of(const Node& item) {
  constexpr std::string_view kKeys[][2] = {{"keyReference", ""},
                                           {"keyVersionNumber", "keyIdentifier"},
                                           {"instanceAID", ""},
                                           {"keyType", ""},
                                           {"aid", ""}};
  for (const auto& [first, second] : kKeys) {
    const auto* a = item.find(first);
    if (!a) continue;
    const auto* b = item.find(second);
    return a->text + (b ? "/" + b->text : "");
  }
  return {};
}

// Values of which nothing is told, beyond those that the declaration keeps secret: they pass to an
// application unread and may be keys.
bool is_hidden(const Node& n) {
  if (n.secret) return true;
  for (const auto* name : {"processData", "sdPersoData"})
    if (n.name == name) return true;
  return false;
}

class TreeComparison {
 public:
  TreeComparison(std::string where, std::vector<Difference>& out) : where_(std::move(where)), out_(out) {}

  void whole(const Node& a, const Node& b) { child(&a, &b, ""); }

 private:
  std::string where_;
  std::vector<Difference>& out_;

  void members(const Node& a, const Node& b, const std::string& path) {
    for (const auto& c : a.children) {
      const auto* other = b.find(c.name);
      child(&c, other, path.empty() ? c.name : path + "." + c.name);
    }
    for (const auto& c : b.children)
      if (!a.find(c.name)) child(nullptr, &c, path.empty() ? c.name : path + "." + c.name);
  }

  static std::string value(const Node& n) {
    constexpr std::size_t kShown = 96;
    if (is_hidden(n)) return "(not shown)";
    if (n.kind != Node::Kind::kScalar) {
      std::string out;
      for (const auto& c : n.children)
        out += (out.empty() ? "" : ", ") + (c.name.empty() ? "" : c.name + " ") + value(c);
      return n.kind == Node::Kind::kMap ? "{" + out + "}" : "[" + out + "]";
    }
    return n.text.size() > kShown
               ? n.text.substr(0, kShown) + "... (" + std::to_string(n.text.size() / 2) + " octets)"
               : n.text;
  }

  static bool same(const Node& a, const Node& b) {
    if (a.kind != b.kind || a.text != b.text || a.children.size() != b.children.size()) return false;
    for (std::size_t i = 0; i < a.children.size(); ++i)
      if (a.children[i].name != b.children[i].name || !same(a.children[i], b.children[i])) return false;
    return true;
  }

  void child(const Node* a, const Node* b, const std::string& path) {
    if (!a || !b) {
      const auto side = [](const Node* n) { return n ? std::optional(value(*n)) : std::nullopt; };
      out_.push_back({where_, path, side(a), side(b)});
      return;
    }
    if (same(*a, *b)) return;
    if (is_hidden(*a) || is_hidden(*b)) {
      out_.push_back({where_, path, "(not shown)", "differs"});
      return;
    }
    if (a->kind == b->kind && a->kind == Node::Kind::kMap) return members(*a, *b, path);
    if (a->kind == b->kind && a->kind == Node::Kind::kList) return entries(*a, *b, path);
    out_.push_back({where_, path, value(*a), value(*b)});
  }

  // By what names them; those without a name by their place.
  void entries(const Node& a, const Node& b, const std::string& path) {
    const auto index = [](const Node& list) {
      std::vector<std::pair<std::string, const Node*>> out;
      std::map<std::string, int> seen;
      for (std::size_t i = 0; i < list.children.size(); ++i) {
        auto key = key_of(list.children[i]);
        if (key.empty()) key = std::to_string(i);
        const int n = seen[key]++;
        out.emplace_back("[" + key + (n ? "#" + std::to_string(n + 1) : "") + "]", &list.children[i]);
      }
      return out;
    };
    const auto first = index(a), second = index(b);
    const auto find = [](const auto& all, const std::string& key) -> const Node* {
      for (const auto& [k, n] : all)
        if (k == key) return n;
      return nullptr;
    };
    for (const auto& [key, n] : first) child(n, find(second, key), path + key);
    for (const auto& [key, n] : second)
      if (!find(first, key)) child(nullptr, n, path + key);
  }
};

// Identification and mandated are told with the order; files as files.
void keep_what_is_compared(Element& e) {
  std::erase_if(e.tree.children, [&](const Node& n) {
    const auto* id = n.find("identification");
    return id != nullptr || (e.is_files && n.name != "templateID");
  });
}

std::string summary_of(const saip::ProfileElement& e, const std::string& label) {
  const auto* h = e.header();
  if (!h) return label;
  return label + ", identification " + std::to_string(h->identification) + (h->mandated ? ", mandated" : "");
}

}  // namespace

Result<View> view_of(ByteView package) {
  EIDER_TRY(elements, read_package(package));
  View out;
  Labels labels;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    auto e = saip::decode_element(elements[i].der);
    if (!e) return fail_local("element " + std::to_string(i) + ": " + e.error().message());
    EIDER_TRY(tree, document::from_der(der::Describe<saip::ProfileElement>::type, elements[i].der));
    const auto violation = out.image.apply(*e);
    Element one;
    one.label = labels.next(*e, out.image);
    one.summary = summary_of(*e, one.label);
    one.tree = std::move(tree.children[0]);
    one.is_files = e->as<saip::TemplatePe>() || e->as<saip::GenericFileManagement>();
    keep_what_is_compared(one);
    if (const auto path = saip::unknown_member(*e); path && one.is_files)
      one.tree.add(document::scalar("unknown member", *path));
    if (violation) one.tree.add(document::scalar("cannot be carried out", violation->why));
    out.elements.push_back(std::move(one));
  }
  return out;
}

namespace {

const Element* find(const View& view, const std::string& label) {
  for (const auto& e : view.elements)
    if (e.label == label) return &e;
  return nullptr;
}

// Elements of one side, those of both that differ, then the order of what both have.
void compare_elements(const View& a, const View& b, std::vector<Difference>& out) {
  for (const auto& e : a.elements) {
    const auto* other = find(b, e.label);
    if (!other)
      out.push_back({e.label, "", "present", std::nullopt});
    else
      TreeComparison(e.label, out).whole(e.tree, other->tree);
  }
  for (const auto& e : b.elements)
    if (!find(a, e.label)) out.push_back({e.label, "", std::nullopt, "present"});

  const auto common = [](const View& x, const View& y) {
    std::vector<const Element*> all;
    for (const auto& e : x.elements)
      if (find(y, e.label)) all.push_back(&e);
    return all;
  };
  const auto first = common(a, b), second = common(b, a);
  for (std::size_t i = 0; i < first.size(); ++i)
    if (first[i]->summary != second[i]->summary)
      out.push_back({"order of the elements", std::to_string(i), first[i]->summary, second[i]->summary});
}

}  // namespace
}  // namespace diff

Result<PackageDiff> diff_packages(ByteView first, ByteView second) {
  const auto view = [](ByteView package, const char* which) -> Result<diff::View> {
    auto v = diff::view_of(package);
    if (v) return v;
    const auto* local = v.error().as<LocalFault>();
    return fail_local(std::string(which) + " package: " + (local ? local->what : v.error().message()),
                      local ? local->remedy : "");
  };
  EIDER_TRY(a, view(first, "first"));
  EIDER_TRY(b, view(second, "second"));
  PackageDiff out;
  out.same_octets = equal(first, second);
  if (out.same_octets) return out;
  diff::compare_elements(a, b, out.differences);
  diff::compare_files(a.image, b.image, out.differences);
  return out;
}

namespace {
// Control characters would let a package drive the reader's terminal.
std::string visible(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}
}  // namespace

std::string to_text(const PackageDiff& diff) {
  std::string out, heading;
  for (const auto& d : diff.differences) {
    if (d.where != heading || d.what.empty()) out += d.where + "\n";
    heading = d.where;
    const auto name = d.what.empty() ? std::string() : d.what + ": ";
    constexpr std::size_t kOneLine = 60;
    if (d.first && d.second && d.first->size() + d.second->size() <= kOneLine) {
      out += visible("  " + name + *d.first + " -> " + *d.second) + "\n";
      continue;
    }
    if (d.first) out += visible("  - " + name + *d.first) + "\n";
    if (d.second) out += visible("  + " + name + *d.second) + "\n";
  }
  if (diff.differences.empty() && !diff.same_octets) out = "the octets differ, what they install does not\n";
  return out;
}

std::string to_json(const PackageDiff& diff) {
  boost::json::array all;
  for (const auto& d : diff.differences) {
    boost::json::object o{{"where", d.where}};
    if (!d.what.empty()) o["what"] = d.what;
    if (d.first) o["first"] = *d.first;
    if (d.second) o["second"] = *d.second;
    all.push_back(std::move(o));
  }
  return boost::json::serialize(boost::json::object{
             {"equal", diff.differences.empty()}, {"sameOctets", diff.same_octets}, {"differences", all}}) +
         "\n";
}

}  // namespace eider::profile
