// XML from outside, read by libxml2 with everything switched off that a message does not need: no document
// type, no entity of its own, no network, and limits on octets, depth, elements and attributes.
#pragma once
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::xml {

struct Limits {
  std::size_t octets = std::size_t{4} << 20;
  std::size_t depth = 48;
  std::size_t elements = 100'000;
  std::size_t attributes = 64;  // of one element, with its namespace declarations
};

// Why a document, or an element of it, was not taken. Servers answer each kind with another status.
struct Problem {
  enum class Kind : std::uint8_t {
    kMalformed,  // no XML
    kForbidden,  // a document type or a processing instruction
    kTooLarge,   // over a limit
    kMissing,    // a mandatory element or attribute
    kInvalid,    // a value, or an element where it must not be
    kDuplicate,
  };
  Kind kind = Kind::kMalformed;
  std::string path;        // "ES3-CreateISDPRequest/Eid"
  std::size_t offset = 0;  // of the element's start tag
  std::size_t line = 0;
  std::string what;

  std::string message() const;
  Fault fault() const;
};
template <class T>
using Read = tl::expected<T, Problem>;

// One element of a Document, valid while that lives.
class Element {
 public:
  explicit Element(const void* node) : node_(node) {}
  std::string_view name() const;            // without prefix
  std::string_view namespace_name() const;  // empty: none
  std::optional<std::string> attribute(std::string_view name, std::string_view namespace_name = {}) const;
  // The text between its tags; nothing when it holds elements. Comments are skipped.
  std::optional<std::string> text() const;
  std::optional<Element> first_child() const;
  std::optional<Element> next() const;
  std::string path() const;  // from the root
  std::size_t line() const;
  std::size_t offset() const;
  // The element as a document of its own: exclusive canonical form with comments, and the namespaces that are
  // declared on it. Exclusive forms of it are those in place; put elsewhere and taken out again it stays the
  // same.
  Result<std::string> standalone() const;

  Problem problem(Problem::Kind kind, std::string what) const;
  const void* node() const { return node_; }  // of libxml2

 private:
  const void* node_;
};

class Document {
 public:
  static Read<Document> parse(ByteView octets, const Limits& limits = {});
  Element root() const;

 private:
  struct Free {
    void operator()(void* document) const;
  };
  explicit Document(void* document) : document_(document) {}
  std::unique_ptr<void, Free> document_;
};

// Exclusive canonical form (RFC 3741) or canonical form 1.0 of a document's root, or of one element with all
// it holds.
enum class Canonical : std::uint8_t {
  kExclusive,
  kExclusiveWithComments,
  kInclusive,
  kInclusiveWithComments
};
Result<std::string> canonical(const Document& document, Canonical form,
                              std::span<const std::string> inclusive_prefixes = {});
Result<std::string> canonical(const Element& element, Canonical form,
                              std::span<const std::string> inclusive_prefixes = {});

}  // namespace eider::xml
