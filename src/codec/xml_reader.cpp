#include "codec/xml_reader.hpp"

#include <cstdint>
#include <libxml/SAX2.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <mutex>

namespace eider::xml {
namespace {

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view{};
}
const xmlNode* node_of(const void* node) {
  return static_cast<const xmlNode*>(node);
}

// What the guards below need beside the parser's own context, in its `_private`.
struct Guard {
  const Limits* limits;
  std::size_t depth = 0, elements = 0;
  std::optional<Problem> problem;
};

void stop(xmlParserCtxt* context, Problem::Kind kind, std::string what) {
  auto& guard = *static_cast<Guard*>(context->_private);
  if (!guard.problem) {
    Problem p{.kind = kind, .path = {}, .what = std::move(what)};
    p.line = context->input ? static_cast<std::size_t>(std::max(context->input->line, 0)) : 0;
    p.offset = static_cast<std::size_t>(std::max<long>(xmlByteConsumed(context), 0));
    if (context->node) p.path = Element(context->node).path();
    guard.problem = std::move(p);
  }
  xmlStopParser(context);
}

void start_element(void* raw, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri, int namespaces,
                   const xmlChar** namespace_list, int attributes, int defaulted,
                   const xmlChar** attribute_list) {
  auto* context = static_cast<xmlParserCtxt*>(raw);
  auto& guard = *static_cast<Guard*>(context->_private);
  if (++guard.depth > guard.limits->depth)
    return stop(context, Problem::Kind::kTooLarge,
                "elements nest deeper than " + std::to_string(guard.limits->depth));
  if (++guard.elements > guard.limits->elements)
    return stop(context, Problem::Kind::kTooLarge,
                "more than " + std::to_string(guard.limits->elements) + " elements");
  if (static_cast<std::size_t>(attributes) + static_cast<std::size_t>(namespaces) > guard.limits->attributes)
    return stop(context, Problem::Kind::kTooLarge,
                "more than " + std::to_string(guard.limits->attributes) + " attributes on one element");
  const auto offset = xmlByteConsumed(context);
  xmlSAX2StartElementNs(raw, name, prefix, uri, namespaces, namespace_list, attributes, defaulted,
                        attribute_list);
  if (context->node)
    context->node->_private = reinterpret_cast<void*>(static_cast<std::uintptr_t>(std::max<long>(offset, 0)));
}
void end_element(void* raw, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri) {
  auto* context = static_cast<xmlParserCtxt*>(raw);
  --static_cast<Guard*>(context->_private)->depth;
  xmlSAX2EndElementNs(raw, name, prefix, uri);
}
void document_type(void* raw, const xmlChar*, const xmlChar*, const xmlChar*) {
  stop(static_cast<xmlParserCtxt*>(raw), Problem::Kind::kForbidden, "a document type is not taken");
}
void processing_instruction(void* raw, const xmlChar*, const xmlChar*) {
  stop(static_cast<xmlParserCtxt*>(raw), Problem::Kind::kForbidden, "a processing instruction is not taken");
}
// No entity but the five that every document has (and they do not come here through the table).
xmlEntity* no_entity(void*, const xmlChar* name) {
  return xmlGetPredefinedEntity(name);
}
void silent(void*, const xmlError*) {}

xmlSAXHandler guarded_handler() {
  xmlSAXHandler sax{};
  xmlSAXVersion(&sax, 2);
  sax.startElementNs = start_element;
  sax.endElementNs = end_element;
  sax.internalSubset = document_type;
  sax.externalSubset = document_type;
  sax.processingInstruction = processing_instruction;
  sax.getEntity = no_entity;
  sax.getParameterEntity = [](void*, const xmlChar*) -> xmlEntity* { return nullptr; };
  sax.resolveEntity = [](void*, const xmlChar*, const xmlChar*) -> xmlParserInput* { return nullptr; };
  sax.serror = reinterpret_cast<xmlStructuredErrorFunc>(silent);
  return sax;
}

Problem syntax_problem(const xmlParserCtxt& context) {
  Problem p{.kind = Problem::Kind::kMalformed, .path = {}};
  const auto& error = context.lastError;
  p.line = static_cast<std::size_t>(std::max(error.line, 0));
  p.what = error.message ? error.message : "no XML document";
  while (!p.what.empty() && (p.what.back() == '\n' || p.what.back() == ' ')) p.what.pop_back();
  return p;
}

const xmlNode* next_element(const xmlNode* node) {
  while (node && node->type != XML_ELEMENT_NODE) node = node->next;
  return node;
}

// Canonical forms report through the thread's handler, which would write to stderr.
class Quiet {
 public:
  Quiet() : context_(xmlStructuredErrorContext), handler_(xmlStructuredError) {
    xmlSetStructuredErrorFunc(nullptr, reinterpret_cast<xmlStructuredErrorFunc>(silent));
  }
  ~Quiet() { xmlSetStructuredErrorFunc(context_, handler_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  void* context_;
  xmlStructuredErrorFunc handler_;
};

struct Visible {  // the subtree of one element, with its attributes and namespaces
  const xmlNode* top;
};
int is_visible(void* user, xmlNode* node, xmlNode* parent) {
  const auto* top = static_cast<Visible*>(user)->top;
  // A namespace node has no parent of its own: its element is given.
  const xmlNode* at = node->type == XML_NAMESPACE_DECL ? parent : node;
  for (; at; at = at->parent)
    if (at == top) return 1;
  return 0;
}

Result<std::string> canonical_of(const xmlNode* top, Canonical form, std::span<const std::string> prefixes) {
  std::vector<const xmlChar*> list;
  for (const auto& p : prefixes) list.push_back(reinterpret_cast<const xmlChar*>(p.c_str()));
  list.push_back(nullptr);
  const Quiet quiet;
  xmlOutputBuffer* buffer = xmlAllocOutputBuffer(nullptr);
  if (!buffer) return fail_local("no memory for a canonical form");
  Visible visible{top};
  const bool exclusive = form == Canonical::kExclusive || form == Canonical::kExclusiveWithComments;
  const bool comments =
      form == Canonical::kExclusiveWithComments || form == Canonical::kInclusiveWithComments;
  const int rc =
      xmlC14NExecute(top->doc, is_visible, &visible, exclusive ? XML_C14N_EXCLUSIVE_1_0 : XML_C14N_1_0,
                     const_cast<xmlChar**>(list.data()), comments ? 1 : 0, buffer);
  std::string out;
  if (rc >= 0) out.assign(view(xmlOutputBufferGetContent(buffer)).data(), xmlOutputBufferGetSize(buffer));
  xmlOutputBufferClose(buffer);
  if (rc < 0) return fail_local("the element has no canonical form");
  return out;
}

}  // namespace

std::string Problem::message() const {
  std::string out = path.empty() ? std::string{} : path + ": ";
  if (line) out += "line " + std::to_string(line) + ": ";
  return out + what;
}
Fault Problem::fault() const {
  return DecodeFault{path.empty() ? "XML" : path, offset,
                     line ? "line " + std::to_string(line) + ": " + what : what};
}

std::string_view Element::name() const {
  return view(node_of(node_)->name);
}
std::string_view Element::namespace_name() const {
  const auto* ns = node_of(node_)->ns;
  return ns ? view(ns->href) : std::string_view{};
}
std::optional<std::string> Element::attribute(std::string_view name, std::string_view namespace_name) const {
  for (const auto* a = node_of(node_)->properties; a; a = a->next) {
    if (view(a->name) != name || (a->ns ? view(a->ns->href) : std::string_view{}) != namespace_name) continue;
    std::string out;
    for (const auto* t = a->children; t; t = t->next) out += view(t->content);
    return out;
  }
  return std::nullopt;
}
std::optional<std::string> Element::text() const {
  std::string out;
  for (const auto* n = node_of(node_)->children; n; n = n->next) {
    if (n->type == XML_ELEMENT_NODE) return std::nullopt;
    if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) out += view(n->content);
  }
  return out;
}
std::optional<Element> Element::first_child() const {
  const auto* n = next_element(node_of(node_)->children);
  return n ? std::optional<Element>(n) : std::nullopt;
}
std::optional<Element> Element::next() const {
  const auto* n = next_element(node_of(node_)->next);
  return n ? std::optional<Element>(n) : std::nullopt;
}
std::string Element::path() const {
  std::string out;
  for (const auto* n = node_of(node_); n && n->type == XML_ELEMENT_NODE; n = n->parent)
    out = out.empty() ? std::string(view(n->name)) : std::string(view(n->name)) + "/" + out;
  return out;
}
std::size_t Element::line() const {
  return static_cast<std::size_t>(std::max<long>(xmlGetLineNo(node_of(node_)), 0));
}
std::size_t Element::offset() const {
  return static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(node_of(node_)->_private));
}
Result<std::string> Element::standalone() const {
  std::vector<std::string> own;
  for (const auto* ns = node_of(node_)->nsDef; ns; ns = ns->next)
    own.emplace_back(ns->prefix ? view(ns->prefix) : std::string_view("#default"));
  return canonical_of(node_of(node_), Canonical::kExclusiveWithComments, own);
}
Problem Element::problem(Problem::Kind kind, std::string what) const {
  return {kind, path(), offset(), line(), std::move(what)};
}

