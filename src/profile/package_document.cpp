#include "profile/package_document.hpp"

#include "base/secret.hpp"
#include "profile/file_system.hpp"
#include "profile/package_reader.hpp"
#include "spec/usim/contents.hpp"

namespace eider::profile {
namespace {

using document::Node;
using saip::FileType;

constexpr std::string_view kFormat = "eider-profile-package";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kElements = "elements";
constexpr std::string_view kOctets = "octets";

constexpr std::string_view kPreface =
    "A profile package (TCA PPIF) with its keys and codes in the clear.\n"
    "`eider profile create --from` makes the package of it again. Comments are not read.";

const der::Type& element_type() {
  return der::Describe<saip::ProfileElement>::type;
}

std::string text_of(std::uint8_t octet) {
  return to_hex(ByteView(&octet, 1));
}

// "3F00/7FD0/6F07 EF.IMSI, transparent, 9 octets, SFI 07, access rule 6F06/3"
std::string headline(const FileSystemImage& image, std::size_t i) {
  const auto& f = image.files()[i];
  std::string out = image.path_text(static_cast<int>(i)) + (f.name.empty() ? "" : " " + f.name);
  if (f.link >= 0) return out + ", a link to " + image.path_text(f.link);
  out += std::string(", ") + saip::to_string(f.type);
  if (!f.is_directory())
    out += f.record_size ? ", " + std::to_string(f.records()) + " records of " +
                               std::to_string(f.record_size) + " octets"
                         : ", " + std::to_string(f.size) + " octets";
  if (f.sfi) out += ", SFI " + text_of(*f.sfi);
  const std::uint8_t arr[] = {static_cast<std::uint8_t>(f.arr_fid >> 8),
                              static_cast<std::uint8_t>(f.arr_fid)};
  return out + ", access rule " + to_hex(arr) + "/" + std::to_string(f.arr_record);
}

std::string comment_of(const FileSystemImage& image, std::size_t i) {
  const auto& f = image.files()[i];
  auto out = headline(image, i);
  if (f.is_directory() || f.link >= 0 || usim::holds_keys(f.name)) return out;
  for (const auto& fact : usim::describe_file(
           usim::described_as(image.application_of(static_cast<int>(i)), f.name), image.records(f)))
    out += "\n  " + fact.name + (fact.name.empty() || fact.value.empty() ? "" : ": ") + fact.value;
  return out;
}

// The comments of an element: each file that it has made stands above the member it comes of.
class Commentator {
 public:
  void comment(const saip::ProfileElement& e, Node& node) {
    const auto before = image_.files().size();
    const auto violation = image_.apply(e);
    if (violation) node.comment = "cannot be carried out: " + violation->why;
    if (const auto* t = e.as<saip::TemplatePe>())
      members(*t, node, before);
    else if (e.as<saip::GenericFileManagement>())
      commands(node, before);
    else if (e.as<saip::PinCodes>() || e.as<saip::PukCodes>())
      references(node);
  }

 private:
  FileSystemImage image_;

  static Node* member_of(Node& map, std::string_view name) { return const_cast<Node*>(map.find(name)); }

