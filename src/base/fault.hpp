// What can go wrong, as distinct types, so that a status word cannot be passed where a status code belongs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace eider {

// Bytes that do not follow their declaration. `path` names the field
// ("AuthenticateServerRequest.serverSigned1"), `offset` the octet, counted from the start of the decoded
// input.
struct DecodeFault {
  std::string path;
  std::size_t offset = 0;
  std::string what;
};

// An ISO 7816-4 status word other than success.
struct StatusWord {
  std::uint16_t sw = 0;
};

// A result code inside an ES10 or ES8+ response (SGP.22 section 5.7), for example function "EnableProfile",
// code 3.
struct Es10Fault {
  std::string function;
  int code = 127;
  std::string name;
};

// The other server said Failed: subject and reason code of SGP.22 section 5.2.6 (dotted text, never numbers).
struct FunctionStatus {
  std::string subject_code;
  std::string reason_code;
  std::string subject_identifier;
  std::string message;
};

// A check on a certificate, signature, MAC or binding that did not hold.
struct VerificationFault {
  enum class Check : std::uint8_t {
    kSignature,
    kChain,  // issuer unknown or the issuer's signature does not verify
    kRole,   // policy OID is not the one of the role
    kCurve,
    kExpired,
    kNotYetValid,
    kRevoked,
    kNameConstraint,  // EID outside the EUM's permitted range
    kExtension,       // critical extension missing, unknown or of the wrong content
    kMac,
    kBinding,  // two values that must be equal are not
    kFormat,
  };
  Check check = Check::kSignature;
  std::string what;
};

// Nothing came back. `sent` is true when the request may have been carried out: a retry must then be
// idempotent.
struct TransportFault {
  bool sent = false;
  std::string what;
};

// This side cannot do it: a file, a store, a setting, a wrong argument.
struct LocalFault {
  std::string what;
  std::string remedy;
};

// Every Result carries the code of these: it is kept in one place, which is a third of the work of a
// compiler.
class Fault {
 public:
  using Kind = std::variant<DecodeFault, StatusWord, Es10Fault, FunctionStatus, VerificationFault,
                            TransportFault, LocalFault>;
  // NOLINTBEGIN(google-explicit-constructor): a function returns what went wrong as it is
  Fault(DecodeFault kind);
  Fault(StatusWord kind);
  Fault(Es10Fault kind);
  Fault(FunctionStatus kind);
  Fault(VerificationFault kind);
  Fault(TransportFault kind);
  Fault(LocalFault kind);
  // NOLINTEND(google-explicit-constructor)
  Fault(const Fault&);
  Fault(Fault&&) noexcept;
  Fault& operator=(const Fault&);
  Fault& operator=(Fault&&) noexcept;
  ~Fault();

  const Kind& kind() const { return kind_; }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&kind_);
  }
  // The other side answered and said no; repeating the same request will not help.
  bool refused() const {
    return !std::holds_alternative<TransportFault>(kind_) && !std::holds_alternative<LocalFault>(kind_);
  }
  // We do not know whether the other side carried the request out.
  bool not_reached() const { return std::holds_alternative<TransportFault>(kind_); }
  // One line for people and logs; never contains a secret.
  std::string message() const;

 private:
  Kind kind_;
};

const char* to_string(VerificationFault::Check check);

}  // namespace eider