void Document::Free::operator()(void* document) const {
  xmlFreeDoc(static_cast<xmlDoc*>(document));
}

Read<Document> Document::parse(ByteView octets, const Limits& limits) {
  static std::once_flag once;
  std::call_once(once, [] { xmlInitParser(); });
  if (octets.size() > limits.octets)
    return tl::unexpected(Problem{
        Problem::Kind::kTooLarge, {}, 0, 0, "more than " + std::to_string(limits.octets) + " octets"});
  if (octets.empty()) return tl::unexpected(Problem{Problem::Kind::kMalformed, {}, 0, 0, "no octets"});

  const std::unique_ptr<xmlParserCtxt, void (*)(xmlParserCtxt*)> context(xmlNewParserCtxt(),
                                                                         xmlFreeParserCtxt);
  if (!context) return tl::unexpected(Problem{Problem::Kind::kMalformed, {}, 0, 0, "no memory"});
  Guard guard{&limits, 0, 0, {}};
  context->_private = &guard;
  *context->sax = guarded_handler();
  // Without XML_PARSE_HUGE: libxml2's own limits stay, on top of these. XML_PARSE_NOCDATA: CDATA is text, as
  // in canonical forms.
  std::unique_ptr<xmlDoc, void (*)(xmlDoc*)> document(
      xmlCtxtReadMemory(context.get(), reinterpret_cast<const char*>(octets.data()),
                        static_cast<int>(octets.size()), nullptr, nullptr,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |
                            XML_PARSE_BIG_LINES),
      xmlFreeDoc);
  if (guard.problem) return tl::unexpected(std::move(*guard.problem));
  if (!document || !context->wellFormed || !context->nsWellFormed)
    return tl::unexpected(syntax_problem(*context));
  if (!xmlDocGetRootElement(document.get()))
    return tl::unexpected(Problem{Problem::Kind::kMalformed, {}, 0, 0, "no element"});
  return Document(document.release());
}

Element Document::root() const {
  return Element(xmlDocGetRootElement(static_cast<xmlDoc*>(document_.get())));
}

Result<std::string> canonical(const Document& document, Canonical form,
                              std::span<const std::string> inclusive_prefixes) {
  return canonical(document.root(), form, inclusive_prefixes);
}
Result<std::string> canonical(const Element& element, Canonical form,
                              std::span<const std::string> inclusive_prefixes) {
  return canonical_of(static_cast<const xmlNode*>(element.node()), form, inclusive_prefixes);
}

}  // namespace eider::xml