  void members(const saip::TemplatePe& t, Node& node, std::size_t before) {
    const auto* info = saip::find_template(t.templateID);
    if (auto* id = member_of(node, "templateID"); id && info)
      id->comment = std::string(info->name) + ", version " + std::to_string(info->version);
    if (!info) return;
    for (const auto& m : t.files) {
      const auto* row = saip::template_row(*info, m.member);
      const auto* shape = saip::template_member(t.pe, m.member);
      auto* target = shape ? member_of(node, shape->name) : nullptr;
      if (!row || !target) continue;
      for (std::size_t i = before; i < image_.files().size(); ++i)
        if (image_.files()[i].name == row->name)
          target->comment += (target->comment.empty() ? "" : "\n") + comment_of(image_, i);
    }
  }
  // In the order in which the commands create them.
  void commands(Node& node, std::size_t before) {
    std::size_t next = before;
    auto* lists = member_of(node, "fileManagementCMD");
    if (!lists) return;
    for (auto& list : lists->children)
      for (auto& command : list.children)
        for (auto& c : command.children)
          if (c.name == "createFCP" && next < image_.files().size()) c.comment = comment_of(image_, next++);
  }
  static void references(Node& node) {
    for (auto& c : node.children) {
      unsigned reference = 0;
      for (const char digit : c.name == "keyReference" ? c.text : std::string())
        reference = reference * 10 + static_cast<unsigned>(digit - '0');
      if (reference && reference < 256)
        c.comment = usim::key_reference_text(static_cast<std::uint8_t>(reference));
      references(c);
    }
  }
};

Node raw_element(ByteView der, std::string why) {
  auto out = document::map("");
  out.add(document::octets(std::string(kOctets), der)).comment = std::move(why);
  return out;
}

Node element_node(ByteView der, Commentator& commentator) {
  auto node = document::from_der(element_type(), der);
  if (!node) return raw_element(der, "does not decode: " + node.error().message());
  const auto back = document::to_der(element_type(), *node);
  const auto e = saip::decode_element(der);
  if (!e) return raw_element(der, "does not decode: " + e.error().message());
  if (!back || !equal(*back, der)) return raw_element(der, "not in the canonical form of its declaration");
  commentator.comment(*e, node->children[0]);
  return *std::move(node);
}

Result<Bytes> element_octets(const Node& node, const std::string& path) {
  if (const auto* raw = node.find(kOctets); raw && node.children.size() == 1) {
    auto octets = from_hex(raw->text);
    if (!octets || !read_single_tlv(*octets, false))
      return document::fault_at(*raw, path + ".octets", "one element in hexadecimal wanted");
    return *std::move(octets);
  }
  auto der = document::to_der(element_type(), node);
  if (!der) {
    const auto* local = der.error().as<LocalFault>();
    return fail_local(path + ", " + (local ? local->what : der.error().message()));
  }
  if (const auto e = saip::decode_element(*der); !e)
    return document::fault_at(node, path, e.error().message());
  return der;
}

}  // namespace

Result<Node> export_package(ByteView package) {
  EIDER_TRY(elements, read_package(package));
  auto out = document::map("");
  out.comment = std::string(kPreface);
  out.add(document::scalar("format", std::string(kFormat), Node::Style::kText));
  out.add(document::scalar("version", std::string(kVersion)));
  auto& all = out.add(document::list(std::string(kElements)));
  Commentator commentator;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    auto node = element_node(elements[i].der, commentator);
    auto& said = node.children[0].comment;
    node.comment = "element " + std::to_string(i) + (said.empty() ? "" : ": " + said);
    said.clear();
    all.add(std::move(node));
  }
  return out;
}

Result<Bytes> import_package(const Node& document) {
  const auto* format = document.find("format");
  const auto* version = document.find("version");
  if (!format || format->text != kFormat)
    return document::fault_at(
        document, {}, "no document of a profile package: format is not \"" + std::string(kFormat) + "\"");
  if (!version || version->text != kVersion)
    return document::fault_at(version ? *version : document, "version", "only version 1 is known");
  for (const auto& c : document.children)
    if (&c != format && &c != version && c.name != kElements)
      return document::fault_at(c, {}, "\"" + c.name + "\" is no member of the document");
  const auto* elements = document.find(kElements);
  if (!elements || elements->kind != Node::Kind::kList)
    return document::fault_at(elements ? *elements : document, kElements, "a list wanted");
  Bytes out;
  for (std::size_t i = 0; i < elements->children.size(); ++i) {
    EIDER_TRY(der, element_octets(elements->children[i], "element " + std::to_string(i)));
    append(out, der);
    zeroise(der);
  }
  if (auto whole = read_package(out); !whole) return fail(std::move(whole).error());
  return out;
}

}  // namespace eider::profile
